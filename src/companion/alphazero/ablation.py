"""Evaluators with the prior or the value taken away or made wrong: what does search do with each?"""

from typing import Literal

import numpy as np
from jaxtyping import Int64

from companion.compiled import kernel
from companion.games.board import Board
from companion.games.connect_four import Position, key
from companion.search.evaluator import Evaluate, Evaluation
from companion.search.randomness import key_of

Prior = Literal["trained", "random", "uniform", "wrong"]
Value = Literal["true", "zero", "scrambled"]


@kernel
def position_hashes(
    board: Board, mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"], seed: int
) -> Int64[np.ndarray, " n"]:
    """A number for each position, always the same, not negative."""
    hashes = np.empty(len(mine), np.int64)
    for i in range(len(mine)):
        hashes[i] = key_of(seed, key(board, Position(mine[i], stones[i])), 0) >> 1 & (1 << 40) - 1
    return hashes


def ablated(
    board: Board, trained: Evaluate, untrained: Evaluate, prior: Prior, value: Value, seed: int
) -> Evaluate:
    """The trained evaluator with another prior or value.

    `random` is an untrained network's prior; `wrong` the trained one moved by 1 to columns - 1 columns, by how many
    depends on the position; `scrambled` values keep their size and take a random sign, fixed for each position.
    """

    def evaluate(mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"]) -> Evaluation:
        probabilities, values = trained(mine, stones)
        hashes = position_hashes(board, mine, stones, seed)
        if prior == "random":
            probabilities = untrained(mine, stones).prior
        elif prior == "uniform":
            probabilities = np.full_like(probabilities, 1 / board.columns)
        elif prior == "wrong":
            shift = 1 + hashes % (board.columns - 1)
            moved = (np.arange(board.columns) + shift[:, None]) % board.columns
            probabilities = np.take_along_axis(probabilities, moved, 1)
        if value == "zero":
            values = np.zeros_like(values)
        elif value == "scrambled":
            values = np.where(hashes >> 20 & 1 == 1, values, -values)
        return Evaluation(probabilities, values)

    return evaluate
