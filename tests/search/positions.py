"""Positions to search, and evaluators whose answers are arbitrary but fixed: the search cannot tell."""

from zlib import crc32

import numpy as np

from companion.games.board import Board
from companion.games.connect_four import Position, mirror
from companion.games.notation import to_planes
from companion.search.evaluator import Evaluate, Evaluation
from tests.games.columns import random_states


def sampled(board: Board, *plies: int, count: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(mine, stones) of this many unfinished positions after each number of plies."""
    positions = [position for n in plies for _, position in random_states(board, n, count, seed)]
    mine, stones = np.array(positions, np.int64).reshape(-1, 2).T
    return mine.copy(), stones.copy()


def arbitrary(board: Board, scale: float = 1.0) -> Evaluate:
    """Priors and values drawn from what the board looks like; a mirror image gets the mirrored answer."""

    def evaluate(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        prior = np.empty((len(mine), board.columns), np.float32)
        value = np.empty(len(mine), np.float32)
        for i, planes in enumerate(to_planes(board, mine, stones)):
            picture, image = planes.tobytes(), planes[:, :, ::-1].tobytes()
            random = np.random.default_rng(crc32(max(picture, image)))
            drawn = random.dirichlet(np.full(board.columns, 0.5))
            prior[i] = drawn[::-1] if image > picture else drawn
            value[i] = scale * random.uniform(-1, 1)
        return Evaluation(prior, value)

    return evaluate


def symmetric(board: Board, evaluate: Evaluate) -> Evaluate:
    """The mean of an evaluator's words on a position and on its mirror image."""

    def mean(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        images = [mirror(board, Position(m, s)) for m, s in zip(mine.tolist(), stones.tolist(), strict=True)]
        prior, value = evaluate(mine, stones)
        image_prior, image_value = evaluate(*np.array(images, np.int64).T.copy())
        return Evaluation(
            (prior + image_prior[:, ::-1]) / np.float32(2), (value + image_value) / np.float32(2)
        )

    return mean


def recorded(evaluate: Evaluate) -> tuple[Evaluate, list[np.ndarray]]:
    """The evaluator, and the list to which it will add the positions it is asked about, batch by batch."""
    batches: list[np.ndarray] = []

    def recording(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        batches.append(np.stack([mine, stones], axis=1))
        return evaluate(mine, stones)

    return recording, batches
