"""The perfect player: the exact score of any position and of each of its moves.

Questions of proof.py close in on a score from both sides: is it a win, and then, by halves, how early or how late.
What is proved stays in the table, so the positions of one game are cheaper together than each alone.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int8, Int64

from companion.compiled import kernel
from companion.games.board import Board
from companion.games.connect_four import Position, column, legal, play, ply, winning
from companion.games.notation import require_unfinished
from companion.games.proof import OPEN, VISITED, YES, Search, advance, ask, new_search, win

EXACT = (-21, 21)
"""No score lies beyond."""

OUTCOME = (-1, 1)
"""Within these bounds a score only says lost, drawn or won for the player to move, and is found in less time."""

ILLEGAL = -128
"""The score of a move into a full column."""

CHUNK = 1 << 20
"""Positions between two chances to report or to stop: a tenth of a second."""


class Bounds(NamedTuple):
    """low <= score <= high, proved by visiting this many positions."""

    low: int
    high: int
    visited: int


@kernel
def obvious(board: Board, position: Position, low: int, high: int) -> tuple[int, int]:
    """The bounds that need no search, clipped to [low, high]."""
    now = ply(position)
    best, worst = win(board, now), -win(board, now + 1)
    if winning(board, position):
        worst = best
    return min(max(worst, low), high), max(min(best, high), low)


@kernel
def pose(search: Search, position: Position, low: int, high: int) -> int:
    """The next question: is it a win? Then halve what is left."""
    goal = 1 if low <= 0 < high else (low + high + 1) // 2
    ask(search, position, goal)
    return goal


@kernel
def solved(board: Board, position: Position, low: int, high: int, search: Search) -> int:
    """The score, clipped to [low, high], in one go."""
    low, high = obvious(board, position, low, high)
    while low < high:
        goal = pose(search, position, low, high)
        if advance(board, search, 1 << 62) == YES:
            low = goal
        else:
            high = goal - 1
    return low


@kernel
def score_moves(board: Board, position: Position, low: int, high: int, search: Search, scores: Any) -> None:
    """Write the score of each move, clipped to [low, high], for the player who makes it; ILLEGAL in full columns."""
    moves, wins, now = legal(board, position), winning(board, position), ply(position)
    for index in range(board.columns):
        move = moves & column(board, index)
        if move == 0:
            scores[index] = ILLEGAL
        elif move & wins:
            scores[index] = min(max(win(board, now), low), high)
        elif now + 1 == board.size:
            scores[index] = 0
        else:
            scores[index] = -solved(board, play(position, move), -high, -low, search)


@kernel
def score_all_moves(
    board: Board, mine: Any, stones: Any, low: int, high: int, search: Search, scores: Any
) -> None:
    """The same for many positions, one table for all."""
    for i in range(len(mine)):
        score_moves(board, Position(mine[i], stones[i]), low, high, search, scores[i])


def move_scores(
    board: Board,
    mine: Int64[np.ndarray, " n"],
    stones: Int64[np.ndarray, " n"],
    bounds: tuple[int, int] = EXACT,
    search: Search | None = None,
) -> Int8[np.ndarray, "n {board.columns}"]:
    """The score of every move in n unfinished positions; see EXACT, OUTCOME and ILLEGAL.

    Pass the same search on from call to call to keep what is proved; it belongs to one board.
    """
    scores = np.zeros((len(mine), board.columns), np.int8)
    score_all_moves(board, mine, stones, *bounds, new_search(22) if search is None else search, scores)
    return scores


def solve(
    board: Board, position: Position, bounds: tuple[int, int] = EXACT, search: Search | None = None
) -> Iterator[Bounds]:
    """Close in on the score; yields what is proved so far, about ten times a second, and last the score itself.

    Raises ValueError where the game is over.
    """
    require_unfinished(board, position)
    search = new_search(24) if search is None else search
    begun = int(search.walk[VISITED])
    low, high = obvious(board, position, *bounds)
    while low < high:
        goal, answer = pose(search, position, low, high), OPEN
        while answer == OPEN:
            yield Bounds(low, high, int(search.walk[VISITED]) - begun)
            answer = advance(board, search, CHUNK)
        low, high = (goal, high) if answer == YES else (low, goal - 1)
    yield Bounds(low, high, int(search.walk[VISITED]) - begun)


def score(board: Board, position: Position, search: Search | None = None) -> int:
    """The exact score of one position."""
    *_, last = solve(board, position, EXACT, search)
    return last.low
