"""A board's sets of cells against a list of its cells, and the boards that are refused."""

import numpy as np
import pytest

from companion.games.board import Board
from companion.games.connect_four import column, has_line
from tests.games.columns import BOARDS, cells


@pytest.mark.parametrize("board", BOARDS)
def test_the_sets_hold_the_cells_and_no_sentinel(board: Board) -> None:
    everything = [(c, r) for c in range(board.columns) for r in range(board.rows)]
    assert cells(board, board.cells) == set(everything)
    assert cells(board, board.bottom) == {(c, 0) for c in range(board.columns)}
    assert board.size == len(everything)
    assert board.cells < 2**49


@pytest.mark.parametrize("board", BOARDS)
def test_columns_part_the_cells(board: Board) -> None:
    parts = [cells(board, column(board, index)) for index in range(board.columns)]
    assert parts == [{(index, r) for r in range(board.rows)} for index in range(board.columns)]


def test_kernels_tell_boards_of_one_size_apart() -> None:
    three = sum(1 << 6 * c for c in range(3))  # on five rows: six bits to a column
    assert has_line(Board(5, 5, 3), three)
    assert not has_line(Board(5, 5, 4), three)


@pytest.mark.parametrize(
    ("columns", "rows", "line", "said"),
    [
        (7, 6, 2, "line"),
        (7, 6, 8, "line"),
        (4, 11, 5, "line"),
        (-4, 4, 4, "line"),
        (7, 0, 4, "row"),
        (7, -6, 4, "row"),
        (8, 4, 4, "8 columns and 4 rows"),
        (7, 7, 4, "7 columns and 7 rows"),
        (5, 9, 4, "5 columns and 9 rows"),
    ],
)
def test_a_board_that_cannot_be_is_refused_in_a_sentence(
    columns: int, rows: int, line: int, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Board(columns, rows, line)


@pytest.mark.parametrize("columns", range(3, 8))
def test_shifts_along_a_line_stay_within_an_integer_on_the_highest_boards(columns: int) -> None:
    highest = max(rows for rows in range(1, 49) if columns * (rows + 1) <= 49)
    steps = np.array([highest, highest + 1, highest + 2])
    assert ((columns - 1) * steps < 64).all()
    assert Board(columns, highest, columns).cells < 2**49
