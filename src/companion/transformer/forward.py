"""The forward pass of a Llama on its own weights, the same function as the library's in fewer and larger steps.

A forward pass of the library spends most of its time around the matrix products when the model is small. This one
multiplies queries, keys and values at once, and the two halves of the gate; a test binds it to `model(tokens)`.
Rows may be filled up on the right: attention is causal, so what fills a row never reaches its words.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional
from transformers import LlamaForCausalLM
from transformers.models.llama.modeling_llama import LlamaDecoderLayer


class Block(NamedTuple):
    """The weights of one layer; matrices that read the same input are stacked."""

    attention_norm: Float[Tensor, " width"]
    query_key_value: Float[Tensor, "three_widths width"]
    attention_out: Float[Tensor, "width width"]
    feedforward_norm: Float[Tensor, " width"]
    gate_up: Float[Tensor, "two_feedforwards width"]
    down: Float[Tensor, "width feedforward"]


class KeysValues(NamedTuple):
    """What one layer keeps of all tokens read so far: keys, already rotated, and values."""

    keys: Float[Tensor, "rows heads time head_width"]
    values: Float[Tensor, "rows heads time head_width"]


class Read(NamedTuple):
    """What came of reading rows of tokens."""

    hidden: Float[Tensor, "rows time width"]  # after the last norm
    kept: list[KeysValues]  # one a layer


def block_of(layer: LlamaDecoderLayer) -> Block:
    """A layer's weights as `read` takes them; gradients reach the layer's own parameters."""
    attention, feedforward = layer.self_attn, layer.mlp
    return Block(
        layer.input_layernorm.weight,
        torch.cat([attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight]),
        attention.o_proj.weight,
        layer.post_attention_layernorm.weight,
        torch.cat([feedforward.gate_proj.weight, feedforward.up_proj.weight]),
        feedforward.down_proj.weight,
    )


def blocks_of(model: LlamaForCausalLM) -> list[Block]:
    """The layers of a model."""
    return [block_of(layer) for layer in model.model.layers]


def rotation(
    model: LlamaForCausalLM, time: int
) -> tuple[Float[Tensor, "time half"], Float[Tensor, "time half"]]:
    """Cosine and sine of the angles by which position turns keys and queries (Su et al. 2021, section 3.2.2)."""
    frequencies = model.model.rotary_emb.inv_freq
    angles = torch.arange(time, device=frequencies.device)[:, None] * frequencies
    return angles.cos(), angles.sin()


def rotated(
    x: Float[Tensor, "*rows time head_width"],
    cos: Float[Tensor, "time half"],
    sin: Float[Tensor, "time half"],
) -> Float[Tensor, "*rows time head_width"]:
    """Each pair (x_i, x_{i + half}) turned by its angle."""
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def gated(normed: Float[Tensor, "*rows width"], block: Block) -> Float[Tensor, "*rows width"]:
    """The feedforward layer, SwiGLU (Shazeer 2020, equation 6)."""
    gate, up = functional.linear(normed, block.gate_up).chunk(2, -1)
    return functional.linear(functional.silu(gate) * up, block.down)


def read(
    model: LlamaForCausalLM, tokens: Int[Tensor, "rows time"], past: list[KeysValues] | None = None
) -> Read:
    """Read rows of tokens from the beginning, or on from what each row has read before."""
    rows, time = tokens.shape
    heads, epsilon = model.config.num_attention_heads, model.config.rms_norm_eps
    begin = past[0].keys.shape[2] if past else 0
    cos, sin = (angle[begin:] for angle in rotation(model, begin + time))
    visible = torch.ones(time, begin + time, dtype=torch.bool).tril(begin) if past else None
    x, kept = model.model.embed_tokens(tokens), []
    for index, block in enumerate(blocks_of(model)):
        normed = functional.rms_norm(x, x.shape[-1:], block.attention_norm, epsilon)
        stacked = functional.linear(normed, block.query_key_value).view(
            rows, time, 3, heads, x.shape[-1] // heads
        )
        queries, keys, values = stacked.permute(2, 0, 3, 1, 4)
        keys = rotated(keys, cos, sin)
        if past:
            keys, values = torch.cat([past[index].keys, keys], 2), torch.cat([past[index].values, values], 2)
        mixed = functional.scaled_dot_product_attention(
            rotated(queries, cos, sin), keys, values, visible, is_causal=visible is None
        )
        x = x + functional.linear(mixed.transpose(1, 2).flatten(2), block.attention_out)
        x = x + gated(functional.rms_norm(x, x.shape[-1:], block.feedforward_norm, epsilon), block)
        kept.append(KeysValues(keys, values))
    return Read(functional.rms_norm(x, x.shape[-1:], model.model.norm.weight, epsilon), kept)


def log_probabilities(
    model: LlamaForCausalLM, tokens: Int[Tensor, "rows time"], start: int
) -> Float[Tensor, "rows completion"]:
    """log p of every token from position `start` on, given all before it."""
    hidden = read(model, tokens[:, :-1]).hidden[:, start - 1 :]
    logits = model.lm_head(hidden)
    return -functional.cross_entropy(logits.transpose(1, 2), tokens[:, start:], reduction="none")
