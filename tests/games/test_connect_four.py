"""The rules against columns of strings, on several boards, and against OpenSpiel where it is installed."""

import numpy as np
import pytest
from hypothesis import given

from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.games.connect_four import (
    EMPTY,
    canonical,
    full,
    has_line,
    key,
    legal,
    mirror,
    mirrored,
    play,
    ply,
    threats,
    winning,
)
from companion.games.notation import cell_bits, drop, from_columns, result
from tests.games.columns import (
    State,
    as_position,
    cells,
    dropped,
    games,
    lines,
    open_columns,
    over,
    stone,
    to_move,
    winner,
)

Game = tuple[Board, list[int], State]


@given(games())
def test_a_game_leads_to_the_same_stones(game: Game) -> None:
    board, played, state = game
    position = from_columns(board, played)
    assert position == as_position(board, state)
    assert ply(position) == len(played)


@given(games())
def test_legal_cells_are_the_lowest_free_ones(game: Game) -> None:
    board, _, state = game
    free = {(index, len(state[index])) for index in open_columns(board, state)}
    assert cells(board, legal(board, as_position(board, state))) == free


@given(games())
def test_a_line_is_a_line_and_a_full_board_is_full(game: Game) -> None:
    board, _, state = game
    mine, stones = position = as_position(board, state)
    assert has_line(board, mine) == (winner(board, state) == to_move(state))
    assert has_line(board, mine ^ stones) == (winner(board, state) not in (None, to_move(state)))
    assert full(board, position) == (open_columns(board, state) == [])
    assert (result(board, position) is not None) == over(board, state)


def threatened(board: Board, state: State, mark: str) -> set[tuple[int, int]]:
    """The empty cells in lines that hold `mark` everywhere else."""
    found = set()
    for line in lines(board):
        missing = [cell for cell in line if stone(state, *cell) != mark]
        if len(missing) == 1 and stone(state, *missing[0]) == "":
            found.add(missing[0])
    return found


@given(games())
def test_threats_are_the_empty_cells_that_complete_a_line(game: Game) -> None:
    board, _, state = game
    mine, stones = as_position(board, state)
    mover, other = ("x", "o") if to_move(state) == "x" else ("o", "x")
    assert cells(board, threats(board, mine, stones)) == threatened(board, state, mover)
    assert cells(board, threats(board, mine ^ stones, stones)) == threatened(board, state, other)


@given(games())
def test_a_move_wins_if_there_is_a_new_line_after_it(game: Game) -> None:
    board, _, state = game
    if over(board, state):
        return
    wins = {
        (i, len(state[i])) for i in open_columns(board, state) if winner(board, dropped(state, i)) is not None
    }
    assert cells(board, winning(board, as_position(board, state))) == wins


@given(games())
def test_the_last_stone_can_be_taken_back(game: Game) -> None:
    board, played, _ = game
    before = EMPTY
    for index in played:
        after = drop(board, before, index)
        move = after.stones ^ before.stones
        assert play(before, move) == after
        assert (after.mine ^ after.stones ^ move, after.stones ^ move) == before
        before = after


@given(games())
def test_the_mirror_image_is_the_game_played_in_mirrored_columns(game: Game) -> None:
    board, played, state = game
    position = as_position(board, state)
    assert mirror(board, position) == from_columns(board, [board.columns - 1 - index for index in played])
    assert mirror(board, mirror(board, position)) == position
    assert mirrored(board, key(board, position)) == key(board, mirror(board, position))


@given(games())
def test_a_position_and_its_mirror_image_have_one_canonical_key(game: Game) -> None:
    board, _, state = game
    position = as_position(board, state)
    straight, flipped = canonical(board, position)
    reflected, flipped_back = canonical(board, mirror(board, position))
    assert straight == reflected == key(board, mirror(board, position) if flipped else position)
    assert (flipped, flipped_back) in (
        [(False, False)] if state == state[::-1] else [(True, False), (False, True)]
    )


@pytest.mark.parametrize(("board", "plies"), [(CONNECT_FOUR, 5), (CONNECT_THREE, 6), (Board(7, 1, 4), 7)])
def test_different_positions_have_different_keys(board: Board, plies: int) -> None:
    reached: set[State] = {("",) * board.columns}
    layer = reached
    for _ in range(plies):
        layer = {dropped(s, i) for s in layer if not over(board, s) for i in open_columns(board, s)}
        reached = reached | layer
    keys = {key(board, as_position(board, state)) for state in reached}
    assert len(keys) == len(reached)
    assert 0 not in keys


def test_openspiel_plays_the_same_games() -> None:
    pyspiel = pytest.importorskip("pyspiel")
    random = np.random.default_rng(0)
    for _ in range(100):
        theirs, ours = pyspiel.load_game("connect_four").new_initial_state(), EMPTY
        while not theirs.is_terminal():
            assert result(CONNECT_FOUR, ours) is None
            assert {c for c, _ in cells(CONNECT_FOUR, legal(CONNECT_FOUR, ours))} == set(
                theirs.legal_actions()
            )
            move = int(random.choice(theirs.legal_actions()))
            theirs.apply_action(move)
            ours = drop(CONNECT_FOUR, ours, move)
            mover = len(theirs.history()) % 2
            planes = np.array(theirs.observation_tensor(0)).reshape(3, 6, 7)
            for sets, plane in ((ours.mine, mover), (ours.mine ^ ours.stones, 1 - mover)):
                assert np.array_equal(sets >> cell_bits(CONNECT_FOUR) & 1, planes[plane])
        assert result(CONNECT_FOUR, ours) == theirs.returns()[mover]
