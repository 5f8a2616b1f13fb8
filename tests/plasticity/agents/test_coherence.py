"""Coherence against every pair of answers, one by one, and against views whose answers are known."""

from itertools import product

import numpy as np
import pytest

from companion.plasticity.agents.coherence import across, products, signed, within
from companion.plasticity.conversation.world import FRAMINGS, QUALITIES
from tests.plasticity import referee

RNG = np.random.default_rng(0)


def answers(rows: int) -> np.ndarray:
    return RNG.random((rows, len(FRAMINGS), len(QUALITIES)))


def side(yes: float, quality: str) -> float:
    """From -1 to 1, by the referee's rule."""
    return (2 * yes - 1) * (1 if referee.TURNED[quality] == "+" else -1)


def by_hand(one: np.ndarray, other: np.ndarray) -> float:
    """The mean product of an answer and another to a different question, over all pairs about one trait."""
    found = []
    for (f, q), (g, r) in product(np.ndindex(one.shape), repeat=2):
        if (f, q) != (g, r) and referee.trait(QUALITIES[q]) == referee.trait(QUALITIES[r]):
            found.append(side(one[f, q], QUALITIES[q]) * side(other[g, r], QUALITIES[r]))
    return float(np.mean(found))


def test_within_is_the_mean_over_pairs() -> None:
    early, late = answers(2), answers(2)
    expected = np.mean([by_hand(one, other) for one, other in zip(early, late, strict=True)])
    assert within(signed(early), signed(late)) == pytest.approx(expected)
    assert within(signed(early), signed(early)) == pytest.approx(
        np.mean([by_hand(one, one) for one in early])
    )


def test_across_is_the_mean_over_pairs_of_conversations_on_one_topic() -> None:
    early, late, topic = answers(5), answers(5), np.array([3, 8, 3, 8, 3])
    pairs = [(r, s) for r, s in product(range(5), repeat=2) if r != s and topic[r] == topic[s]]
    assert len(pairs) == 8
    expected = np.mean([by_hand(early[r], late[s]) for r, s in pairs])
    assert across(signed(early), signed(late), topic) == pytest.approx(expected)


def test_who_holds_a_view_is_coherent() -> None:
    """Whatever the framing, its answers take one side of each trait; two views agree on as many as they share."""
    yes = np.array(
        [[[referee.likes(view, quality) for quality in QUALITIES]] * 6 for view in referee.VIEWS], float
    )
    found = signed(yes)
    for view, one in zip(referee.VIEWS, found, strict=True):
        np.testing.assert_array_equal(one, np.repeat(np.array(view, float)[:, None], 24, 1))
    assert within(found, found) == 1
    opposite = signed(1 - yes)
    np.testing.assert_array_equal(products(found, opposite), -np.ones(16))
    three_of_four = products(found[:1], found[1:2])
    assert three_of_four == pytest.approx(0.5)


def test_coins_are_not_coherent() -> None:
    coins = signed(RNG.integers(0, 2, (400, 6, 16)).astype(float))
    assert within(coins, coins) == pytest.approx(0, abs=0.01)
    undecided = signed(np.full((3, 6, 16), 0.5))
    assert within(undecided, undecided) == 0
