"""Published counts of games and positions, and a count by hand."""

import pytest

from companion.games.board import CONNECT_FOUR, Board
from companion.games.connect_four import EMPTY
from companion.games.counting import distinct_positions, perft
from tests.games.columns import dropped, open_columns, over, random_states

PUBLISHED = [1, 7, 49, 238, 1120, 4263, 16422, 54859, 184275]
"""Positions of Connect Four after 0, 1, ... 8 plies (OEIS A212693)."""


def test_positions_of_connect_four() -> None:
    assert distinct_positions(CONNECT_FOUR, 8) == PUBLISHED


@pytest.mark.parametrize(("columns", "rows", "published"), [(4, 4, 161029), (4, 5, 1706255)])
def test_positions_of_small_boards(columns: int, rows: int, published: int) -> None:
    """Tromp, "John's Connect Four Playground", counts every position of every board up to 7 by 6 and more."""
    assert sum(distinct_positions(Board(columns, rows, 4), columns * rows)) == published


def test_no_game_ends_before_the_seventh_stone() -> None:
    assert [perft(CONNECT_FOUR, EMPTY, plies) for plies in range(7)] == [7**plies for plies in range(7)]


@pytest.mark.parametrize("plies", [0, 1, 2, 3])
def test_perft_is_the_number_of_ways_to_play_on(plies: int) -> None:
    for state, position in random_states(CONNECT_FOUR, 28, 10, seed=plies):
        layer = [state]
        for _ in range(plies):
            layer = [
                dropped(s, i)
                for s in layer
                if not over(CONNECT_FOUR, s)
                for i in open_columns(CONNECT_FOUR, s)
            ]
        assert perft(CONNECT_FOUR, position, plies) == len(layer)
