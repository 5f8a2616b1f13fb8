"""The two inner loops of sampling: one new token attends to the cache, and the next token is drawn.

Keys lie in the cache with time along the last axis, so that scores are sums of whole rows; values lie with time first.
Each kernel has a plain twin in torch, to which a test binds it.
"""

import math

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64
from torch import Tensor
from torch.nn import functional

from companion.compiled import kernel
from companion.transformer.forward import rotated


@kernel
def attend(
    stacked: Float32[np.ndarray, "alive three heads head_width"],
    keys: Float32[np.ndarray, "rows heads head_width window"],
    values: Float32[np.ndarray, "rows heads window head_width"],
    rows: Int64[np.ndarray, " alive"],
    positions: Int64[np.ndarray, " alive"],
    cos: Float32[np.ndarray, "window half"],
    sin: Float32[np.ndarray, "window half"],
    mixed: Float32[np.ndarray, "alive heads head_width"],
) -> None:
    """Write the new keys and values into the cache at `positions`, and into `mixed` what the new tokens read there."""
    heads, width = stacked.shape[2], stacked.shape[3]
    half, scale = width // 2, np.float32(1 / math.sqrt(width))
    query, scores = np.empty(width, np.float32), np.empty(keys.shape[3], np.float32)
    for i in range(len(rows)):
        row, position = rows[i], positions[i]
        for head in range(heads):
            for j in range(half):
                turn, lift = cos[position, j], sin[position, j]
                first, second = stacked[i, 0, head, j], stacked[i, 0, head, j + half]
                query[j] = (first * turn - second * lift) * scale
                query[j + half] = (second * turn + first * lift) * scale
                first, second = stacked[i, 1, head, j], stacked[i, 1, head, j + half]
                keys[row, head, j, position] = first * turn - second * lift
                keys[row, head, j + half, position] = second * turn + first * lift
            values[row, head, position] = stacked[i, 2, head]
            seen = position + 1
            scores[:seen] = 0
            for j in range(width):
                for t in range(seen):
                    scores[t] += query[j] * keys[row, head, j, t]
            highest, total = np.float32(-np.inf), np.float32(0)
            for t in range(seen):
                highest = max(highest, scores[t])
            for t in range(seen):
                scores[t] = math.exp(scores[t] - highest)
            for t in range(seen):
                total += scores[t]
            mixed[i, head] = 0
            for t in range(seen):
                for j in range(width):
                    mixed[i, head, j] += scores[t] * values[row, head, t, j]
            mixed[i, head] /= total


@kernel
def draw(
    logits: Float32[np.ndarray, "alive words"],
    uniform: Float32[np.ndarray, " alive"],
    temperature: float,
    tokens: Int64[np.ndarray, " alive"],
    log_probabilities: Float32[np.ndarray, " alive"],
) -> None:
    """Draw a token from each row's softmax by a number uniform in [0, 1); at temperature 0, take the likeliest."""
    words = logits.shape[1]
    mass = np.empty(words, np.float32)
    for i in range(len(logits)):
        likeliest = 0
        for word in range(words):
            if logits[i, word] > logits[i, likeliest]:
                likeliest = word
        if temperature == 0:
            tokens[i], log_probabilities[i] = likeliest, 0
            continue
        sharpness, highest, total = np.float32(1 / temperature), logits[i, likeliest], np.float32(0)
        for word in range(words):
            mass[word] = math.exp((logits[i, word] - highest) * sharpness)
        for word in range(words):
            total += mass[word]
        goal, reached, chosen = uniform[i] * total, np.float32(0), likeliest
        for word in range(words):
            reached += mass[word]
            if reached > goal:
                chosen = word
                break
        tokens[i] = chosen
        log_probabilities[i] = (logits[i, chosen] - highest) * sharpness - math.log(total)


def plain_attend(
    stacked: Float[Tensor, "alive 3 heads head_width"],
    keys: Float[Tensor, "alive heads time head_width"],
    values: Float[Tensor, "alive heads time head_width"],
    cos: Float[Tensor, " half"],
    sin: Float[Tensor, " half"],
) -> Float[Tensor, "alive heads head_width"]:
    """The twin of `attend`, for rows that have all read `time` tokens: what the next tokens read."""
    query, key, value = (part[:, :, None] for part in stacked.unbind(1))
    keys = torch.cat([keys, rotated(key, cos, sin)], 2)
    mixed = functional.scaled_dot_product_attention(
        rotated(query, cos, sin), keys, torch.cat([values, value], 2)
    )
    return mixed[:, :, 0]


def plain_draw(
    logits: Float[Tensor, "alive words"], uniform: Float[Tensor, " alive"], temperature: float
) -> tuple[Int64[Tensor, " alive"], Float[Tensor, " alive"]]:
    """The twin of `draw`, with the inverse of the cumulative distribution."""
    if temperature == 0:
        return logits.argmax(-1), torch.zeros(len(logits))
    log_probabilities = (logits / temperature).log_softmax(-1)
    tokens = (log_probabilities.exp().cumsum(-1) <= uniform[:, None]).sum(-1).clamp(max=logits.shape[1] - 1)
    return tokens, log_probabilities.gather(1, tokens[:, None])[:, 0]
