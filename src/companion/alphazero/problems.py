"""Positions in which the choice of a move matters, with the moves that the solver calls optimal.

A position is a problem if nobody can win with the next stone and not every move leads to the same outcome under perfect
play. *Off-policy* problems come from semi-random games, *on-policy* ones from a network's own games.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int8, Int64

from companion.alphazero.replay import new_replay
from companion.alphazero.self_play import SelfPlaySettings, new_games, self_play
from companion.compiled import kernel
from companion.games.board import Board
from companion.games.connect_four import EMPTY, Position, canonical, full, legal, play, threats, winning
from companion.games.instructions import popcount
from companion.games.proof import Search, new_search
from companion.games.solver import ILLEGAL, OUTCOME, move_scores
from companion.lab.experiment import Share
from companion.search.evaluator import Evaluate
from companion.search.randomness import key_of, uniform
from companion.search.settings import SearchSettings

CAREFUL = 0.7
"""The share of semi-random games in which nobody overlooks a win or a threat that can be parried."""

Positions = tuple[Int64[np.ndarray, " n"], Int64[np.ndarray, " n"]]
"""The sets of cells (mine, stones) of n positions."""


class Problems(NamedTuple):
    """n positions and the moves that keep their outcome."""

    mine: Int64[np.ndarray, " n"]
    stones: Int64[np.ndarray, " n"]
    optimal: Bool[np.ndarray, "n columns"]
    legal: Bool[np.ndarray, "n columns"]
    outcome: Int8[np.ndarray, " n"]  # under perfect play, for the player to move: -1, 0 or 1

    @property
    def chance(self) -> float:
        """The accuracy of a uniformly random legal move."""
        return float((self.optimal.sum(1) / self.legal.sum(1)).mean())


def accuracy(problems: Problems, moves: Int64[np.ndarray, " n"]) -> Share:
    """How many of these moves are optimal."""
    return Share(int(problems.optimal[np.arange(len(moves)), moves].sum()), len(moves))


@kernel
def drawn_cell(cells: int, number: float) -> int:
    """One of a set of cells, by a uniform random number."""
    for _ in range(int(number * popcount(cells))):
        cells &= cells - 1
    return cells & -cells


@kernel
def semi_random_position(board: Board, plies: int, key: int) -> Position:
    """A position after this many semi-random plies; EMPTY where somebody could have won at once on the way."""
    position = EMPTY
    careful = uniform(key, 0) < CAREFUL
    for draw in range(plies):
        cells = legal(board, position)
        if full(board, position) or winning(board, position):
            return EMPTY
        if careful:
            danger = threats(board, position.mine ^ position.stones, position.stones)
            parrying = cells & danger
            cells = parrying if parrying else cells
            safe = cells & ~(danger >> 1)
            cells = safe if safe else cells
        position = play(position, drawn_cell(cells, uniform(key, 1 + draw)))
    return EMPTY if full(board, position) or winning(board, position) else position


@kernel
def fill_semi_random(
    board: Board, fewest: int, most: int, seed: int, found: Int64[np.ndarray, "n 2"]
) -> None:
    """Write n positions of `fewest` to `most` plies."""
    game, count = 0, 0
    while count < len(found):
        key = key_of(seed, game, board.size)
        plies = fewest + int(uniform(key, 100) * (most + 1 - fewest))
        position = semi_random_position(board, plies, key)
        if position.stones:
            found[count, 0], found[count, 1] = position.mine, position.stones
            count += 1
        game += 1


def off_policy(board: Board, candidates: int, plies: tuple[int, int], seed: int) -> Problems:
    """The problems among this many positions of semi-random games, at the first to the last of these plies."""
    if not 1 <= plies[0] <= plies[1] < board.size:
        raise ValueError(f"plies lie between 1 and {board.size - 1} in rising order, not {plies}")
    found = np.zeros((candidates, 2), np.int64)
    fill_semi_random(board, *plies, seed, found)
    return label(board, found[:, 0].copy(), found[:, 1].copy())


def own_games(
    board: Board,
    evaluate: Evaluate,
    positions: int,
    settings: SelfPlaySettings,
    search: SearchSettings,
    seed: int,
) -> np.ndarray:
    """Sample records (see replay.py) of this many positions of games against oneself, each searched in full."""
    whole = replace(settings, full_share=1.0)
    replay = new_replay(board, positions + settings.games * board.size)
    self_play(board, new_games(board, whole, seed), replay, evaluate, positions, whole, search, seed)
    return replay.samples[: int(replay.written[0])]


def on_policy(
    board: Board,
    games: Sequence[np.ndarray],
    candidates: int,
    plies: tuple[int, int],
    random: np.random.Generator,
) -> Problems:
    """The problems among this many positions of each of several collections of games, from these plies."""
    chosen = []
    for samples in games:
        now = np.bitwise_count(samples["stones"])
        inside = samples[(now >= plies[0]) & (now <= plies[1])]
        chosen.append(inside[random.permutation(len(inside))[:candidates]])
    pooled = np.concatenate(chosen)
    return label(board, pooled["mine"].copy(), pooled["stones"].copy())


def first(problems: Problems, count: int) -> Problems:
    """The first of the problems."""
    return Problems(*(array[:count] for array in problems))


def without(
    board: Board, problems: Problems, mine: Int64[np.ndarray, " m"], stones: Int64[np.ndarray, " m"]
) -> Problems:
    """The problems that are not among these m positions or their mirror images."""
    seen = {
        canonical(board, Position(*position))[0]
        for position in zip(mine.tolist(), stones.tolist(), strict=True)
    }
    there = zip(problems.mine.tolist(), problems.stones.tolist(), strict=True)
    new = np.array([canonical(board, Position(*position))[0] not in seen for position in there], bool)
    return Problems(*(array[new] for array in problems))


def label(
    board: Board,
    mine: Int64[np.ndarray, " n"],
    stones: Int64[np.ndarray, " n"],
    search: Search | None = None,
) -> Problems:
    """The problems among n positions: no immediate win, each once up to mirror image, a choice that matters."""
    first: dict[int, int] = {}
    for index, (mine_there, stones_there) in enumerate(zip(mine.tolist(), stones.tolist(), strict=True)):
        position = Position(mine_there, stones_there)
        if not winning(board, position):
            first.setdefault(canonical(board, position)[0], index)
    kept = np.array(list(first.values()), np.int64)
    scores = move_scores(board, mine[kept], stones[kept], OUTCOME, search or new_search(22))
    legal_moves = scores != ILLEGAL
    optimal = legal_moves & (scores == scores.max(1, keepdims=True))
    matters = optimal.sum(1) < legal_moves.sum(1)
    kept = kept[matters]
    return Problems(mine[kept], stones[kept], optimal[matters], legal_moves[matters], scores[matters].max(1))
