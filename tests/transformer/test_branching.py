"""Reading on against the library's model with a cache of its own, one branch at a time."""

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import DynamicCache, LlamaForCausalLM

from companion.transformer.branching import read_on
from companion.transformer.forward import KeysValues, read
from tests.transformer.models import SHAPES, awake, some_tokens

ROWS, BRANCHES, BEFORE, AFTER = 3, 4, 9, 5
BRANCH_TOKENS = some_tokens(ROWS * BRANCHES, AFTER, 1).view(ROWS, BRANCHES, AFTER)

shapes = pytest.mark.parametrize("shape", SHAPES)


def past_of(model: LlamaForCausalLM, tokens: Tensor) -> list[KeysValues]:
    """What the library keeps of a text."""
    cache = model(input_ids=tokens, use_cache=True).past_key_values
    return [KeysValues(layer.keys, layer.values) for layer in cache.layers]


def library_reads_on(
    model: LlamaForCausalLM, past: list[KeysValues], tokens: Tensor, start: int
) -> tuple[Tensor, DynamicCache]:
    """Hidden states of a single continuation, and the library's cache after it."""
    cache = DynamicCache()
    for number, layer in enumerate(past):
        cache.update(layer.keys.clone(), layer.values.clone(), number)
    positions = torch.arange(start, start + tokens.shape[1]).expand(tokens.shape)
    hidden = model.model(
        input_ids=tokens, past_key_values=cache, position_ids=positions, use_cache=True
    ).last_hidden_state
    return hidden, cache


@shapes
@pytest.mark.parametrize("start", [BEFORE, BEFORE + 6])
@torch.no_grad()
def test_each_branch_is_read_as_the_library_reads_it_alone(shape: str, start: int) -> None:
    model = awake(SHAPES[shape])
    past = past_of(model, some_tokens(ROWS, BEFORE))
    found = read_on(model, past, BRANCH_TOKENS, start)
    for branch in range(BRANCHES):
        hidden, cache = library_reads_on(model, past, BRANCH_TOKENS[:, branch], start)
        torch.testing.assert_close(found.hidden[:, branch], hidden, rtol=1e-4, atol=1e-5)
        for ours, theirs in zip(found.kept, cache.layers, strict=True):
            for name in ("keys", "values"):
                torch.testing.assert_close(
                    getattr(ours, name)[:, branch], getattr(theirs, name)[:, :, BEFORE:], rtol=1e-4, atol=1e-5
                )


@shapes
@torch.no_grad()
def test_it_is_reading_text_and_continuation_together(shape: str) -> None:
    model, text = awake(SHAPES[shape]), some_tokens(ROWS, BEFORE)
    found = read_on(model, read(model, text).kept, BRANCH_TOKENS, BEFORE)
    for branch in range(BRANCHES):
        whole = read(model, torch.cat([text, BRANCH_TOKENS[:, branch]], 1))
        torch.testing.assert_close(found.hidden[:, branch], whole.hidden[:, BEFORE:], rtol=1e-4, atol=1e-5)


def test_branches_are_blind_to_each_other_and_words_to_what_comes_later() -> None:
    model, text = awake(), some_tokens(ROWS, BEFORE)
    past = read(model, text).kept
    other = BRANCH_TOKENS.clone()
    other[:, 1, 3] = (other[:, 1, 3] - 3 + 1) % 6 + 3
    before, after = (read_on(model, past, tokens, BEFORE).hidden for tokens in (BRANCH_TOKENS, other))
    moved = ((before - after).abs().amax(-1) > 1e-4).numpy()
    expected = np.zeros((ROWS, BRANCHES, AFTER), bool)
    expected[:, 1, 3:] = True
    np.testing.assert_array_equal(moved, expected)


def test_the_past_stays_as_it_is() -> None:
    model = awake()
    past = read(model, some_tokens(ROWS, BEFORE)).kept
    bits = [part.detach().numpy().tobytes() for layer in past for part in layer]
    read_on(model, past, BRANCH_TOKENS, BEFORE)
    assert bits == [part.detach().numpy().tobytes() for layer in past for part in layer]
