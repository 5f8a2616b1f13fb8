"""The forward pass of a frozen network in integers of 8 bits: half again as fast as bfloat16, and coarser.

What a ReLU lets through is never negative. It is kept as a whole number of steps, from 0 to 255, where 255 steps are
the most that this layer let through on sample positions. A weight is a whole number of steps from -127 to 127, and
each output channel has a step of its own. The two last layers compute as in inference.py.

The plain twin is `Quantized.plain`, on whole numbers in float32, where all sums are exact. `Quantized.fused` computes
the same in integers, with each convolution, its bias, the skip connection and the ReLU in one call of oneDNN. A test
binds the two: they differ where a number lies on the edge between two steps.
"""

import copy
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int8
from torch import Tensor, nn
from torch.nn import functional

from companion.alphazero.evaluator import evaluator_of
from companion.alphazero.inference import Forward, frozen
from companion.alphazero.network import PolicyValueNet, Prediction
from companion.alphazero.planes import to_planes
from companion.alphazero.problems import fill_semi_random
from companion.games.board import Board
from companion.search.evaluator import Evaluate

SAMPLES = 512
"""Positions that fix the steps, of semi-random games."""

MOST = 255
MOST_WEIGHT = 127


class Convolution(NamedTuple):
    """relu(convolution + bias [+ skip]) from whole numbers of one step to whole numbers of another."""

    weight: Int8[Tensor, "out in height width"]
    weight_step: Float[Tensor, " out"]
    bias: Float[Tensor, " out"]
    padding: list[int]
    step_in: float
    step_out: float

    def plain(self, x: Tensor, skip: Tensor | None = None, step_skip: float = 0.0) -> Tensor:
        """Float32 that holds whole numbers."""
        sums = functional.conv2d(x, self.weight.float(), padding=self.padding)
        out = sums * (self.step_in * self.weight_step)[:, None, None] + self.bias[:, None, None]
        if skip is not None:
            out = out + skip * step_skip
        return (out / self.step_out).round().clamp(0, MOST)

    def fused(self) -> "_Fused":
        """The same in integers."""
        return _Fused(self)


class _Fused:
    """A convolution whose weights are laid out once."""

    def __init__(self, layer: Convolution) -> None:
        shape = [1, 1], layer.padding, [1, 1], 1  # stride, padding, dilation, groups
        zero = torch.zeros(len(layer.weight), dtype=torch.int32)
        weight = torch.ops.onednn.qconv_prepack(layer.weight, layer.weight_step, layer.step_in, 0, *shape)
        self.layer = (layer.step_in, 0, weight, layer.weight_step, zero)
        self.rest = (layer.bias, *shape, layer.step_out, 0, torch.uint8)

    def __call__(self, x: Tensor) -> Tensor:
        return torch.ops.onednn.qconv2d_pointwise(x, *self.layer, *self.rest, "relu", [], "")

    def onto(self, skip: Tensor, x: Tensor, step_skip: float) -> Tensor:
        """With a skip connection; its memory takes the result."""
        return torch.ops.onednn.qconv2d_pointwise.binary(
            x, *self.layer, skip, *self.rest, step_skip, 0, "sum", 1.0, "relu", [], ""
        )


@dataclass(frozen=True)
class Quantized:
    """A network's convolutions in whole numbers, and its last layers as they are."""

    stem: Convolution
    blocks: list[tuple[Convolution, Convolution]]
    squeeze: Convolution
    hidden: nn.Linear  # bfloat16
    network: PolicyValueNet  # whose last layer is used, in float32

    def plain(self, planes: Float[Tensor, "n 2 rows columns"]) -> Prediction:
        """Both heads for a batch of positions."""
        x = self.stem.plain(planes)
        for first, second in self.blocks:
            x = second.plain(first.plain(x), x, first.step_in)
        return self._heads(self.squeeze.plain(x))

    def fused(self) -> Forward:
        """The same function, fast."""
        stem, squeeze = self.stem.fused(), self.squeeze.fused()
        blocks = [(first.fused(), second.fused(), first.step_in) for first, second in self.blocks]

        def forward(planes: Float[Tensor, "n 2 rows columns"]) -> Prediction:
            x = stem(planes.to(torch.uint8))
            for first, second, step in blocks:
                x = second.onto(x, first(x), step)
            return self._heads(squeeze(x))

        return forward

    def _heads(self, squeezed: Tensor) -> Prediction:
        hidden = functional.relu(self.hidden(squeezed.flatten(1).to(torch.bfloat16)))
        return self.network.split(self.network.heads(hidden.float()))


@torch.inference_mode()
def quantize(network: PolicyValueNet, planes: Float[Tensor, "n 2 rows columns"]) -> Quantized:
    """The network in whole numbers; what these positions show at most in each layer fixes its steps.

    Raises FloatingPointError where a weight is not finite: rounding would hide it from the search.
    """
    network = copy.deepcopy(network).cpu().eval().requires_grad_(False)
    if not all(bool(parameter.isfinite().all()) for parameter in network.parameters()):
        raise FloatingPointError("The network has a weight that is not finite, which no integer stands for.")

    def step_of(activations: Tensor) -> float:
        return max(float(activations.max()), 1e-6) / MOST

    def convolution(layer: nn.Conv2d, step_in: float, out: Tensor) -> Convolution:
        assert layer.bias is not None
        step = (layer.weight.abs().amax((1, 2, 3)) / MOST_WEIGHT).clamp_min(1e-9)
        whole = (layer.weight / step[:, None, None, None]).round().to(torch.int8)
        return Convolution(whole, step, layer.bias, [*layer.padding], step_in, step_of(out))

    x = functional.relu(network.stem(planes))
    stem = convolution(network.stem, 1.0, x)
    blocks = []
    for block in network.residual():
        inner = functional.relu(block.first(x))
        first = convolution(block.first, step_of(x), inner)
        x = block(x)
        blocks.append((first, convolution(block.second, step_of(inner), x)))
    squeezed = functional.relu(network.squeeze(x))
    squeeze = convolution(network.squeeze, step_of(x), squeezed)
    hidden = copy.deepcopy(network.hidden)
    hidden.weight.mul_(squeeze.step_out)  # the last whole numbers are turned back into activations here
    return Quantized(stem, blocks, squeeze, hidden.to(torch.bfloat16), network)


@cache
def samples(board: Board) -> Float[Tensor, "n 2 rows columns"]:
    """Positions of semi-random games, from the first ply to the last."""
    found = np.zeros((SAMPLES, 2), np.int64)
    fill_semi_random(board, 1, board.size - 1, 0, found)
    return to_planes(board, found[:, 0].copy(), found[:, 1].copy())


def integer_evaluator(board: Board, network: PolicyValueNet) -> Evaluate:
    """Evaluates with a frozen copy of the network in integers, on the CPU.

    Where the processor has no instructions for it, evaluates as `network_evaluator` does.
    """
    if not has_integer_products():
        return evaluator_of(board, frozen(network))
    return evaluator_of(board, quantize(network, samples(board)).fused())


def has_integer_products() -> bool:
    """Whether this processor multiplies and adds integers of 8 bits without an overflow on the way."""
    return bool(torch.backends.mkldnn.is_available() and torch.cpu._is_vnni_supported())
