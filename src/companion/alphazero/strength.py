"""How strong a player is: how often it picks a move that the solver calls optimal, with and without search."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float64, Int64

from companion.alphazero.problems import Problems
from companion.games.board import Board
from companion.games.connect_four import Position, column, full, legal, play
from companion.search.batched import anytime
from companion.search.evaluator import Evaluate
from companion.search.settings import SearchSettings


def moves_by_budget(
    board: Board,
    problems: Problems,
    evaluate: Evaluate,
    budgets: Sequence[int],
    search: SearchSettings = SearchSettings(),  # noqa: B008  frozen
) -> Int64[np.ndarray, "budgets n"]:
    """The move chosen in each problem after each number of simulations; after 0, the likeliest by the prior."""
    results = anytime(board, problems.mine, problems.stones, evaluate, budgets, search)
    return np.stack([result.best for result in results])


def accuracies(
    board: Board,
    problems: Problems,
    evaluate: Evaluate,
    budgets: Sequence[int],
    search: SearchSettings = SearchSettings(),  # noqa: B008  frozen
) -> Float64[np.ndarray, " budgets"]:
    """The share of optimal moves after each number of simulations."""
    moves = moves_by_budget(board, problems, evaluate, budgets, search)
    return np.array([problems.optimal[np.arange(len(chosen)), chosen].mean() for chosen in moves])


def moves_by_value(board: Board, problems: Problems, evaluate: Evaluate) -> Int64[np.ndarray, " n"]:
    """The move after which the value is worst for the opponent: the value head alone, looking one move ahead."""
    rows, columns = np.nonzero(problems.legal)
    before = zip(problems.mine[rows].tolist(), problems.stones[rows].tolist(), columns.tolist(), strict=True)
    after = np.array([_after(board, *there) for there in before])
    ended = np.array([full(board, Position(*position)) for position in after.tolist()])
    scores = np.full(problems.legal.shape, -np.inf)
    scores[rows, columns] = np.where(ended, 0, -evaluate(after[:, 0].copy(), after[:, 1].copy()).value)
    return scores.argmax(1)


def _after(board: Board, mine: int, stones: int, index: int) -> Position:
    position = Position(mine, stones)
    return play(position, legal(board, position) & column(board, index))


def simulations_to_reach(
    target: float, budgets: Sequence[int], found: Float64[np.ndarray, " budgets"]
) -> float:
    """How many simulations it takes to reach an accuracy, read off a measured curve.

    The curve is interpolated over log2(1 + simulations), after taking at each budget the best accuracy so far. If the
    smallest budget reaches the target, it is the answer, and if the largest does not, that one is: a lower bound.
    """
    best, effort = np.maximum.accumulate(found), np.log2(1 + np.asarray(budgets, float))
    if best[0] >= target:
        return float(budgets[0])
    if best[-1] < target:
        return float(budgets[-1])
    after = int(np.argmax(best >= target))
    share = (target - best[after - 1]) / (best[after] - best[after - 1])
    return float(2 ** (effort[after - 1] + share * (effort[after] - effort[after - 1])) - 1)
