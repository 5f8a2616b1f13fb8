"""The positions of past games, with what the search and the outcome said of them: a ring of the most recent ones."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from companion.alphazero.planes import to_planes
from companion.games.board import Board


class Replay(NamedTuple):
    """`written` counts all positions ever; position i lies at row i modulo the ring's size."""

    samples: np.ndarray  # sample records [capacity]
    written: np.ndarray  # int64 [1]


def sample_type(board: Board) -> np.dtype:
    """A position, the search's policy and value there, and how the game went; nan while it goes on."""
    return np.dtype(
        [
            ("mine", np.int64),
            ("stones", np.int64),
            ("policy", np.float32, board.columns),
            ("search_value", np.float32),
            ("outcome", np.float32),
        ],
        align=True,
    )


def new_replay(board: Board, capacity: int) -> Replay:
    """An empty ring."""
    return Replay(np.zeros(capacity, sample_type(board)), np.zeros(1, np.int64))


class Examples(NamedTuple):
    """What the network learns from: positions, and what it should say of them."""

    planes: Float[Tensor, "n 2 rows columns"]
    policy: Float[Tensor, "n columns"]
    value: Float[Tensor, " n"]


def value_targets(samples: np.ndarray, outcome_share: float) -> Float32[np.ndarray, " n"]:
    """A mixture of the game's outcome and the search's value; the search's value alone while a game goes on."""
    outcome = np.where(np.isnan(samples["outcome"]), samples["search_value"], samples["outcome"])
    return (outcome_share * outcome + (1 - outcome_share) * samples["search_value"]).astype(np.float32)


def draw_examples(
    board: Board,
    replay: Replay,
    size: int,
    outcome_share: float,
    random: np.random.Generator,
    shuffled: bool = False,
) -> Examples:
    """A batch drawn uniformly, half of it mirrored. `shuffled`: targets of other positions, for a control."""
    held = min(int(replay.written[0]), len(replay.samples))
    samples = replay.samples[random.integers(held, size=size)]
    targets = samples[random.permutation(size)] if shuffled else samples
    planes, policy = (
        to_planes(board, samples["mine"], samples["stones"]),
        torch.from_numpy(targets["policy"].copy()),
    )
    mirrored = torch.from_numpy(random.random(size) < 0.5)
    planes = torch.where(mirrored[:, None, None, None], planes.flip(3), planes)
    policy = torch.where(mirrored[:, None], policy.flip(1), policy)
    return Examples(planes, policy, torch.from_numpy(value_targets(targets, outcome_share)))
