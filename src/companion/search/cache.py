"""One memory of evaluations for all games: a position and its mirror image are evaluated once.

A direct-mapped table (a new position takes its slot from an old one) by canonical key. An entry may also be pending:
some game has asked for it in the batch that is being gathered, and others share that row.
"""

from typing import Any

import numpy as np

from companion.compiled import kernel
from companion.games.board import Board

READY = -1  # in place of a batch row: the entry holds an evaluation

Record = Any


def entry_type(board: Board) -> np.dtype:
    """A canonical key (0: nothing here), the row it is pending in or READY, and the evaluation."""
    return np.dtype(
        [("key", np.int64), ("row", np.int32), ("value", np.float32), ("prior", np.float32, board.columns)],
        align=True,
    )


def new_cache(board: Board, log2_entries: int = 18) -> np.ndarray:
    """An empty table of 2^log2_entries entries; 1 entry (log2 0) is no cache at all."""
    return np.zeros(1 << log2_entries, entry_type(board))


@kernel
def entry(cache: Any, key: int) -> Record:
    """The only entry where this key can be: multiplicative hashing (Knuth, TAOCP 6.4)."""
    mixed = key * -7046029254386353131
    return cache[(mixed >> 40 ^ mixed >> 20) & cache.size - 1]


@kernel
def forget(cache: Any) -> None:
    """Empty the table: the evaluator has changed."""
    for index in range(cache.size):
        cache[index].key = 0
