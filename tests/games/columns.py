"""The rules once more, slowly, on columns written as strings: the oracle of the tests.

It shares no code and no idea with the package: a state is a tuple of strings, bottom stone first, "x" for
the player who began; lines are found by looking, values by trying everything.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
from hypothesis import strategies as st

from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.games.connect_four import Position
from companion.games.notation import from_columns

BOARDS = (CONNECT_FOUR, CONNECT_THREE, Board(7, 1, 4), Board(3, 15, 3), Board(6, 7, 5))

State = tuple[str, ...]


def to_move(state: State) -> str:
    return "xo"[sum(map(len, state)) % 2]


def open_columns(board: Board, state: State) -> list[int]:
    return [index for index, stones in enumerate(state) if len(stones) < board.rows]


def dropped(state: State, index: int) -> State:
    return (*state[:index], state[index] + to_move(state), *state[index + 1 :])


def lines(board: Board) -> Iterator[list[tuple[int, int]]]:
    """The cells (column, row) of every line that fits on the board."""
    for column in range(board.columns):
        for row in range(board.rows):
            for right, up in ((1, 0), (0, 1), (1, 1), (1, -1)):
                line = [(column + right * i, row + up * i) for i in range(board.line)]
                if all(0 <= c < board.columns and 0 <= r < board.rows for c, r in line):
                    yield line


def stone(state: State, column: int, row: int) -> str:
    return state[column][row : row + 1]


@cache
def numbered_lines(board: Board) -> list[tuple[int, ...]]:
    """The same with cells numbered column after column."""
    return [tuple(column * board.rows + row for column, row in line) for line in lines(board)]


def winner(board: Board, state: State) -> str | None:
    """Whose stones make a line."""
    marks = "".join(stones.ljust(board.rows) for stones in state)
    for line in numbered_lines(board):
        mark = marks[line[0]]
        if mark != " " and all(marks[cell] == mark for cell in line):
            return mark
    return None


def over(board: Board, state: State) -> bool:
    return winner(board, state) is not None or not open_columns(board, state)


def best_score(board: Board, state: State, memory: dict[State, int]) -> int:
    """The score of a state by trying everything: stones the winner has in hand when the line is made, and it."""
    if state not in memory:
        if won := winner(board, state):
            owned = (board.size + (won == "x")) // 2
            placed = "".join(state).count(won)
            memory[state] = -(owned - placed + 1)
        else:
            moves = open_columns(board, state)
            memory[state] = max((-best_score(board, dropped(state, i), memory) for i in moves), default=0)
    return memory[state]


def as_position(board: Board, state: State) -> Position:
    """The two sets of cells, bit by bit as board.py describes them."""
    mine = stones = 0
    for column, marks in enumerate(state):
        for row, mark in enumerate(marks):
            bit = 1 << column * (board.rows + 1) + row
            stones |= bit
            mine |= bit if mark == to_move(state) else 0
    return Position(mine, stones)


def cells(board: Board, bits: int) -> set[tuple[int, int]]:
    """(column, row) of every cell in a set; a sentinel would be in row `board.rows`."""
    return {divmod(bit, board.rows + 1) for bit in range(64) if bits >> bit & 1}


@st.composite
def games(draw: st.DrawFn, boards: tuple[Board, ...] = BOARDS) -> tuple[Board, list[int], State]:
    """A board, the columns played, and the state they lead to; the game may be over, but no stone fell after that."""
    board = draw(st.sampled_from(boards))
    state: State = ("",) * board.columns
    played: list[int] = []
    plies = draw(st.integers(0, board.size))
    for choice in draw(st.lists(st.integers(0, 6), min_size=plies, max_size=plies)):
        if over(board, state):
            break
        played.append(open_columns(board, state)[choice % len(open_columns(board, state))])
        state = dropped(state, played[-1])
    return board, played, state


@cache
def random_states(board: Board, plies: int, count: int, seed: int) -> list[tuple[State, Position]]:
    """Unfinished states after this many random moves, and the positions that the package makes of the same moves.

    Nobody makes a line while there is another move, so that games last.
    """
    random = np.random.default_rng(seed)
    found: list[tuple[State, Position]] = []
    while len(found) < count:
        state, played = ("",) * board.columns, []
        for _ in range(plies):
            moves = [i for i in open_columns(board, state) if winner(board, dropped(state, i)) is None]
            if not moves:
                break
            played.append(int(random.choice(moves)))
            state = dropped(state, played[-1])
        if len(played) == plies and not over(board, state):
            found.append((state, from_columns(board, played)))
    return found
