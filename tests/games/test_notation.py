"""In and out again: columns, digits, text, planes; and what is said of mistakes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.games.connect_four import EMPTY
from companion.games.notation import (
    drop,
    from_columns,
    from_digits,
    from_planes,
    legal_columns,
    require_unfinished,
    result,
    to_planes,
    to_text,
)
from tests.games.columns import State, as_position, games, open_columns, stone, to_move

Game = tuple[Board, list[int], State]


def picture(board: Board, state: State) -> str:
    rows = ([stone(state, c, r) or "." for c in range(board.columns)] for r in reversed(range(board.rows)))
    return "\n".join(" ".join(row) for row in rows)


@given(games())
def test_text_shows_the_stones_of_who_began_as_x(game: Game) -> None:
    board, _, state = game
    assert to_text(board, as_position(board, state)) == picture(board, state)


@given(games())
def test_columns_that_take_a_stone(game: Game) -> None:
    board, _, state = game
    assert np.flatnonzero(legal_columns(board, as_position(board, state))).tolist() == open_columns(
        board, state
    )


@given(games())
def test_digits_are_columns_counted_from_one(game: Game) -> None:
    board, played, state = game
    assert from_digits(board, "".join(str(index + 1) for index in played)) == as_position(board, state)


@given(games())
def test_planes_show_my_stones_and_theirs_as_the_board_lies(game: Game) -> None:
    board, _, state = game
    position = as_position(board, state)
    planes = to_planes(board, np.array([position.mine]), np.array([position.stones]))
    for mark, plane in zip("xo" if to_move(state) == "x" else "ox", planes[0], strict=True):
        shown = [[stone(state, c, r) == mark for c in range(board.columns)] for r in range(board.rows)]
        assert np.array_equal(plane, shown)


@given(st.lists(games((CONNECT_THREE,)), max_size=5))
def test_planes_lead_back_to_the_positions(played: list[Game]) -> None:
    positions = np.array([as_position(board, state) for board, _, state in played], np.int64).reshape(-1, 2)
    mine, stones = from_planes(CONNECT_THREE, to_planes(CONNECT_THREE, *positions.T))
    assert np.array_equal(np.stack([mine, stones], axis=1), positions)


@pytest.mark.parametrize(
    ("board", "digits", "outcome"),
    [
        (CONNECT_FOUR, "1212121", -1),  # the first player has four in the left column
        (CONNECT_FOUR, "121212", None),
        (CONNECT_THREE, "15243", -1),
        (Board(3, 3, 3), "123213312", 0),
    ],
)
def test_a_finished_game_is_lost_or_drawn_for_the_player_to_move(
    board: Board, digits: str, outcome: int | None
) -> None:
    assert result(board, from_digits(board, digits)) == outcome


def test_a_full_column_is_refused() -> None:
    with pytest.raises(ValueError, match="column 3 is full"):
        from_columns(CONNECT_FOUR, [3] * 7)


@pytest.mark.parametrize("index", [-1, 7])
def test_a_missing_column_is_refused(index: int) -> None:
    with pytest.raises(ValueError, match=f"no column {index}: columns go from 0 to 6"):
        drop(CONNECT_FOUR, EMPTY, index)


@pytest.mark.parametrize(
    ("board", "digits", "why"), [(CONNECT_FOUR, "1212121", "a line"), (Board(3, 3, 3), "123213312", "a draw")]
)
def test_a_finished_game_takes_no_stone(board: Board, digits: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"over after {len(digits)} stones: {why}"):
        require_unfinished(board, from_digits(board, digits))
    with pytest.raises(ValueError, match="over"):
        from_digits(board, digits + "3")


@pytest.mark.parametrize("digits", ["0", "18", "4 4", "4x", "²", "١"])
def test_other_signs_than_the_columns_digits_are_refused(digits: str) -> None:
    with pytest.raises(ValueError, match="digits from 1 to 7"):
        from_digits(CONNECT_FOUR, digits)


def test_a_smaller_board_has_fewer_digits() -> None:
    with pytest.raises(ValueError, match="digits from 1 to 5"):
        from_digits(CONNECT_THREE, "6")
