"""The board of a connection game: how wide, how high, how long a line wins.

A set of cells is one 64-bit integer. Column c owns the bits from `c * height` up, bottom cell first, and one bit more
than it has rows: the bit on top stays empty, so that shifting a set by a step along a line never wraps around.

numba gives every board a type of its own. Its numbers are then constants to the compiler, which unrolls the loops
over lines and columns and compiles each kernel once for each board; source and speed are those of a game written out
for one board.
"""

from collections.abc import Callable
from dataclasses import dataclass

from numba import types
from numba.core.pythonapi import unbox
from numba.extending import NativeValue, models, overload_attribute, register_model, typeof_impl

BITS = 49
"""Cells and sentinels together, at most: a solver's table entry keeps the other bits of 64 for bounds."""


@dataclass(frozen=True)
class Board:
    """`columns` by `rows` cells; whoever first has `line` stones in a row, column or diagonal wins."""

    columns: int
    rows: int
    line: int

    def __post_init__(self) -> None:
        if not 3 <= self.line <= self.columns:
            raise ValueError(
                f"line must lie between 3 and the {self.columns} columns of the board, not {self.line}"
            )
        if self.rows < 1:
            raise ValueError(f"a board needs at least one row, not {self.rows}")
        if self.columns > 7 or self.columns * self.height > BITS:
            raise ValueError(f"a board of {self.columns} columns and {self.rows} rows is larger than 7 by 6")

    @property
    def height(self) -> int:
        """Bits from one column to the next."""
        return self.rows + 1

    @property
    def size(self) -> int:
        """The number of cells."""
        return self.columns * self.rows

    @property
    def bottom(self) -> int:
        """The set of the lowest cells."""
        return sum(1 << self.height * column for column in range(self.columns))

    @property
    def cells(self) -> int:
        """The set of all cells."""
        return self.bottom * ((1 << self.rows) - 1)


CONNECT_FOUR = Board(columns=7, rows=6, line=4)

CONNECT_THREE = Board(columns=5, rows=4, line=3)
"""Small enough to be learned in seconds."""


class BoardType(types.Opaque):
    """One particular board, as numba sees it: no data at run time, constants at compile time."""

    def __init__(self, board: Board) -> None:
        self.board = board
        super().__init__(name=repr(board))


def _constant(number: int) -> Callable[[Board], int]:
    return lambda board: number


def _offer(name: str) -> None:
    # numba must not inline here: its pruning then drops writes to a record that another kernel returned
    overload_attribute(BoardType, name)(lambda board: _constant(getattr(board.board, name)))


register_model(BoardType)(models.OpaqueModel)
typeof_impl.register(Board)(lambda board, context: BoardType(board))
unbox(BoardType)(lambda numba_type, board, context: NativeValue(context.context.get_dummy_value()))
for _name in ("columns", "rows", "line", "height", "size", "bottom", "cells"):
    _offer(_name)
