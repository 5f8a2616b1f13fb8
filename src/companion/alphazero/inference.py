"""The forward pass of a frozen network, as fast as the processor allows. The one kernel file of this package.

The plain twin is `half_precision(network)`: the same network with its convolutions in bfloat16 and its last layer in
float32. `fused` computes the same with each convolution, its bias, the skip connection and the ReLU in one call of
oneDNN, on weights laid out once for it. A test binds the two: they differ by bfloat16's rounding alone, since the
fused call rounds once where the twin rounds twice.

The operators are those that torch.compile emits for this network; called directly, they need no compiler.
"""

import copy
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from companion.alphazero.network import PolicyValueNet, Prediction

Forward = Callable[[Float[Tensor, "n 2 rows columns"]], Prediction]


def frozen(network: PolicyValueNet) -> Forward:
    """A forward pass with today's weights: later learning does not change it. Planes come in float32."""
    device = next(network.parameters()).device
    if device.type != "cpu" or not _has_bfloat16():
        plain: PolicyValueNet = copy.deepcopy(network).eval().requires_grad_(False)
        return lambda planes: plain(planes.to(device))
    return fused(half_precision(network))


def _has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 natively, so that it is twice as fast as float32 and not slower."""
    return bool(torch.backends.mkldnn.is_available() and torch.cpu._is_avx512_bf16_supported())


def half_precision(network: PolicyValueNet) -> PolicyValueNet:
    """A frozen copy in bfloat16; the last layer computes in float32, so that values are not rounded to 1/128."""
    twin = copy.deepcopy(network).eval().requires_grad_(False).to(torch.bfloat16)
    twin.heads.float()
    return twin


class _FusedConvolution:
    """relu(convolution + bias [+ skip]) in one call, on weights laid out once."""

    def __init__(self, layer: nn.Conv2d) -> None:
        self.padding = list(layer.padding)
        self.bias = layer.bias
        self.weight = torch.ops.mkldnn._reorder_convolution_weight(
            layer.weight, self.padding, [1, 1], [1, 1], 1, None
        )

    def __call__(self, x: Tensor, skip: Tensor | None = None) -> Tensor:
        shape = (self.weight, self.bias, self.padding, [1, 1], [1, 1], 1)
        if skip is None:
            return torch.ops.mkldnn._convolution_pointwise(x, *shape, "relu", [], "")
        return torch.ops.mkldnn._convolution_pointwise.binary(x, skip, *shape, "add", 1.0, "relu", [], "")


def fused(twin: PolicyValueNet) -> Forward:
    """The same function as the twin's forward pass."""
    stem, squeeze = _FusedConvolution(twin.stem), _FusedConvolution(twin.squeeze)
    blocks = [(_FusedConvolution(block.first), _FusedConvolution(block.second)) for block in twin.residual()]

    def forward(planes: Float[Tensor, "n 2 rows columns"]) -> Prediction:
        x = stem(planes.to(torch.bfloat16))
        for first, second in blocks:
            x = second(first(x), skip=x)
        hidden = functional.relu(twin.hidden(squeeze(x).flatten(1)))
        return twin.split(twin.heads(hidden.float()))

    return forward
