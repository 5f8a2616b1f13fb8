"""Proofs in any number of pieces and with any table agree with trying everything."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.games.connect_four import winning
from companion.games.proof import (
    NO,
    OPEN,
    VISITED,
    YES,
    advance,
    ask,
    insert,
    new_search,
    not_losing,
    sort_moves,
    win,
)
from tests.games.columns import (
    State,
    as_position,
    best_score,
    cells,
    dropped,
    games,
    open_columns,
    over,
    random_states,
    winner,
)

Game = tuple[Board, list[int], State]
SMALL = (CONNECT_FOUR, CONNECT_THREE, Board(3, 5, 3))


@given(games(SMALL))
def test_a_win_counts_the_stones_in_hand(game: Game) -> None:
    board, played, _ = game
    mine = (board.size + 1 - len(played) % 2) // 2  # all stones of the player to move
    assert win(board, len(played)) == mine - len(played) // 2


@given(games(SMALL))
def test_a_move_that_does_not_lose_leaves_the_opponent_no_winning_move(game: Game) -> None:
    board, _, state = game
    position = as_position(board, state)
    if over(board, state) or winning(board, position):
        return
    safe = {
        (i, len(state[i]))
        for i in open_columns(board, state)
        for after in [dropped(state, i)]
        if not any(winner(board, dropped(after, j)) for j in open_columns(board, after))
    }
    assert cells(board, not_losing(board, position)) == safe


@given(st.lists(st.integers(1, 31), max_size=7))
def test_moves_are_sorted_by_promise_and_equals_keep_their_order(promises: list[int]) -> None:
    todo = 0
    for index, promise in enumerate(promises):
        todo = insert(todo, promise, index)
    tried = [todo >> 8 * place & 7 for place in range(len(promises))]
    assert tried == sorted(range(len(promises)), key=lambda index: -promises[index])


@given(games(SMALL))
def test_every_move_is_tried_once(game: Game) -> None:
    board, played, state = game
    position, moves = as_position(board, state), open_columns(board, state)
    chosen = sum(len(moves) > 0 and 1 << i * (board.rows + 1) + len(state[i]) for i in moves)
    todo = sort_moves(board, new_search(4).table, position, len(played), chosen)
    tried = [todo >> 8 * place & 7 for place in range(len(moves))]
    assert sorted(tried) == moves
    assert todo >> 8 * len(moves) == 0


@pytest.mark.parametrize(("log2_entries", "budget"), [(0, 1 << 40), (12, 1), (12, 7), (3, 50), (16, 1 << 40)])
def test_pieces_and_tables_do_not_change_an_answer(log2_entries: int, budget: int) -> None:
    """A table of one entry forgets nearly all, a budget of one position interrupts all the time."""
    search, memory = new_search(log2_entries), {}
    for state, position in random_states(CONNECT_THREE, 11, 15, seed=0):
        if winning(CONNECT_THREE, position):
            continue
        true = best_score(CONNECT_THREE, state, memory)
        for goal in range(-4, 5):
            ask(search, position, goal)
            answer = OPEN
            while answer == OPEN:
                before = search.walk[VISITED]
                answer = advance(CONNECT_THREE, search, budget)
                assert search.walk[VISITED] - before <= budget
            assert answer == (YES if true >= goal else NO)


def test_a_question_can_be_dropped_for_another() -> None:
    search = new_search(16)
    calm = [
        found for found in random_states(CONNECT_FOUR, 30, 20, seed=3) if not winning(CONNECT_FOUR, found[1])
    ]
    for (_, earlier), (state, position) in pairwise(calm):
        ask(search, earlier, 1)
        advance(CONNECT_FOUR, search, 2)
        ask(search, position, best_score(CONNECT_FOUR, state, {}))
        assert advance(CONNECT_FOUR, search, 1 << 40) == YES


def test_an_empty_table_knows_nothing() -> None:
    search = new_search(5)
    assert search.table.shape == (32,)
    assert not search.table.any()
    assert np.array_equal(search.walk, [0, 0, 0])
