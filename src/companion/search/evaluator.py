"""The one hole in the search: anything that looks at positions and returns a prior and a value for each.

A uniform prior, random playouts and a trained network all go through it; the search does not know which it is.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float32, Int64

from companion.compiled import kernel
from companion.games.board import Board
from companion.games.connect_four import Position, full, has_line, key, legal, play
from companion.games.instructions import popcount
from companion.search.randomness import key_of, uniform


class Evaluation(NamedTuple):
    """What an evaluator says of n positions. The search leaves illegal moves out and makes the rest sum to one."""

    prior: Float32[np.ndarray, "n columns"]  # probability of each move for the player to move
    value: Float32[np.ndarray, " n"]  # expected outcome for the player to move, from -1 to 1


Evaluate = Callable[[Int64[np.ndarray, " n"], Int64[np.ndarray, " n"]], Evaluation]
"""From the sets of cells (mine, stones) of n unfinished positions to their evaluation."""


@kernel
def is_sound(prior: Any, value: Any) -> bool:
    """No negative probability and no infinite or undefined number: a walk by such scores would leave the tree."""
    return prior.min() >= 0 and np.isfinite(prior.sum() + value)


def uniform_evaluator(board: Board) -> Evaluate:
    """Knows nothing: every move alike, every position even."""

    def evaluate(mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"]) -> Evaluation:
        n = len(mine)
        return Evaluation(np.full((n, board.columns), 1 / board.columns, np.float32), np.zeros(n, np.float32))

    return evaluate


def rollout_evaluator(board: Board, playouts: int, seed: int) -> Evaluate:
    """Every move alike; the value is the mean outcome of random games from here, as in MCTS before AlphaZero.

    The method is Coulom's (2006). The games drawn for a position depend on the seed and the position alone.
    """

    def evaluate(mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"]) -> Evaluation:
        prior = np.full((len(mine), board.columns), 1 / board.columns, np.float32)
        return Evaluation(prior, _mean_outcomes(board, mine, stones, playouts, seed))

    return evaluate


@kernel
def _mean_outcomes(
    board: Board, mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"], playouts: int, seed: int
) -> Float32[np.ndarray, " n"]:
    values = np.zeros(len(mine), np.float32)
    for i in range(len(mine)):
        position = Position(mine[i], stones[i])
        for playout in range(playouts):
            values[i] += _random_outcome(board, position, key_of(seed, key(board, position), playout))
        values[i] /= playouts
    return values


@kernel
def _random_outcome(board: Board, start: Position, random_key: int) -> int:
    """+1, 0 or -1 for the player to move at the start, after uniformly random moves to the end."""
    position, sign = start, 1
    for draw in range(board.size):
        moves = legal(board, position)
        for _ in range(int(uniform(random_key, draw) * popcount(moves))):
            moves &= moves - 1
        position = play(position, moves & -moves)
        if has_line(board, position.mine ^ position.stones):
            return sign
        if full(board, position):
            return 0
        sign = -sign
    return 0
