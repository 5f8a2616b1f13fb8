"""Models that are quick to make and in which every weight matters, and what the library itself says of them."""

import numpy as np
import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.transformer.model import ModelSettings, new_model
from companion.transformer.vocabulary import BEGIN, END, PAD, Vocabulary

WINDOW = 24

SHAPES = {
    "one layer, one head": ModelSettings(8, 1, 1, 12, WINDOW),
    "two of each": ModelSettings(16, 2, 2, 40, WINDOW),
    "heads of width six": ModelSettings(24, 3, 4, 10, WINDOW),
    "heads of width two": ModelSettings(16, 1, 8, 17, WINDOW),
}
SMALL = SHAPES["two of each"]


def language(words: int = 6) -> Vocabulary:
    """So many words of one letter besides the usual three."""
    return Vocabulary((BEGIN, END, PAD, *map(chr, range(ord("a"), ord("a") + words))))


def awake(
    settings: ModelSettings = SMALL, seed: int = 0, vocabulary: Vocabulary | None = None
) -> LlamaForCausalLM:
    """A model with large weights and uneven norms, so that no part of it is silent; it never says padding.

    The residual stream's first number is 2 in every place; it speaks for the end, and against padding.
    """
    vocabulary = vocabulary or language()
    model = new_model(settings, vocabulary, seed).eval()
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.copy_(0.6 + torch.rand(parameter.shape, generator=random))
            else:
                parameter.copy_(
                    1.5 * parameter.shape[1] ** -0.5 * torch.randn(parameter.shape, generator=random)
                )
        model.model.embed_tokens.weight[:, 0] = 2
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight[0] = 0
            layer.mlp.down_proj.weight[0] = 0
        model.lm_head.weight[:, 0] = 0
        model.lm_head.weight[vocabulary.end, 0] = 1
        model.lm_head.weight[vocabulary.pad, 0] = -300
    return model


def some_tokens(rows: int, time: int, seed: int = 0, words: int = 6) -> Tensor:
    """Rows of words at random."""
    return torch.from_numpy(np.random.default_rng(seed).integers(3, 3 + words, (rows, time)))


def library_logits(model: LlamaForCausalLM, tokens: Tensor) -> Tensor:
    """The library's own forward pass."""
    return model(input_ids=tokens, use_cache=False).logits


def gradients(model: LlamaForCausalLM) -> dict[str, Tensor]:
    """Each parameter's gradient by name; all must have one."""
    found = {}
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        found[name] = parameter.grad.clone()
    return found


def weights(model: LlamaForCausalLM) -> dict[str, bytes]:
    """To the last bit."""
    return {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}


class Given(np.random.Generator):
    """Randomness that is known before: `random` gives these numbers, once."""

    def __init__(self, numbers: np.ndarray) -> None:
        super().__init__(np.random.PCG64(0))
        self.numbers: np.ndarray | None = numbers

    def random(self, size=None, dtype=np.float64, out=None):
        numbers, self.numbers = self.numbers, None
        assert numbers is not None
        assert numbers.shape == size
        return numbers.astype(dtype)
