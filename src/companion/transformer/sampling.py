"""Many completions at once: read the prompts, then one token a step for every row that has not ended.

Keys and values go into a cache that is allocated once. Rows that have ended are dropped, a prompt that is continued
several times is read once, and prompts may differ in length. The numbers that decide the draws come from outside, so
neither the order of rows nor the size of a batch can change a completion.
"""

from typing import NamedTuple, cast

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional
from transformers import LlamaForCausalLM

from companion.transformer.forward import Block, KeysValues, blocks_of, gated, read, rotation
from companion.transformer.kernel import attend, draw


class Completions(NamedTuple):
    """What was drawn after each prompt; copies of a prompt lie next to each other."""

    tokens: Int[Tensor, "rows limit"]  # the end included, then padding
    mask: Bool[Tensor, "rows limit"]  # where a token was drawn
    log_probabilities: Float[
        Tensor, "rows limit"
    ]  # under the policy that drew it; 0 where none was, or greedy


class Cache(NamedTuple):
    """Keys and values of one layer, in the order that the kernel wants them."""

    keys: Float[Tensor, "rows heads head_width window"]
    values: Float[Tensor, "rows heads window head_width"]


@torch.no_grad()
def sample(
    model: LlamaForCausalLM,
    prompts: Int[Tensor, "prompts time"],
    limit: int,
    random: np.random.Generator,
    *,
    copies: int = 1,
    lengths: Int[Tensor, " prompts"] | None = None,
    temperature: float = 1.0,
    batch: int = 1024,
) -> Completions:
    """Continue each prompt `copies` times by at most `limit` tokens, on the CPU.

    Prompts shorter than the longest are filled up on the right, and `lengths` says where they end. Temperature 0 takes
    the likeliest token. Raises ValueError for an empty prompt, an unknown token, or more tokens than the window holds.
    """
    if lengths is None:
        lengths = torch.full((len(prompts),), prompts.shape[1])
    _check(model, prompts, limit, lengths, temperature)
    uniform = random.random((len(prompts) * copies, limit), np.float32)
    parts = [
        _continued(
            model,
            prompts[first : first + step],
            lengths[first : first + step],
            uniform[first * copies : (first + step) * copies],
            copies,
            temperature,
        )
        for step in [max(1, batch // copies)]
        for first in range(0, len(prompts), step)
    ]
    return Completions(*map(torch.cat, zip(*parts, strict=True)))


def _check(
    model: LlamaForCausalLM,
    prompts: Int[Tensor, "prompts time"],
    limit: int,
    lengths: Int[Tensor, " prompts"],
    temperature: float,
) -> None:
    window, words = model.config.max_position_embeddings, model.config.vocab_size
    if prompts.numel() == 0 or int(lengths.min()) < 1:
        raise ValueError("a prompt is empty: it needs at least the word that opens a text.")
    if int(lengths.max()) > prompts.shape[1]:
        raise ValueError(f"lengths go up to {int(lengths.max())}, but rows hold {prompts.shape[1]} tokens.")
    if not 0 <= int(prompts.min()) <= int(prompts.max()) < words:
        raise ValueError(f"a prompt holds a token that is not among the {words} of the model.")
    if limit < 1 or int(lengths.max()) + limit > window:
        raise ValueError(
            f"a prompt of {int(lengths.max())} tokens and {limit} more do not fit the window of {window}."
        )
    if temperature < 0:
        raise ValueError(f"temperature must not be negative, as {temperature} is.")


def _continued(
    model: LlamaForCausalLM,
    prompts: Int[Tensor, "prompts time"],
    lengths: Int[Tensor, " prompts"],
    uniform: Float[np.ndarray, "rows limit"],
    copies: int,
    temperature: float,
) -> Completions:
    """The completions of one batch."""
    limit = uniform.shape[1]
    blocks, started = blocks_of(model), read(model, prompts)
    angles = rotation(model, prompts.shape[1] + limit)
    caches = [_cache(kept, prompts.shape[1] + limit, copies) for kept in started.kept]
    last = started.hidden[torch.arange(len(prompts)), lengths - 1]
    logits = model.lm_head(last).repeat_interleave(copies, 0)
    pad = cast(int, model.config.pad_token_id)
    tokens = torch.full(uniform.shape, pad)
    log_probabilities = torch.zeros(uniform.shape)
    rows, positions = np.arange(len(uniform)), lengths.repeat_interleave(copies).numpy().copy()
    for step in range(limit):
        drawn, how_likely = np.empty(len(rows), np.int64), np.empty(len(rows), np.float32)
        draw(logits.numpy(), uniform[rows, step], temperature, drawn, how_likely)
        tokens[rows, step], log_probabilities[rows, step] = (
            torch.from_numpy(drawn),
            torch.from_numpy(how_likely),
        )
        going = drawn != model.config.eos_token_id
        rows, positions = rows[going], positions[going]
        if step + 1 == limit or len(rows) == 0:
            break
        logits = _next_logits(model, blocks, angles, torch.from_numpy(drawn[going]), caches, rows, positions)
        positions += 1
    return Completions(tokens, tokens.ne(pad), log_probabilities)


def _cache(read_of_prompts: KeysValues, window: int, copies: int) -> Cache:
    """A cache with the prompts in it, each as often as it is continued."""
    keys, values = read_of_prompts
    prompts, heads, time, width = keys.shape
    cache = Cache(
        torch.empty(prompts * copies, heads, width, window),
        torch.empty(prompts * copies, heads, window, width),
    )
    cache.keys[..., :time] = keys.transpose(2, 3).repeat_interleave(copies, 0)
    cache.values[:, :, :time] = values.repeat_interleave(copies, 0)
    return cache


def _next_logits(
    model: LlamaForCausalLM,
    blocks: list[Block],
    angles: tuple[Float[Tensor, "window half"], Float[Tensor, "window half"]],
    tokens: Int[Tensor, " alive"],
    caches: list[Cache],
    rows: Int[np.ndarray, " alive"],
    positions: Int[np.ndarray, " alive"],
) -> Float[Tensor, "alive words"]:
    """Read one token more of every row that goes on."""
    heads, epsilon = model.config.num_attention_heads, model.config.rms_norm_eps
    cos, sin = (angle.numpy() for angle in angles)
    x = model.model.embed_tokens(tokens)
    for block, cache in zip(blocks, caches, strict=True):
        normed = functional.rms_norm(x, x.shape[-1:], block.attention_norm, epsilon)
        stacked = functional.linear(normed, block.query_key_value).view(len(rows), 3, heads, -1)
        mixed = torch.empty(stacked[:, 0].shape)
        attend(
            stacked.numpy(),
            cache.keys.numpy(),
            cache.values.numpy(),
            rows,
            positions,
            cos,
            sin,
            mixed.numpy(),
        )
        x = x + functional.linear(mixed.flatten(1), block.attention_out)
        x = x + gated(functional.rms_norm(x, x.shape[-1:], block.feedforward_norm, epsilon), block)
    return model.lm_head(functional.rms_norm(x, x.shape[-1:], model.model.norm.weight, epsilon))
