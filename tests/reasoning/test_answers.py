"""Accuracy against reading the completions, and chances against all ways to pick tries."""

from itertools import combinations, product

import numpy as np
import pytest

from companion.reasoning.answers import accuracy, lengths_of, pass_at_k, pass_by_guessing, tries
from companion.reasoning.rollouts import completed
from tests.reasoning.referee import arrangements_after, permutations_in, rows_of, said, words_of
from tests.reasoning.runs import SHUFFLES, shuffler


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("opening", ["free", "think", "answer"])
def test_tries_are_the_completions_that_are_right(opening) -> None:
    model, prompts = shuffler(), SHUFFLES.problems(12, random())
    completions = completed(model, SHUFFLES, prompts, random(5), opening=opening, copies=4)
    expected = [
        [said(words) == arrangements_after(permutations_in(prompt))[-1:] for words in group]
        for prompt, group in zip(
            words_of(SHUFFLES, prompts),
            (words_of(SHUFFLES, rows) for rows in completions.reshape(12, 4, -1)),
            strict=True,
        )
    ]
    found = tries(model, SHUFFLES, prompts, random(5), opening=opening, copies=4)
    assert found.tolist() == expected
    assert 0 < found.mean() < 1
    share = accuracy(model, SHUFFLES, prompts, random(5), opening=opening, copies=4)
    assert share == pytest.approx(sum(map(sum, expected)) / 48)


def test_greedy_tries_are_all_alike() -> None:
    found = tries(shuffler(), SHUFFLES, SHUFFLES.problems(20, random()), random(), copies=3, temperature=0.0)
    assert (found == found[:, :1]).all()
    assert 0 < found.mean() < 1


def test_pass_at_k_is_the_share_of_picks_that_hold_a_right_one() -> None:
    right = np.array(list(product((False, True), repeat=6)))
    found = pass_at_k(right, range(1, 7))
    for row, chances in zip(right.tolist(), found, strict=True):
        for k, chance in enumerate(chances, start=1):
            picks = [any(pick) for pick in combinations(row, k)]
            assert chance == pytest.approx(sum(picks) / len(picks), abs=1e-9)


def test_pass_at_k_stays_exact_with_many_tries() -> None:
    right = np.zeros((3, 2000), bool)
    right[1, :1] = right[2, :1000] = True
    found = pass_at_k(right, [1, 2, 1000, 2000])
    assert found[0].tolist() == [0] * 4
    assert found[1] == pytest.approx([1 / 2000, 1 / 1000, 1 / 2, 1], abs=1e-9)
    assert found[2, :2] == pytest.approx([1 / 2, 1 - 1 / 2 * 999 / 1999], abs=1e-9)


def test_more_picks_than_tries_are_refused() -> None:
    with pytest.raises(ValueError, match="pass@9 needs at least as many tries, not 8"):
        pass_at_k(np.zeros((2, 8), bool), [1, 9])


def test_guessing_is_enumerated() -> None:
    """Guesses at a problem with one right answer of three, and at one with one of two."""
    ks = [1, 2, 4]
    for k, found in zip(ks, pass_by_guessing(np.array([1 / 3, 1 / 2]), ks), strict=True):
        thirds, halves = list(product(range(3), repeat=k)), list(product(range(2), repeat=k))
        expected = (sum(0 in g for g in thirds) / len(thirds) + sum(0 in g for g in halves) / len(halves)) / 2
        assert found == pytest.approx(expected)


def test_lengths_count_the_end_and_no_padding() -> None:
    rows = rows_of(SHUFFLES, ["answer ABC </s>", "think ABC CAB answer CAB", "</s>"], 8)
    assert lengths_of(rows, SHUFFLES.vocabulary.pad).tolist() == [3, 5, 1]
