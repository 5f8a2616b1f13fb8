"""Is the score of a position at least this much? Yes or no, proved.

A score counts the stones that the winner has left in hand when the line is made, the last one included: 1 is a win
with one's very last stone; a loss is negative, a draw 0 (Pons, "Solving Connect 4", 2015, part 2). With it,

    score >= goal   if and only if   some move leads to a position with   not (score >= 1 - goal).

That is alpha-beta with an empty window. A recursion of four lines would do it; this is the same walk over the tree
with its frames written out, because a walk can then stop after any number of positions and go on later, and because
numba's calls cost more than the work done in each. What is proved of a position is kept in a table (Greenblatt et
al. 1967), and the most threatening moves are tried first.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int64

from companion.compiled import kernel
from companion.games.board import Board
from companion.games.connect_four import Position, canonical, column, key, legal, play, ply, threats
from companion.games.instructions import popcount, prefetch

NO, YES, OPEN = 0, 1, 2

Table = Int64[np.ndarray, " entries"]
"""What is proved: an entry holds 49 bits of a position's key, 7 of its lower bound and 7 of its upper bound, + 64."""

ROOT, PLY, VISITED = 0, 1, 2

OPENING = 12
"""Up to this many stones the mirror image often turns up too: there the table knows both by one key."""


class Search(NamedTuple):
    """A question, and where the walk that answers it stands."""

    table: Table
    frames: Int64[np.ndarray, "plies 4"]  # at each ply: mine, stones, goal, and the moves still to be tried
    walk: Int64[np.ndarray, " 3"]  # ROOT: ply of the question; PLY: of the walk; VISITED: positions so far


def new_search(log2_entries: int) -> Search:
    """An empty table of 2^log2_entries entries, 8 bytes each, which numpy asks the system to put on huge pages."""
    return Search(np.zeros(1 << log2_entries, np.int64), np.zeros((64, 4), np.int64), np.zeros(3, np.int64))


@kernel
def win(board: Board, now: int) -> int:
    """The score of winning with the next stone when `now` stones lie on the board."""
    return (board.size + 1 - now) // 2


@kernel
def not_losing(board: Board, position: Position) -> int:
    """The moves after which the opponent cannot win at once."""
    danger = threats(board, position.mine ^ position.stones, position.stones)
    moves = legal(board, position)
    forced = moves & danger
    if forced:
        moves = forced if forced & (forced - 1) == 0 else 0
    return moves & ~(danger >> 1)


@kernel
def promise(board: Board, position: Position, move: int) -> int:
    """How much a move threatens: forks first, then by threats, more for those that can be carried out next."""
    after = play(position, move)
    threat = threats(board, position.mine | move, after.stones)
    now = legal(board, after)
    fork = popcount(threat & now) > 1 or threat & now & threat >> 1 != 0
    return min(31, 1 + 16 * fork + 2 * popcount(threat) + popcount(threat & now << 1))


@kernel
def insert(moves: int, promise: int, index: int) -> int:
    """Into bytes sorted by their upper five bits, highest promise first: the new one behind its equals."""
    shift = 0
    while moves >> shift + 3 & 31 >= promise:
        shift += 8
    behind = moves >> shift << shift
    return moves ^ behind | (promise << 3 | index) << shift | behind << 8


@kernel
def slot(table: Table, key: int) -> int:
    """Where a key is kept: multiplicative hashing (Knuth, TAOCP 6.4)."""
    mixed = key * 0x1E3779B97F4A7C15
    return (mixed ^ mixed >> 29) & table.size - 1


@kernel
def table_key(board: Board, position: Position, now: int) -> int:
    """The name under which the table knows a position."""
    return canonical(board, position)[0] if now <= OPENING else key(board, position)


@kernel
def recall(board: Board, entry: int, key: int, now: int) -> tuple[int, int]:
    """Bounds on the score of a position where nobody can win with the next stone or the one after it."""
    low, high = -win(board, now + 3), win(board, now + 2)
    if entry >> 14 == key:
        low = max(low, (entry >> 7 & 127) - 64)
        high = min(high, (entry & 127) - 64)
    return low, high


@kernel
def learn(board: Board, table: Table, position: Position, now: int, goal: int, answer: int) -> None:
    """Keep the answer in the table, whatever was there."""
    name = table_key(board, position, now)
    place = slot(table, name)
    low, high = recall(board, table[place], name, now)
    if answer == YES:
        low = goal
    else:
        high = goal - 1
    table[place] = name << 14 | low + 64 << 7 | high + 64


@kernel
def sort_moves(board: Board, table: Table, position: Position, now: int, moves: int) -> int:
    """The columns to try, a byte each: the most promising lowest, the middle first among equals."""
    todo = 0
    for i in range(board.columns):
        index = board.columns // 2 + (i + 1) // 2 * (1 - 2 * (i % 2))
        move = moves & column(board, index)
        if move:
            prefetch(table, slot(table, table_key(board, play(position, move), now + 1)))
            todo = insert(todo, promise(board, position, move), index)
    return todo


@kernel
def enter(board: Board, table: Table, position: Position, now: int, goal: int) -> tuple[int, int]:
    """The answer as far as it can be seen from here, and if it is OPEN, the moves to try."""
    moves = not_losing(board, position)
    if moves == 0:
        return (YES if -win(board, now + 1) >= goal else NO), 0
    if now >= board.size - 2:
        return (YES if goal <= 0 else NO), 0
    name = table_key(board, position, now)
    low, high = recall(board, table[slot(table, name)], name, now)
    if goal <= low:
        return YES, 0
    if goal > high:
        return NO, 0
    return OPEN, sort_moves(board, table, position, now, moves)


@kernel
def ask(search: Search, position: Position, goal: int) -> None:
    """Pose the question; the player to move must not be able to win at once."""
    root = ply(position)
    search.walk[ROOT] = search.walk[PLY] = root
    search.frames[root] = position.mine, position.stones, goal, 0


@kernel
def hear(answer: int, moves: int) -> int:
    """What the answer for the position after a move means for the one before, with these moves still to try."""
    if answer == NO:
        return YES
    return NO if moves == 0 else OPEN


@kernel
def advance(board: Board, search: Search, budget: int) -> int:
    """Visit at most `budget` positions more: YES, NO, or OPEN if that was not enough."""
    table, frames, walk = search
    root, now, visited = walk
    stop = visited + budget
    answer = OPEN
    mine, stones, goal, moves = frames[now]
    while answer == OPEN and visited < stop:
        visited += 1
        position = Position(mine, stones)
        answer, moves = enter(board, table, position, now, goal)
        while answer != OPEN and now > root:
            now -= 1
            mine, stones, goal, moves = frames[now]
            position = Position(mine, stones)
            answer = hear(answer, moves)
            if answer != OPEN:
                learn(board, table, position, now, goal, answer)
        if answer == OPEN:
            frames[now] = mine, stones, goal, moves >> 8
            mine, stones = play(position, legal(board, position) & column(board, moves & 7))
            goal = 1 - goal
            now += 1
    frames[now] = mine, stones, goal, moves
    walk[PLY], walk[VISITED] = now, visited
    return answer
