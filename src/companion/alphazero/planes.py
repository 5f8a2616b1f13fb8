"""Positions as the network sees them: a plane of my stones and a plane of the opponent's, channels last in memory."""

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64
from torch import Tensor

from companion.compiled import kernel
from companion.games.board import Board


@kernel
def fill_planes(
    board: Board,
    mine: Int64[np.ndarray, " n"],
    stones: Int64[np.ndarray, " n"],
    planes: Float32[np.ndarray, "n rows columns 2"],
) -> None:
    """Write ones where there are stones, zeros elsewhere."""
    for i in range(len(mine)):
        theirs = mine[i] ^ stones[i]
        for row in range(board.rows):
            for column in range(board.columns):
                bit = column * board.height + row
                planes[i, row, column, 0] = mine[i] >> bit & 1
                planes[i, row, column, 1] = theirs >> bit & 1


def to_planes(
    board: Board, mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"]
) -> Float[Tensor, "n 2 rows columns"]:
    """The planes of n positions, as a tensor in channels-last layout."""
    planes = np.empty((len(mine), board.rows, board.columns, 2), np.float32)
    fill_planes(board, mine, stones, planes)
    return torch.from_numpy(planes).permute(0, 3, 1, 2)
