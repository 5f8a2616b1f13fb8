"""How strong a player is: hand-made players whose strength is known, and curves read by hand."""

import numpy as np
import pytest

from companion.alphazero.problems import Problems, off_policy
from companion.alphazero.strength import (
    accuracies,
    moves_by_budget,
    moves_by_value,
    simulations_to_reach,
)
from companion.games.board import CONNECT_THREE, Board
from companion.games.connect_four import Position, mirror
from companion.games.notation import drop, result
from companion.search.batched import search
from companion.search.evaluator import Evaluate, Evaluation, uniform_evaluator
from tests.games.columns import random_states
from tests.search.positions import arbitrary

BOARD = CONNECT_THREE


@pytest.fixture(scope="module")
def problems() -> Problems:
    return off_policy(BOARD, 300, (8, 16), seed=2)


def preferring(problems: Problems, moves: np.ndarray) -> Evaluate:
    """A prior that is sure of one move in each problem; the search may ask about the mirror image instead."""
    sure = {}
    for mine, stones, move in zip(
        problems.mine.tolist(), problems.stones.tolist(), moves.tolist(), strict=True
    ):
        sure[mirror(BOARD, Position(mine, stones))] = 4 - move
        sure[mine, stones] = move

    def evaluate(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        prior, value = uniform_evaluator(BOARD)(mine, stones)
        for row, position in enumerate(zip(mine.tolist(), stones.tolist(), strict=True)):
            if position in sure:
                prior[row] = np.eye(5, dtype=np.float32)[sure[position]]
        return Evaluation(prior, value)

    return evaluate


def worth(values: dict[tuple[int, int], float]) -> Evaluate:
    """A value for each position, nothing else; positions that are not listed must not be asked about."""

    def evaluate(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        there = zip(mine.tolist(), stones.tolist(), strict=True)
        prior, _ = uniform_evaluator(BOARD)(mine, stones)
        return Evaluation(prior, np.array([values[position] for position in there], np.float32))

    return evaluate


def test_without_search_the_likeliest_move_counts(problems: Problems) -> None:
    best, worst = problems.optimal.argmax(axis=1), (problems.legal & ~problems.optimal).argmax(axis=1)
    n = len(best)
    some = np.where(np.arange(n) < n // 3, best, worst)
    for moves, expected in ((best, 1.0), (worst, 0.0), (some, (n // 3) / n)):
        assert accuracies(BOARD, problems, preferring(problems, moves), (0,)) == pytest.approx([expected])


def test_search_mends_what_a_wrong_prior_spoils(problems: Problems) -> None:
    """Late in the game a long search sees to the end, whatever the prior says at the root."""
    worst = (problems.legal & ~problems.optimal).argmax(axis=1)
    found = accuracies(BOARD, problems, uniform_evaluator(BOARD), (0, 1, 30, 1000))
    assert found[3] > 0.97
    assert found[3] >= found[2] > found[0]
    assert accuracies(BOARD, problems, preferring(problems, worst), (0, 1000))[0] == 0


def test_moves_by_budget_are_those_of_searches_of_their_own(problems: Problems) -> None:
    moves = moves_by_budget(BOARD, problems, arbitrary(BOARD), (0, 5, 40))
    assert moves.shape == (3, len(problems.mine))
    for budget, row in zip((0, 5, 40), moves, strict=True):
        alone = search(BOARD, problems.mine, problems.stones, arbitrary(BOARD), budget)
        assert np.array_equal(row, alone.best)


def test_by_value_the_move_is_chosen_that_is_worst_for_the_opponent(problems: Problems) -> None:
    evaluate, chosen = arbitrary(BOARD), moves_by_value(BOARD, problems, arbitrary(BOARD))
    for i, (mine, stones) in enumerate(zip(problems.mine.tolist(), problems.stones.tolist(), strict=True)):
        values = {}
        for move in np.flatnonzero(problems.legal[i]).tolist():
            after = drop(BOARD, Position(mine, stones), move)
            (worth_there,) = evaluate(np.array([after.mine]), np.array([after.stones])).value.tolist()
            values[move] = 0.0 if result(BOARD, after) == 0 else -worth_there
        assert values[chosen[i]] == max(values.values())


def test_by_value_the_last_stone_of_a_draw_is_worth_nothing() -> None:
    """One cell is free; whatever the value says of a full board, the game is drawn."""
    states = random_states(Board(3, 3, 3), 8, 3, seed=0)
    mine, stones = np.array([position for _, position in states], np.int64).T
    legal = np.array([[len(column) < 3 for column in state] for state, _ in states])
    none = np.zeros(3, np.int8)
    chosen = moves_by_value(
        Board(3, 3, 3),
        Problems(mine.copy(), stones.copy(), legal, legal, none),
        lambda m, s: Evaluation(np.ones((len(m), 3), np.float32), np.full(len(m), np.nan, np.float32)),
    )
    assert np.array_equal(chosen, legal.argmax(axis=1))


RISING = (0, 1, 3, 7), np.array([0.2, 0.4, 0.6, 0.8])
"""One more doubling of 1 + simulations, a fifth more accuracy."""


@pytest.mark.parametrize(
    ("target", "expected"),
    [(0.4, 1), (0.6, 3), (0.8, 7), (0.5, 2**1.5 - 1), (0.65, 2**2.25 - 1), (0.3, 2**0.5 - 1)],
)
def test_between_budgets_the_curve_is_straight_in_doublings(target: float, expected: float) -> None:
    assert simulations_to_reach(target, *RISING) == pytest.approx(expected)


def test_what_is_reached_at_once_takes_the_smallest_budget() -> None:
    assert simulations_to_reach(0.1, *RISING) == 0
    assert simulations_to_reach(0.2, *RISING) == 0
    assert simulations_to_reach(0.1, (8, 16), np.array([0.5, 0.6])) == 8


def test_what_is_never_reached_takes_the_largest_at_least() -> None:
    assert simulations_to_reach(0.81, *RISING) == 7


def test_a_curve_that_falls_again_keeps_its_best() -> None:
    uneven = (0, 1, 3, 7), np.array([0.2, 0.6, 0.1, 0.8])
    assert simulations_to_reach(0.5, *uneven) == pytest.approx(2**0.75 - 1)  # on the way up
    assert simulations_to_reach(0.7, *uneven) == pytest.approx(2**2.5 - 1)  # between the old best and the new
    assert simulations_to_reach(0.9, (0, 1), np.array([0.5, 0.4])) == 1
