"""Sequential halving against arms that are really dropped; the improved policy against bandits with known values."""

from itertools import permutations
from math import ceil, log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.games.board import CONNECT_FOUR
from companion.search.batched import SearchResult, search
from companion.search.evaluator import Evaluation
from companion.search.gumbel import halving_schedule, improved_policy
from companion.search.settings import SearchSettings
from companion.search.trees import node_type
from tests.search.positions import arbitrary, sampled

BOARD = CONNECT_FOUR
EMPTY = np.zeros(1, np.int64)


def halved_arms(arms: list[int], budget: int) -> list[int]:
    """The pulls of sequential halving, arm by arm, where arm 0 always looks best, then arm 1, ...

    As the paper's figure 1 tells it: share the budget over the rounds and, in a round, over the arms left; drop the
    worse half, but never below two; with budget left after the last round, go on with the last two.
    """
    pulls: list[int] = []
    rounds = max(1, ceil(log2(len(arms))))
    while len(pulls) < budget:
        each = max(1, budget // (rounds * len(arms)))
        pulls += arms * each
        if len(arms) > 2:
            arms = arms[: max(2, len(arms) // 2)]
    return pulls[:budget]


@given(st.integers(1, 9), st.integers(1, 120))
def test_the_schedule_is_sequential_halving(contestants: int, simulations: int) -> None:
    schedule = halving_schedule(9, simulations)[contestants]
    visits, pulls = [0] * contestants, []
    for wanted in schedule:
        candidates = [arm for arm in range(contestants) if visits[arm] == wanted]
        pulls.append(candidates[0])  # there always is one
        visits[candidates[0]] += 1
    assert pulls == halved_arms(list(range(contestants)), simulations)


def root(prior: list[float], visits: list[float], q: list[float], value: float) -> np.void:
    node = np.zeros(1, node_type(BOARD))[0]
    node["prior"], node["visit_counts"], node["value"] = prior, visits, value
    node["total_values"] = np.array(visits) * np.array(q)
    return node


def improved(node: np.void, value_scale: float = 1.0) -> np.ndarray:
    policy = np.zeros(BOARD.columns, np.float32)
    improved_policy(BOARD, node, SearchSettings(considered=4, value_scale=value_scale).knobs, policy)
    return policy


probabilities = st.lists(st.floats(0.01, 1), min_size=7, max_size=7).map(lambda p: [x / sum(p) for x in p])
values = st.lists(st.floats(-1, 1), min_size=7, max_size=7)
counts = st.lists(st.integers(0, 9).map(float), min_size=7, max_size=7)


@given(probabilities, values, st.floats(0.001, 1))
def test_the_improved_policy_earns_more_than_the_prior(prior: list, q: list, scale: float) -> None:
    policy = improved(root(prior, [3.0] * 7, q, 0.0), scale)
    assert policy.sum() == pytest.approx(1, abs=1e-5)
    assert policy @ q >= np.dot(prior, q) - 1e-5


@given(probabilities, counts, st.floats(-1, 1))
def test_equal_values_leave_the_prior_as_it_was(prior: list, visits: list, value: float) -> None:
    """An unvisited move counts as worth what all the others are worth, and the root itself."""
    assert improved(root(prior, visits, [value] * 7, value)) == pytest.approx(prior, abs=1e-4)


def test_unvisited_moves_are_worth_a_mean_of_the_root_and_what_was_found() -> None:
    """Root 0, two visits each to moves of prior 0.1 and 0.3 worth 0.4 and 0.8: (0 + 4 * 0.7) / 5 = 0.56."""
    prior = [0.1, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1]
    visited = improved(root(prior, [2, 2, 0, 0, 0, 0, 0], [0.4, 0.8, 0, 0, 0, 0, 0], 0.0), 0.1)
    odds = visited[2] / visited[1] * prior[1] / prior[2]
    assert np.log(odds) == pytest.approx((50 + 2) * 0.1 * (0.56 - 0.8), rel=1e-4)


def test_illegal_moves_are_not_in_the_policy() -> None:
    policy = improved(root([-np.inf, 0.5, 0.5, 0, 0, 0, 0], [0.0] * 7, [0.0] * 7, 0.0))
    assert policy[:3] == pytest.approx([0, 0.5, 0.5], abs=1e-5)


Q = np.array([0.0, 0.6, -0.4, 0.2, -0.4, 0.6, 0.0], np.float32)
PRIOR = np.array([0.25, 0.05, 0.15, 0.1, 0.15, 0.05, 0.25], np.float32)


def bandit(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
    """The empty board as a bandit: the first stone decides (a mirror image looks the same)."""
    pulled = [int(s).bit_length() // 7 if int(s).bit_count() == 1 else 3 for s in stones]
    values = [-Q[arm] if int(s).bit_count() == 1 else 0 for arm, s in zip(pulled, stones, strict=True)]
    return Evaluation(np.tile(PRIOR, (len(mine), 1)), np.array(values, np.float32))


def played(considered: int, simulations: int, games: int = 4000) -> SearchResult:
    """The bandit, with values so heavy that among the moves seen the best is always played."""
    settings = SearchSettings(considered=considered, value_scale=100.0)
    return search(BOARD, EMPTY.repeat(games), EMPTY.repeat(games), bandit, simulations, settings)


def expected_best_of(considered: int) -> float:
    """E max q over this many arms drawn from the prior without replacement, by enumerating the draws."""
    total = 0.0
    for arms in permutations(range(7), considered):
        chance, left = 1.0, 1.0
        for arm in arms:
            chance, left = chance * PRIOR[arm] / left, left - PRIOR[arm]
        total += chance * max(Q[arm] for arm in arms)
    return total


@pytest.mark.parametrize("considered", [2, 3, 4])
def test_play_earns_the_best_of_as_many_draws_from_the_prior(considered: int) -> None:
    earned = Q[played(considered, considered).best]
    assert abs(earned.mean() - expected_best_of(considered)) < 4 * earned.std() / 4000**0.5
    assert earned.mean() > PRIOR @ Q + 0.1


def test_without_simulations_play_follows_the_prior() -> None:
    played_moves = np.bincount(played(4, 0).best, minlength=7)
    expected = 4000 * PRIOR
    assert (
        (played_moves - expected) ** 2 / expected
    ).sum() < 22.5  # chi-square with 6 degrees: once in 1,000


@pytest.mark.parametrize(("considered", "simulations"), [(2, 1), (2, 20), (4, 16), (7, 50), (20, 64)])
def test_the_budget_and_the_number_of_moves_considered_are_kept(considered: int, simulations: int) -> None:
    settings = SearchSettings(considered=considered)
    found = search(BOARD, *sampled(BOARD, 0, 9, 15), arbitrary(BOARD), simulations, settings)
    assert (found.visit_counts.sum(axis=1) == simulations).all()
    assert ((found.visit_counts > 0).sum(axis=1) <= considered).all()
    assert (found.visit_counts[np.arange(9), found.best] == found.visit_counts.max(axis=1)).all()
    assert found.policy.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_draws_belong_to_the_seed_and_the_number_of_the_game() -> None:
    first, again = played(2, 2, games=300), played(2, 2, games=300)
    assert np.array_equal(first.visit_counts, again.visit_counts)
    assert len(np.unique(first.visit_counts, axis=0)) > 10
