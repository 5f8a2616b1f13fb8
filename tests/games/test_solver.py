"""The perfect player against trying everything, and known positions of the literature."""

from itertools import pairwise

import numpy as np
import pytest

from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.games.connect_four import EMPTY, Position, mirror
from companion.games.notation import from_digits
from companion.games.solver import EXACT, ILLEGAL, OUTCOME, move_scores, new_search, score, solve
from tests.games.columns import State, best_score, dropped, open_columns, random_states

SAMPLES = [
    (CONNECT_FOUR, 30, 12),  # the last dozen stones
    (CONNECT_FOUR, 33, 12),
    (CONNECT_FOUR, 40, 12),
    (CONNECT_THREE, 9, 12),
    (CONNECT_THREE, 13, 12),
    (Board(3, 5, 3), 0, 1),
    (Board(3, 5, 3), 5, 12),  # an odd number of cells
    (Board(4, 4, 4), 8, 12),
    (Board(7, 1, 3), 0, 1),
]
TABLES = {board: new_search(16) for board, _, _ in SAMPLES}
"""One table for all questions about a board, as in use."""

MEMORIES: dict[Board, dict[State, int]] = {board: {} for board, _, _ in SAMPLES}
"""What trying everything has found."""

Sampled = list[tuple[State, Position]]


def stacked(sampled: Sampled) -> tuple[np.ndarray, np.ndarray]:
    mine, stones = np.array([position for _, position in sampled], np.int64).T
    return mine.copy(), stones.copy()


@pytest.mark.parametrize(("board", "plies", "count"), SAMPLES)
def test_scores_are_those_of_trying_everything(board: Board, plies: int, count: int) -> None:
    for state, position in random_states(board, plies, count, seed=1):
        assert score(board, position, TABLES[board]) == best_score(board, state, MEMORIES[board])


@pytest.mark.parametrize(("board", "plies", "count"), SAMPLES)
def test_moves_score_as_trying_everything_after_them(board: Board, plies: int, count: int) -> None:
    sampled = random_states(board, plies, count, seed=1)
    for (state, _), scores in zip(
        sampled, move_scores(board, *stacked(sampled), EXACT, TABLES[board]), strict=True
    ):
        moves = open_columns(board, state)
        true = [
            -best_score(board, dropped(state, i), MEMORIES[board]) if i in moves else ILLEGAL
            for i in range(board.columns)
        ]
        assert scores.tolist() == true


@pytest.mark.parametrize(("board", "plies", "count"), SAMPLES)
def test_outcomes_are_the_signs_of_scores(board: Board, plies: int, count: int) -> None:
    mine, stones = stacked(random_states(board, plies, count, seed=1))
    exact = move_scores(board, mine, stones, EXACT, TABLES[board])
    outcomes = move_scores(board, mine, stones, OUTCOME, new_search(16))
    assert np.array_equal(outcomes, np.where(exact == ILLEGAL, ILLEGAL, np.sign(exact)))


@pytest.mark.parametrize("plies", [10, 12, 13, 16])
def test_mirror_images_score_alike(plies: int) -> None:
    """On either side of the ply from which on the table tells them apart."""
    board = CONNECT_THREE
    sampled = random_states(board, plies, 20, seed=4)
    images = [(state[::-1], mirror(board, position)) for state, position in sampled]
    scores = move_scores(board, *stacked(sampled), EXACT, new_search(16))
    reflected = move_scores(board, *stacked(images), EXACT, new_search(16))
    assert np.array_equal(scores, reflected[:, ::-1])


@pytest.mark.parametrize(
    ("digits", "known"),
    [
        ("2252576253462244111563365343671351441", -1),
        ("7422341735647741166133573473242566", 1),
        ("23163416124767223154467471272416755633", 0),
        ("274552224131661", 0),
    ],
)
def test_positions_of_the_literature(digits: str, known: int) -> None:
    """From the benchmarks of Pons, "Solving Connect 4" (2015), part 2."""
    assert score(CONNECT_FOUR, from_digits(CONNECT_FOUR, digits)) == known


@pytest.mark.parametrize(
    ("digits", "known"), [("112233", 18), ("4433", 18), ("44335", -18), ("1122334", None)]
)
def test_a_win_with_the_fourth_stone_leaves_eighteen_in_hand(digits: str, known: int | None) -> None:
    """At once, with an open row of two, against an open row of three, and when it has happened: over."""
    position = from_digits(CONNECT_FOUR, digits)
    if known is None:
        with pytest.raises(ValueError, match="over after 7 stones"):
            score(CONNECT_FOUR, position)
    else:
        assert score(CONNECT_FOUR, position, TABLES[CONNECT_FOUR]) == known


def test_bounds_close_in_on_the_score_and_show_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.games.solver.CHUNK", 500)
    position = from_digits(CONNECT_FOUR, "2252576253462244111563")
    reports = list(solve(CONNECT_FOUR, position, EXACT, new_search(16)))
    assert len(reports) > 3
    for earlier, later in pairwise(reports):
        assert earlier.low <= later.low <= later.high <= earlier.high
        assert earlier.visited <= later.visited <= earlier.visited + 500
    assert reports[-1].low == reports[-1].high == score(CONNECT_FOUR, position)


def test_what_is_proved_is_not_proved_again() -> None:
    position, search = from_digits(CONNECT_FOUR, "2252576253462244111563"), new_search(18)
    *_, first = solve(CONNECT_FOUR, position, EXACT, search)
    *_, again = solve(CONNECT_FOUR, position, EXACT, search)
    assert first[:2] == again[:2]
    assert again.visited < first.visited / 10


def test_no_position_is_no_question() -> None:
    nothing = np.zeros(0, np.int64)
    assert move_scores(CONNECT_THREE, nothing, nothing, EXACT, new_search(4)).shape == (0, 5)


def test_the_empty_small_board_is_won_by_who_begins() -> None:
    assert score(CONNECT_THREE, EMPTY, TABLES[CONNECT_THREE]) > 0
