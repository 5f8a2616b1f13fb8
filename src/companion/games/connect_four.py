"""The rules of Connect Four, on any board: players take turns to drop a stone into a column; a line of four wins.

Everything here is a kernel on sets of cells (see board.py), a few machine instructions long, and checks nothing:
notation.py is the way in and out for people. The idea of adding stones to carry into the next free cell is folklore;
finding threats by shifts follows Tromp, "Fhourstones" (1996), and Pons, "Solving Connect 4" (2015), part 6.
"""

from typing import NamedTuple

from companion.compiled import kernel
from companion.games.board import Board
from companion.games.instructions import popcount


class Position(NamedTuple):
    """Two sets of cells: `mine`, the stones of the player to move, and `stones`, everybody's."""

    mine: int
    stones: int


EMPTY = Position(0, 0)


@kernel
def ply(position: Position) -> int:
    """How many stones lie on the board."""
    return popcount(position.stones)


@kernel
def column(board: Board, index: int) -> int:
    """The set of cells of one column, 0 at the left."""
    return ((1 << board.rows) - 1) << board.height * index


@kernel
def legal(board: Board, position: Position) -> int:
    """The cells a stone can be dropped into: adding the bottom row carries each column into its next free cell."""
    return (position.stones + board.bottom) & board.cells


@kernel
def play(position: Position, move: int) -> Position:
    """The position after a stone on the one cell `move`, seen by the other player."""
    return Position(position.mine ^ position.stones, position.stones | move)


@kernel
def full(board: Board, position: Position) -> bool:
    """No cell is free: unless the last stone made a line, a draw."""
    return position.stones == board.cells


@kernel
def threats(board: Board, mine: int, stones: int) -> int:
    """The empty cells, within reach or not yet, where one more stone completes a line of `mine`."""
    found = 0
    for step in (1, board.height - 1, board.height, board.height + 1):  # up, down right, right, up right
        before = -1  # cells that follow `gap` stones of mine, for gap = 0: all cells
        for gap in range(board.line):
            run = before
            for ahead in range(1, board.line - gap):
                run &= mine >> ahead * step
            found |= run
            before &= mine << (gap + 1) * step
    return found & (board.cells ^ stones)


@kernel
def winning(board: Board, position: Position) -> int:
    """The moves that win at once."""
    return threats(board, position.mine, position.stones) & legal(board, position)


@kernel
def has_line(board: Board, stones: int) -> bool:
    """Whether a set of stones holds a line."""
    for step in (1, board.height - 1, board.height, board.height + 1):
        run = stones
        for _ in range(board.line - 1):
            run &= run >> step
        if run:
            return True
    return False


@kernel
def key(board: Board, position: Position) -> int:
    """One integer, never 0, for each position: in each column a leading one above the bits of `mine`."""
    return position.stones + board.bottom + position.mine


@kernel
def mirrored(board: Board, cells: int) -> int:
    """Left and right exchanged, for a set of cells or a key."""
    mirror = 0
    for index in range(board.columns):
        bits = cells >> board.height * index & ((1 << board.height) - 1)
        mirror |= bits << board.height * (board.columns - 1 - index)
    return mirror


@kernel
def mirror(board: Board, position: Position) -> Position:
    """The position with left and right exchanged; it has the same value."""
    return Position(mirrored(board, position.mine), mirrored(board, position.stones))


@kernel
def canonical(board: Board, position: Position) -> tuple[int, bool]:
    """The smaller of the two keys of a position and its mirror image, and whether it is the mirror image's."""
    straight = key(board, position)
    mirror = mirrored(board, straight)
    return min(straight, mirror), mirror < straight
