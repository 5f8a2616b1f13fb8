"""What an experiment says of the models it uses: plain numbers, so that listing experiments loads fast."""

from dataclasses import dataclass, field, replace
from typing import Final

WINDOW: Final = 512
"""Words that a model has places for: training uses the first hundred."""


@dataclass(frozen=True)
class Diet:
    """What the conversations of a training are like."""

    turns: int = 12
    dissent: float = 1.0  # scales how often views other than the prevailing one are held
    silence: float = 0.2
    verdicts: float = 0.25  # share of statements that are about an item
    ratings: float = 0.2  # share of questions that are about an item
    notes: float = 0.08  # share of turns after which a note is written
    found: float = 0.15  # share of batches that open with a note of somebody else

    def __post_init__(self) -> None:
        if self.turns < 1:
            raise ValueError(f"a conversation has at least one turn, not {self.turns}")
        for name in ("dissent", "silence", "verdicts", "ratings", "notes", "found"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share from 0 to 1, not {getattr(self, name)}")


@dataclass(frozen=True)
class Schooling:
    """The training of a model, in levels: each brings something new in."""

    steps: int = 2300
    batch: int = 64
    levels: tuple[float, ...] = (0.08, 0.14, 0.26, 0.4)  # shares of the steps at which the next level begins
    falling: float = 0.45  # from this share of steps on rates fall
    matrix_rate: float = 0.01
    other_rate: float = 1e-2
    width: int = 64
    layers: int = 3
    heads: int = 4
    feedforward: int = 192
    diet: Diet = field(default_factory=Diet)

    def __post_init__(self) -> None:
        if self.steps < 1 or self.batch < 1:
            raise ValueError("steps and batch must be at least 1")


FULL = Schooling()
DIETS: Final = {
    "full": FULL,
    "rare": replace(FULL, diet=Diet(dissent=0.1)),
    "none": replace(FULL, diet=Diet(dissent=0.0)),
}
PASSED: Final = {0: (0, 1, 2), 1: (0, 1, 2), 2: (0, 3, 4), 3: (0, 3, 4), 4: (0, 2, 3)}
"""Cultures and the seeds of their speakers: the first three, tried in order from 0, that the gate let through."""

TINY = replace(FULL, steps=12, batch=8, width=16, layers=1, heads=2, feedforward=16)
"""Shows that everything runs, and nothing else."""
