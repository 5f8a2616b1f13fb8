"""What an experiment says of the agents it uses: plain numbers, so that listing experiments loads fast."""

from dataclasses import dataclass
from typing import Literal

Variant = Literal["varied", "intact"]
"""What an agent learned from.

varied   streams that begin in an empty context, after a note, or in the middle of a turn
intact   streams that begin in an empty context
"""


@dataclass(frozen=True)
class Recipe:
    """An agent that learns by imitation of the planner."""

    variant: Variant = "varied"
    steps: int = 1000
    texts: int = 48  # in a step
    length: int = 112  # words of a text, after the short ones
    first_length: int = 32  # words of the short texts that come first, twice as many in a step
    width: int = 64
    layers: int = 2
    heads: int = 4
    feedforward: int = 160


VARIED = Recipe()
"""A minute of one core."""

TINY = Recipe(steps=4, texts=4, length=24, first_length=16, width=16, layers=1, heads=2, feedforward=16)
"""Seconds, for tests."""
