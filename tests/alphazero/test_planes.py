"""The network's planes against the slow ones of games/notation.py, which have tests of their own."""

import numpy as np
import pytest
import torch

from companion.alphazero.planes import to_planes
from companion.games import notation
from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from tests.search.positions import sampled

BOARDS = [CONNECT_FOUR, CONNECT_THREE, Board(7, 2, 4), Board(4, 6, 4)]


@pytest.mark.parametrize("board", BOARDS)
def test_they_are_those_of_the_notation(board: Board) -> None:
    mine, stones = sampled(board, 0, 1, 5, 7, count=4)
    assert np.array_equal(to_planes(board, mine, stones).numpy(), notation.to_planes(board, mine, stones))


def test_channels_come_last_in_memory() -> None:
    planes = to_planes(CONNECT_FOUR, *sampled(CONNECT_FOUR, 4, 9))
    assert planes.shape == (6, 2, 6, 7)
    assert planes.is_contiguous(memory_format=torch.channels_last)


def test_no_positions_have_no_planes() -> None:
    nothing = np.zeros(0, np.int64)
    assert to_planes(CONNECT_FOUR, nothing, nothing).shape == (0, 2, 6, 7)
