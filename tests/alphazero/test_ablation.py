"""What an ablated evaluator says, against what the trained one said of the same positions."""

import numpy as np
import pytest

from companion.alphazero.ablation import ablated, position_hashes
from companion.games.board import CONNECT_FOUR
from companion.search.evaluator import Evaluation
from tests.search.positions import arbitrary, sampled

BOARD = CONNECT_FOUR


def untrained(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
    """Its prior lies elsewhere, and its value must never be used."""
    prior = np.tile(np.arange(1, 8, dtype=np.float32) / 28, (len(mine), 1))
    return Evaluation(prior, np.full(len(mine), np.nan, np.float32))


@pytest.fixture(scope="module")
def positions() -> tuple[np.ndarray, np.ndarray]:
    mine, stones = sampled(BOARD, 6, 9, 12, 15, count=400)
    kept = np.unique(np.stack([mine, stones]), axis=1)
    return kept[0].copy(), kept[1].copy()


def said(prior: str, value: str, positions: tuple[np.ndarray, np.ndarray], seed: int = 0) -> Evaluation:
    return ablated(BOARD, arbitrary(BOARD), untrained, prior, value, seed)(*positions)


def shifts(positions: tuple[np.ndarray, np.ndarray], seed: int = 0) -> np.ndarray:
    """By how many columns each wrong prior was moved; exactly one shift fits."""
    right, wrong = arbitrary(BOARD)(*positions).prior, said("wrong", "true", positions, seed).prior
    fits = np.array([(np.roll(right, -by, axis=1) == wrong).all(axis=1) for by in range(7)])
    assert (fits.sum(axis=0) == 1).all()
    return fits.argmax(axis=0)


def flips(positions: tuple[np.ndarray, np.ndarray], seed: int = 0) -> np.ndarray:
    right, scrambled = arbitrary(BOARD)(*positions).value, said("trained", "scrambled", positions, seed).value
    assert np.array_equal(np.abs(scrambled), np.abs(right))
    return scrambled != right


def test_nothing_taken_away_is_the_trained_evaluator(positions: tuple[np.ndarray, np.ndarray]) -> None:
    for one, other in zip(said("trained", "true", positions), arbitrary(BOARD)(*positions), strict=True):
        assert np.array_equal(one, other)


def test_a_random_prior_is_the_untrained_one_with_the_trained_value(
    positions: tuple[np.ndarray, np.ndarray],
) -> None:
    found = said("random", "true", positions)
    assert np.array_equal(found.prior, untrained(*positions).prior)
    assert np.array_equal(found.value, arbitrary(BOARD)(*positions).value)


def test_a_uniform_prior_prefers_nothing(positions: tuple[np.ndarray, np.ndarray]) -> None:
    assert (said("uniform", "true", positions).prior == np.float32(1 / 7)).all()


def test_a_value_of_zero_says_nothing_and_leaves_the_prior(positions: tuple[np.ndarray, np.ndarray]) -> None:
    found = said("trained", "zero", positions)
    assert not found.value.any()
    assert np.array_equal(found.prior, arbitrary(BOARD)(*positions).prior)


def test_a_wrong_prior_leaves_no_column_in_its_place(positions: tuple[np.ndarray, np.ndarray]) -> None:
    """It is the trained one, moved on by 1 to 6 columns, each as often as the others."""
    counts = np.bincount(shifts(positions), minlength=7)
    assert counts[0] == 0
    expected = counts.sum() / 6
    assert ((counts[1:] - expected) ** 2 / expected).sum() < 20.5  # 5 degrees, once in 1,000 times


def test_a_scrambled_value_keeps_its_size_and_turns_around_half_of_the_time(
    positions: tuple[np.ndarray, np.ndarray],
) -> None:
    flipped = flips(positions)
    assert flipped.mean() == pytest.approx(0.5, abs=2 / len(flipped) ** 0.5)
    assert flipped[arbitrary(BOARD)(*positions).value > 0].mean() == pytest.approx(0.5, abs=0.07)


def test_which_way_a_prior_moves_says_nothing_of_the_value(positions: tuple[np.ndarray, np.ndarray]) -> None:
    flipped, moved = flips(positions), shifts(positions)
    share = [flipped[moved == by].mean() for by in range(1, 7)]
    assert share == pytest.approx(np.full(6, 0.5), abs=0.15)


@pytest.mark.parametrize("ablation", [("wrong", "true"), ("trained", "scrambled")])
def test_what_is_wrong_with_a_position_is_always_the_same(
    ablation: tuple[str, str], positions: tuple[np.ndarray, np.ndarray]
) -> None:
    together, order = said(*ablation, positions), np.random.default_rng(0).permutation(len(positions[0]))[:50]
    again = said(*ablation, (positions[0][order], positions[1][order]))
    assert np.array_equal(again.prior, together.prior[order])
    assert np.array_equal(again.value, together.value[order])


def test_another_seed_makes_other_mistakes(positions: tuple[np.ndarray, np.ndarray]) -> None:
    assert (shifts(positions, 0) == shifts(positions, 1)).mean() == pytest.approx(1 / 6, abs=0.06)
    assert (flips(positions, 0) == flips(positions, 1)).mean() == pytest.approx(1 / 2, abs=0.07)


def test_hashes_are_not_negative_and_rarely_meet(positions: tuple[np.ndarray, np.ndarray]) -> None:
    hashes = position_hashes(BOARD, *positions, 0)
    assert hashes.min() >= 0
    assert len(np.unique(hashes)) == len(hashes)


@pytest.mark.parametrize("ablation", [("wrong", "scrambled"), ("random", "zero")])
def test_the_trained_answer_itself_is_left_alone(
    ablation: tuple[str, str], positions: tuple[np.ndarray, np.ndarray]
) -> None:
    answer = arbitrary(BOARD)(*positions)
    before = [part.copy() for part in answer]
    ablated(BOARD, lambda mine, stones: answer, untrained, *ablation, 0)(*positions)
    assert all(np.array_equal(part, copy) for part, copy in zip(answer, before, strict=True))
