"""What an experiment says of the policies it uses: plain numbers, so that listing experiments loads fast."""

from dataclasses import dataclass, replace
from typing import Literal

TaskName = Literal["word-problem", "short-word-problem", "countdown"]
"""Task A with ten permutations; with one to eight; task B."""

Corpus = Literal["full", "no-full-traces", "random-steps", "wrong-answers"]
"""What the prior's texts are made of.

full              complete traces, partial ones and answers at once
no-full-traces    every second step at most is written down
random-steps      complete traces whose steps are mostly arrangements at random
wrong-answers     right steps, and after them mostly an answer at random
"""

Variant = Literal["base", "rl", "traced", "no-trace", "random", "self-graded"]
"""Who the policy is.

base          the prior
rl            after reinforcement learning, free to write a trace
traced        after the same with every completion made to begin with a trace
no-trace      after the same with every completion forced to answer at once
random        after the same with rewards by the toss of a coin
self-graded   after the same with the policy's own last mark as its reward
"""


@dataclass(frozen=True)
class Recipe:
    """A task, a prior and a run of reinforcement learning on it."""

    task: TaskName = "word-problem"
    corpus: Corpus = "full"
    texts: int = 64_000
    drills: int = 0  # Countdown: chains of arithmetic, before the texts
    comparisons: int = 0  # Countdown: pairs of numbers and whether they are the same, before the texts
    checks: int = 0  # Countdown: lists of marked attempts, before the texts
    late_checks: int = 0  # Countdown: the same, among the texts
    width: int = 64
    layers: int = 2
    heads: int = 4
    feedforward: int = 160
    steps: int = 80
    problems: int = 32
    group: int = 16
    rate: float = 4e-4


@dataclass(frozen=True)
class Made:
    """One policy of a recipe."""

    recipe: Recipe
    variant: Variant


WORD_PROBLEM = Recipe()
"""Half a minute for the prior, a quarter for the run."""

SHORT_WORD_PROBLEM = replace(WORD_PROBLEM, task="short-word-problem")

COUNTDOWN = Recipe(
    task="countdown",
    texts=36_000,
    drills=10_000,
    comparisons=5_000,
    checks=12_000,
    late_checks=7_000,
    width=96,
    layers=3,
    heads=6,
    feedforward=240,
    steps=60,
    rate=5e-4,
)
"""Three minutes for the prior, two for the run."""

TINY_WORD_PROBLEM = replace(WORD_PROBLEM, texts=4096, width=32, feedforward=64, steps=2, problems=4, group=4)
TINY_SHORT_WORD_PROBLEM = replace(TINY_WORD_PROBLEM, task="short-word-problem")
TINY_COUNTDOWN = replace(
    TINY_WORD_PROBLEM, task="countdown", texts=128, drills=64, comparisons=64, checks=64, late_checks=64
)
"""Seconds, for tests."""
