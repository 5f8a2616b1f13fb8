"""One round of distillation by itself: a student learns from the games of a fixed teacher that searches."""

import copy
from typing import Literal

import numpy as np
from jaxtyping import Float32

from companion.alphazero.learning import LearningSettings, loss, new_optimizer, rate_at
from companion.alphazero.network import PolicyValueNet
from companion.alphazero.replay import Replay, draw_examples
from companion.games.board import Board

Target = Literal["visit-counts", "played-moves", "outcomes", "shuffled"]
"""What the student is told of a position: the teacher's visit counts, one move drawn from them, only how the game
ended, or, as a control, the visit counts of another position."""


def played(
    policy: Float32[np.ndarray, "n columns"], random: np.random.Generator
) -> Float32[np.ndarray, "n columns"]:
    """One move of each, drawn from the visit counts, as a policy that is sure."""
    passed = policy.cumsum(1)
    drawn = (passed > random.random((len(policy), 1)) * passed[:, -1:]).argmax(1)
    return np.eye(policy.shape[1], dtype=np.float32)[drawn]


def student_of(
    board: Board,
    teacher: PolicyValueNet,
    samples: np.ndarray,
    target: Target,
    passes: float,
    learning_rate: float,
    random: np.random.Generator,
) -> PolicyValueNet:
    """A network that starts from the teacher's weights and learns from its games, `passes` times over.

    The value learns from the games' outcomes, whatever the policy learns from; told only outcomes, the policy head
    learns nothing.
    """
    settings = LearningSettings(
        learning_rate=learning_rate, outcome_share=1.0, targets="shuffled" if target == "shuffled" else "own"
    )
    finished = samples[~np.isnan(samples["outcome"])].copy()
    if target == "played-moves":
        finished["policy"] = played(finished["policy"], random)
    replay = Replay(finished, np.array([len(finished)]))
    student: PolicyValueNet = copy.deepcopy(teacher).requires_grad_(True).train()
    optimizer = new_optimizer(student, settings)
    steps = max(1, round(passes * len(finished) / settings.batch))
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(settings, step / steps)
        examples = draw_examples(board, replay, settings.batch, 1.0, random, settings.targets == "shuffled")
        losses = loss(student, examples)
        optimizer.zero_grad()
        (losses.value if target == "outcomes" else losses.policy + losses.value).backward()
        optimizer.step()
    return student.eval().requires_grad_(False)
