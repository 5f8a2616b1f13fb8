"""Reading on from what was read: many short continuations of one text, each blind to the others.

A library repeats the cache of the text for every continuation; here all of them look at the one cache, and besides
only at themselves. The same function as `read` on text and continuation together; a test binds it to that, and to the
library's model with a cache of its own.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional
from transformers import LlamaForCausalLM

from companion.transformer.forward import KeysValues, blocks_of, gated, rotated, rotation


class Branches(NamedTuple):
    """What came of reading continuations."""

    hidden: Float[Tensor, "rows branches time width"]  # after the last norm
    kept: list[KeysValues]  # one a layer, of the continuations alone: rows branches heads time head_width


@torch.no_grad()
def read_on(
    model: LlamaForCausalLM, past: list[KeysValues], tokens: Int[Tensor, "rows branches time"], start: int
) -> Branches:
    """Read continuations; their first word has position `start`, wherever the words of the past stood."""
    rows, branches, time = tokens.shape
    heads, epsilon = model.config.num_attention_heads, model.config.rms_norm_eps
    cos, sin = (angle[start:] for angle in rotation(model, start + time))
    later = torch.ones(time, time, dtype=torch.bool).triu(1)
    x, kept = model.model.embed_tokens(tokens), []
    for block, before in zip(blocks_of(model), past, strict=True):
        normed = functional.rms_norm(x, x.shape[-1:], block.attention_norm, epsilon)
        stacked = functional.linear(normed, block.query_key_value).view(rows, branches, time, 3, heads, -1)
        queries, keys, values = stacked.permute(3, 0, 4, 1, 2, 5)  # each rows heads branches time head_width
        queries, keys = rotated(queries, cos, sin) * queries.shape[-1] ** -0.5, rotated(keys, cos, sin)
        to_past = (queries.flatten(2, 3) @ before.keys.mT).view(rows, heads, branches, time, -1)
        to_own = (queries @ keys.mT).masked_fill(later, -torch.inf)
        weights = torch.cat([to_past, to_own], -1).softmax(-1)
        on_past, on_own = weights.split([before.keys.shape[2], time], -1)
        mixed = (on_past.flatten(2, 3) @ before.values).view(queries.shape) + on_own @ values
        x = x + functional.linear(mixed.permute(0, 2, 3, 1, 4).flatten(3), block.attention_out)
        x = x + gated(functional.rms_norm(x, x.shape[-1:], block.feedforward_norm, epsilon), block)
        kept.append(KeysValues(keys.transpose(1, 2), values.transpose(1, 2)))
    return Branches(functional.rms_norm(x, x.shape[-1:], model.model.norm.weight, epsilon), kept)
