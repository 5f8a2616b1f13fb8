"""How positions come in and go out: columns, text, planes. Mistakes end here, in one sentence; kernels check nothing.

Columns count from 0 at the left, rows from 0 at the bottom.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Bool, Float32, Int64

from companion.games.board import Board
from companion.games.connect_four import EMPTY, Position, column, full, has_line, legal, play, ply


def result(board: Board, position: Position) -> int | None:
    """How a finished game went for the player to move: -1 lost, 0 drawn; None while it goes on."""
    if has_line(board, position.mine ^ position.stones):
        return -1
    return 0 if full(board, position) else None


def require_unfinished(board: Board, position: Position) -> None:
    """Raise a ValueError unless the game goes on."""
    if (ended := result(board, position)) is not None:
        raise ValueError(
            f"the game is over after {ply(position)} stones: {'a draw' if ended == 0 else 'a line is made'}"
        )


def legal_columns(board: Board, position: Position) -> Bool[np.ndarray, " {board.columns}"]:
    """Which columns still take a stone."""
    cells = legal(board, position)
    return np.array([cells & column(board, index) != 0 for index in range(board.columns)])


def drop(board: Board, position: Position, index: int) -> Position:
    """The position after a stone in this column; a ValueError if the game is over or the column full or missing."""
    require_unfinished(board, position)
    if not 0 <= index < board.columns:
        raise ValueError(f"there is no column {index}: columns go from 0 to {board.columns - 1}")
    move = legal(board, position) & column(board, index)
    if move == 0:
        raise ValueError(f"column {index} is full")
    return play(position, move)


def from_columns(board: Board, columns: Iterable[int]) -> Position:
    """The position after stones in these columns, from the empty board."""
    position = EMPTY
    for index in columns:
        position = drop(board, position, index)
    return position


def from_digits(board: Board, digits: str) -> Position:
    """The same from the digits in which the literature writes games: "4453", the leftmost column being 1."""
    if not all("1" <= digit <= str(board.columns) for digit in digits):
        raise ValueError(f"{digits!r} must consist of digits from 1 to {board.columns}, a column each")
    return from_columns(board, [int(digit) - 1 for digit in digits])


def to_text(board: Board, position: Position) -> str:
    """The board as seen: x for the stones of the player who began, o for the other's."""
    first, second = position.mine, position.mine ^ position.stones
    if ply(position) % 2 == 1:
        first, second = second, first
    marks = np.full((board.rows, board.columns), ".")
    marks[(first >> cell_bits(board) & 1) == 1] = "x"
    marks[(second >> cell_bits(board) & 1) == 1] = "o"
    return "\n".join(" ".join(row) for row in marks[::-1])


def cell_bits(board: Board) -> Int64[np.ndarray, "{board.rows} {board.columns}"]:
    """The number of each cell's bit."""
    rows, columns = np.indices((board.rows, board.columns))
    return columns * board.height + rows


def to_planes(
    board: Board, mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"]
) -> Float32[np.ndarray, "n 2 {board.rows} {board.columns}"]:
    """What a network sees of each position: a plane of ones for my stones, and one for the opponent's."""
    players = np.stack([mine, mine ^ stones], axis=1)[:, :, None, None]
    return (players >> cell_bits(board) & 1).astype(np.float32)


def from_planes(
    board: Board, planes: Float32[np.ndarray, "n 2 {board.rows} {board.columns}"]
) -> tuple[Int64[np.ndarray, " n"], Int64[np.ndarray, " n"]]:
    """(mine, stones) of each position."""
    mine, theirs = (planes.astype(np.int64) << cell_bits(board)).sum(axis=(2, 3)).T
    return mine, mine | theirs
