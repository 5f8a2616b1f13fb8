"""How strong a player is: hand-made players whose strength is known, and curves read by hand."""

import numpy as np
import pytest

from companion.alphazero.problems import Problems, off_policy
from companion.games.board import CONNECT_THREE
from companion.search.evaluator import Evaluate, Evaluation, uniform_evaluator

BOARD = CONNECT_THREE


@pytest.fixture(scope="module")
def problems() -> Problems:
    return off_policy(BOARD, 300, (8, 16), seed=2)


def preferring(problems: Problems, moves: np.ndarray) -> Evaluate:
    """A prior that is sure of one move in each problem, and knows nothing elsewhere."""
    known = {
        key: move
        for *key, move in zip(problems.mine.tolist(), problems.stones.tolist(), moves.tolist(), strict=True)
        for key in [tuple(key)]
    }

    def evaluate(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        prior, value = uniform_evaluator(BOARD)(mine, stones)
        for row, position in enumerate(zip(mine.tolist(), stones.tolist(), strict=True)):
            if position in known:
                prior[row] = np.eye(5, dtype=np.float32)[known[position]]
        return Evaluation(prior, value)

    return evaluate
