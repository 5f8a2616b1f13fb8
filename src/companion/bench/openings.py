"""Positions to start from: random legal moves from the empty board, in games that are not over."""

import numpy as np
from jaxtyping import Int64

from companion.games.board import Board
from companion.games.connect_four import EMPTY, Position, column, legal, play
from companion.games.notation import from_columns, result


def random_games(board: Board, count: int, plies: tuple[int, int], seed: int) -> list[list[int]]:
    """The columns of `count` unfinished games, each of a number of plies drawn from `plies`, both ends included.

    A game that ends before is dropped and the number drawn anew.
    """
    random = np.random.default_rng(seed)
    games: list[list[int]] = []
    while len(games) < count:
        game = _random_game(board, int(random.integers(plies[0], plies[1] + 1)), random)
        if game is not None:
            games.append(game)
    return games


def _random_game(board: Board, plies: int, random: np.random.Generator) -> list[int] | None:
    """That many random moves; None where the game ends with them or before."""
    position, game = EMPTY, list[int]()
    while result(board, position) is None:
        if len(game) == plies:
            return game
        moves = legal(board, position)
        game.append(
            int(random.choice([index for index in range(board.columns) if moves & column(board, index)]))
        )
        position = play(position, moves & column(board, game[-1]))
    return None


def positions(
    board: Board, games: list[list[int]]
) -> tuple[Int64[np.ndarray, " n"], Int64[np.ndarray, " n"]]:
    """(mine, stones) at the end of each game."""
    ends: list[Position] = [from_columns(board, game) for game in games]
    mine, stones = np.array(ends, np.int64).reshape(-1, 2).T.copy()
    return mine, stones
