"""The compiled loops against the formula written out and twins in torch, draws against intervals that are known."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from companion.transformer.forward import rotation
from companion.transformer.kernel import attend, draw, plain_draw
from tests.transformer.models import SHAPES, awake

HEADS, WIDTH, WINDOW = 3, 6, 12


def angles(time: int) -> tuple[np.ndarray, np.ndarray]:
    cos, sin = rotation(awake(SHAPES["heads of width six"]), time)
    return cos.numpy(), sin.numpy()


def filled_cache(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A cache with a number in every place, also where nothing was read yet."""
    random = np.random.default_rng(seed)
    keys = random.normal(size=(rows, HEADS, WIDTH, WINDOW)).astype(np.float32)
    return keys, random.normal(size=(rows, HEADS, WINDOW, WIDTH)).astype(np.float32)


def stacked_of(rows: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, 3, HEADS, WIDTH)).astype(np.float32) * 2


def attended(stacked, keys, values, rows, positions) -> np.ndarray:
    mixed = np.full((len(rows), HEADS, WIDTH), np.nan, np.float32)
    attend(stacked, keys, values, np.array(rows), np.array(positions), *angles(WINDOW), mixed)
    return mixed


def written_out(stacked: np.ndarray, keys: np.ndarray, values: np.ndarray, position: int) -> np.ndarray:
    """What one token reads, head by head in double precision; a pair of numbers is a complex one."""
    half, read = WIDTH // 2, []
    turn = np.exp(1j * position * 10_000.0 ** (-np.arange(half) / half))
    for head in range(HEADS):
        query, key = ((part[:half] + 1j * part[half:]) * turn for part in stacked[:2, head].astype(float))
        past = keys[head, :half, :position].astype(float) + 1j * keys[head, half:, :position]
        scores = np.array([*(query.conj() @ past).real, (query.conj() @ key).real]) / WIDTH**0.5
        chances = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
        read.append(chances @ np.concatenate([values[head, :position], stacked[2:, head]]))
    return np.array(read)


@pytest.mark.parametrize("position", [0, 1, 7, WINDOW - 1])
def test_attention_is_that_of_the_formula_written_out(position: int) -> None:
    (keys, values), stacked = filled_cache(4), stacked_of(4)
    expected = [written_out(stacked[i], keys[i], values[i], position) for i in range(4)]
    found = attended(stacked, keys, values, range(4), [position] * 4)
    assert found == pytest.approx(np.stack(expected), abs=2e-5)


def test_rows_at_different_places_and_in_any_order_read_what_each_would_alone() -> None:
    (keys, values), stacked = filled_cache(6), stacked_of(4)
    rows, positions = [5, 0, 3, 2], [4, 11, 0, 6]
    expected = [written_out(stacked[i], keys[rows[i]], values[rows[i]], positions[i]) for i in range(4)]
    found = attended(stacked, keys, values, rows, positions)
    assert found == pytest.approx(np.stack(expected), abs=2e-5)


def test_a_token_is_written_into_its_own_place_of_the_cache_alone() -> None:
    (keys, values), stacked = filled_cache(3), stacked_of(2)
    old_keys, old_values = keys.copy(), values.copy()
    attended(stacked, keys, values, [2, 0], [5, 9])
    changed = {(row, place) for row, _, _, place in np.argwhere(keys != old_keys)}
    assert (
        changed
        == {(row, place) for row, _, place, _ in np.argwhere(values != old_values)}
        == {(2, 5), (0, 9)}
    )
    assert np.array_equal(values[2, :, 5], stacked[0, 2])
    sizes = np.linalg.norm(stacked[:, 1], axis=-1)  # a rotation keeps them
    assert np.linalg.norm(keys[2, :, :, 5], axis=-1) == pytest.approx(sizes[0], rel=1e-5)
    assert np.linalg.norm(keys[0, :, :, 9], axis=-1) == pytest.approx(sizes[1], rel=1e-5)


def test_scores_too_large_for_a_float_are_no_trouble() -> None:
    (keys, values), stacked = filled_cache(1), stacked_of(1)
    keys *= 100
    found = attended(stacked * 100, keys, values, [0], [6])
    assert np.isfinite(found).all()
    assert found == pytest.approx(written_out(stacked[0] * 100, keys[0], values[0], 6)[None], abs=1e-3)


def drawn(logits: np.ndarray, uniform: np.ndarray, temperature: float) -> tuple[np.ndarray, np.ndarray]:
    tokens, log_probabilities = np.full(len(logits), -1), np.full(len(logits), np.nan, np.float32)
    draw(logits.astype(np.float32), uniform.astype(np.float32), temperature, tokens, log_probabilities)
    return tokens, log_probabilities


@pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0, 2.5])
def test_draws_are_those_of_the_twin(temperature: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(500, 11)).astype(np.float32) * 3
    uniform = random.random(500, np.float32)
    tokens, log_probabilities = drawn(logits, uniform, temperature)
    plain_tokens, plain_log_probabilities = plain_draw(
        torch.from_numpy(logits), torch.from_numpy(uniform), temperature
    )
    assert tokens.tolist() == plain_tokens.tolist()
    assert log_probabilities == pytest.approx(plain_log_probabilities.numpy(), abs=1e-5)


@pytest.mark.parametrize("twin_of_it", [False, True])
def test_each_word_is_drawn_on_an_interval_as_long_as_its_probability(twin_of_it: bool) -> None:
    """Masses 1, 2, 3, 4: a number in the middle of a word's interval and one near each end give this word."""
    shares = np.array([0.1, 0.2, 0.3, 0.4])
    ends = np.concatenate([[0], shares.cumsum()])
    for temperature in (0.5, 1.0, 3.0):
        logits = np.log(shares) * temperature + 7
        for word, (low, high) in enumerate(pairwise(ends)):
            uniform = np.array([low + 1e-4, (low + high) / 2, high - 1e-4])
            rows = np.tile(logits, (3, 1))
            if twin_of_it:
                found = plain_draw(torch.from_numpy(rows), torch.from_numpy(uniform), temperature)
            else:
                found = drawn(rows, uniform, temperature)
            assert list(found[0]) == [word] * 3
            assert np.asarray(found[1]) == pytest.approx(np.log(shares[word]), abs=1e-5)


def test_a_word_without_probability_is_never_drawn() -> None:
    logits = np.array([-np.inf, 0.5, -np.inf, 0.0, -np.inf])
    uniform = np.array([0, 1e-7, 0.3, 0.9, np.nextafter(np.float32(1), np.float32(0))], np.float32)
    for temperature in (0.0, 0.1, 1.0, 10.0):
        tokens, log_probabilities = drawn(np.tile(logits, (5, 1)), uniform, temperature)
        assert set(tokens) <= {1, 3}
        assert np.isfinite(log_probabilities).all()


def test_temperature_zero_takes_the_likeliest_word_whatever_the_number() -> None:
    logits = np.random.default_rng(0).normal(size=(50, 7))
    for number in (0.0, 0.5, 0.999):
        tokens, log_probabilities = drawn(logits, np.full(50, number), 0.0)
        assert [row[token] for row, token in zip(logits, tokens, strict=True)] == [max(row) for row in logits]
        assert (log_probabilities == 0).all()
