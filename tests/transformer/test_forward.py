"""The forward pass against the library's: the same numbers, the same gradients, the same cache."""

import numpy as np
import pytest
import torch

from companion.transformer.forward import log_probabilities, read, rotated, rotation
from tests.transformer.models import SHAPES, WINDOW, awake, gradients, library_logits, some_tokens

shapes = pytest.mark.parametrize("shape", SHAPES)


@shapes
@pytest.mark.parametrize(("rows", "time"), [(1, 1), (1, WINDOW), (5, 9)])
def test_it_is_the_function_of_the_library(shape: str, rows: int, time: int) -> None:
    model, tokens = awake(SHAPES[shape]), some_tokens(rows, time)
    with torch.no_grad():
        expected = model.model(input_ids=tokens, use_cache=False).last_hidden_state
        hidden = read(model, tokens).hidden
    assert float(expected.std()) > 0.3  # the weights matter
    torch.testing.assert_close(hidden, expected, rtol=1e-4, atol=1e-5)


@shapes
def test_keys_and_values_are_those_of_the_library_s_cache(shape: str) -> None:
    model, tokens = awake(SHAPES[shape]), some_tokens(3, 11)
    with torch.no_grad():
        cache = model(input_ids=tokens, use_cache=True).past_key_values
        kept = read(model, tokens).kept
    assert len(kept) == len(model.model.layers)
    for ours, theirs in zip(kept, cache.layers, strict=True):
        torch.testing.assert_close(ours.keys, theirs.keys, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(ours.values, theirs.values, rtol=1e-4, atol=1e-5)


@shapes
def test_gradients_reach_every_weight_as_in_the_library(shape: str) -> None:
    model, tokens = awake(SHAPES[shape]), some_tokens(4, 8)
    pull = torch.randn(4, 8, 9, generator=torch.Generator().manual_seed(0))
    pull[..., 2] = 0  # padding's logit is huge
    (library_logits(model, tokens) * pull).sum().backward()
    expected = gradients(model)
    model.zero_grad()
    (model.lm_head(read(model, tokens).hidden) * pull).sum().backward()
    for name, gradient in gradients(model).items():
        size = float(expected[name].abs().max())
        assert size > 1e-3
        torch.testing.assert_close(gradient, expected[name], rtol=1e-3, atol=1e-5 * size)


@shapes
@pytest.mark.parametrize("begin", [1, 6, 10, 11])
def test_reading_on_is_reading_the_whole(shape: str, begin: int) -> None:
    model, tokens = awake(SHAPES[shape]), some_tokens(3, 11)
    with torch.no_grad():
        whole, first = read(model, tokens), read(model, tokens[:, :begin])
        rest = read(model, tokens[:, begin:], first.kept)
    torch.testing.assert_close(rest.hidden, whole.hidden[:, begin:], rtol=1e-4, atol=1e-5)
    for ours, theirs in zip(rest.kept, whole.kept, strict=True):
        torch.testing.assert_close(ours.keys, theirs.keys, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(ours.values, theirs.values, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("filler", [1, 2, 5])
def test_what_fills_a_row_on_the_right_never_reaches_its_words(filler: int) -> None:
    model, tokens, lengths = awake(), some_tokens(5, 10), [10, 1, 7, 4, 9]
    filled = tokens.clone()
    for row, length in enumerate(lengths):
        filled[row, length:] = filler
    with torch.no_grad():
        hidden = read(model, filled).hidden
        for row, length in enumerate(lengths):
            alone = model.model(input_ids=tokens[row : row + 1, :length], use_cache=False).last_hidden_state
            torch.testing.assert_close(hidden[row, :length], alone[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("start", [1, 2, 6, 8])
def test_log_probabilities_are_the_library_s(start: int) -> None:
    model, tokens = awake(), some_tokens(3, 9)
    with torch.no_grad():
        expected = library_logits(model, tokens).log_softmax(-1)
        found = log_probabilities(model, tokens, start)
    assert found.shape == (3, 9 - start)
    for row in range(3):
        for place in range(start, 9):
            token = int(tokens[row, place])
            assert float(found[row, place - start]) == pytest.approx(
                float(expected[row, place - 1, token]), abs=1e-4
            )


def test_log_probabilities_carry_the_library_s_gradient() -> None:
    model, tokens = awake(), some_tokens(3, 9)
    labels = tokens.clone()
    labels[:, :4] = -100
    model(input_ids=tokens, labels=labels).loss.backward()
    expected = gradients(model)
    model.zero_grad()
    (-log_probabilities(model, tokens, 4).mean()).backward()
    for name, gradient in gradients(model).items():
        size = float(expected[name].abs().max())
        torch.testing.assert_close(gradient, expected[name], rtol=1e-3, atol=1e-5 * size)


def test_a_rotation_is_a_product_of_complex_numbers() -> None:
    model, x = awake(SHAPES["heads of width six"]), np.random.default_rng(0).normal(size=(2, 7, 6))
    complex_numbers = x[..., :3] + 1j * x[..., 3:]
    turned = complex_numbers * np.exp(1j * np.arange(7)[:, None] * 10_000.0 ** (-np.arange(3) / 3))
    found = rotated(torch.from_numpy(x), *(angle.double() for angle in rotation(model, 7))).numpy()
    assert found == pytest.approx(np.concatenate([turned.real, turned.imag], -1), abs=1e-5)
