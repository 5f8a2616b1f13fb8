"""How many games and positions there are, ply by ply: the classic test that a move generator is right."""

import numpy as np
from jaxtyping import Int64

from companion.compiled import kernel
from companion.games.board import Board
from companion.games.connect_four import EMPTY, Position, has_line, key, legal, play, winning


@kernel
def perft(board: Board, position: Position, plies: int) -> int:
    """The number of ways to play on for this many plies; the game may end with the last of them."""
    if plies == 0:
        return 1
    count, moves, wins = 0, legal(board, position), winning(board, position)
    while moves:
        move = moves & -moves
        moves ^= move
        if plies == 1 or not move & wins:
            count += perft(board, play(position, move), plies - 1)
    return count


@kernel
def successors(board: Board, positions: Int64[np.ndarray, "n 2"]) -> Int64[np.ndarray, "m 3"]:
    """(key, mine, stones) after every move in every position where the game goes on."""
    found = np.empty((len(positions) * board.columns, 3), np.int64)
    count = 0
    for mine, stones in positions:
        if has_line(board, mine ^ stones):
            continue
        moves = legal(board, Position(mine, stones))
        while moves:
            after = play(Position(mine, stones), moves & -moves)
            moves &= moves - 1
            found[count] = key(board, after), after.mine, after.stones
            count += 1
    return found[:count]


def distinct_positions(board: Board, plies: int) -> list[int]:
    """The number of different positions after 0, 1, ... `plies` plies, mirror images counted apart."""
    positions = np.array([EMPTY])
    counts = [1]
    for _ in range(plies):
        found = successors(board, positions)
        _, first = np.unique(found[:, 0], return_index=True)
        positions = found[first, 1:]
        counts.append(len(positions))
    return counts
