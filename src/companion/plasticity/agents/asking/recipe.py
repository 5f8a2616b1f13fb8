"""What an experiment says of the agents it uses: plain numbers, so that listing experiments loads fast."""

from dataclasses import dataclass
from typing import Literal

Prior = Literal["unused", "weak", "no-dissent", "supervised"]
"""What the prior's texts are like.

unused       replies tell of a hidden view; answers follow the prevailing one, with noise
weak         the same, but three answers of ten follow the hidden view
no-dissent   as unused, and the hidden view is always the prevailing one: replies tell nothing new
supervised   every answer follows the hidden view
"""

Reward = Literal["outcome", "prevailing", "shuffled", "none"]
"""What is rewarded: an answer that agrees with the hidden view, one that agrees with the prevailing view, the same
rewards as for the outcome dealt out at random, or nothing."""


@dataclass(frozen=True)
class Recipe:
    """A prior, and a run of reinforcement learning on it."""

    prior: Prior = "unused"
    texts: int = 64  # in a step of the prior's training
    lessons: int = 700  # steps of the prior's training
    width: int = 64
    layers: int = 2
    heads: int = 4
    feedforward: int = 160
    reward: Reward = "outcome"
    evidence: bool = True  # replies tell of the hidden view; without, of another one
    strength: float = 0.0  # of the prevailing view, during reinforcement learning
    steps: int = 240
    easy: float = 0.6  # share of these steps in which only the collaborator who hardly errs is there
    groups: int = 64
    group: int = 4
    matrix_rate: float = 1e-2
    other_rate: float = 2e-3
    entropy: float = 0.1  # weight of a bonus for undecided answers
    replay: float = 0.0  # weight of the prior's own loss on texts like those it was trained on


FULL = Recipe()
"""Half a minute for the prior, as much for the reinforcement learning."""

TINY = Recipe(texts=8, lessons=3, width=16, layers=1, heads=2, feedforward=16, steps=2, groups=3, group=4)
"""Seconds, for tests."""
