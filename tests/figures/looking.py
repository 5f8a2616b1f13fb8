"""What a test shows to a figure, and what it sees there: words, dots, lines, and inks that turn with the page."""

import re
from dataclasses import asdict
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from companion.figures import ink
from companion.lab.criteria import parts_of
from companion.lab.experiment import Experiment
from companion.lab.store import Result

RNG = np.random.default_rng(0)
SEEDS = 3


def values(*shape: int) -> np.ndarray:
    """Numbers that a record could hold, a row a seed."""
    return RNG.uniform(0.2, 0.9, (SEEDS, *shape))


def words(axes: Axes) -> set[str]:
    """What is written into the plot."""
    return {text.get_text() for text in axes.texts}


def rows(axes: Axes) -> list[str]:
    """The labels at the left, from the bottom."""
    return [label.get_text() for label in axes.get_yticklabels()]


def dots(axes: Axes, color: str | None = None, marker: str = "o") -> set[float]:
    """Where dots stand from left to right, those of one color or all; a dot that is nowhere is none."""
    lines = [line for line in axes.lines if line.get_marker() == marker]
    wanted = [line for line in lines if color in (None, to_hex(line.get_color()))]
    found = {float(x) for line in wanted for x in np.atleast_1d(np.asarray(line.get_xdata()))}
    return {x for x in found if np.isfinite(x)}


def flat(*tables: dict[Any, Any]) -> set[float]:
    """Every number of some tables of arrays."""
    return {float(x) for table in tables for found in table.values() for x in np.ravel(found)}


def uprights(axes: Axes) -> list[float]:
    """Where upright lines stand."""
    ends = [np.asarray(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
    return [float(x[0]) for x in ends if x[0] == x[1]]


def turns_with_the_page(figure: Figure) -> bool:
    """Whether every color is a variable of the page, with the color as its fallback: for light and for dark."""
    svg = ink.to_svg(figure, alt="what is tested")
    colors = set(re.findall(r"#[0-9a-f]{6}\b", svg))
    return colors == set(re.findall(r"var\(--[^#)]*\)?, (#[0-9a-f]{6})\)", svg))


class Measured(Result):
    """A result at full scale that holds a number for all that was declared, and for nothing else.

    Who inherits says which shapes arrays have.
    """

    def __init__(self, experiment: Experiment) -> None:
        settings = {arm: asdict(experiment.settings("full", arm)) for arm in experiment.arms}
        first, *also = (
            {"effect": part.effect, "margin": part.margin, "against": part.against}
            for part in parts_of(experiment.criterion)
        )
        primary = {"arm": experiment.main_arm, **first, "also": also}
        super().__init__({"settings": settings, "primary": primary})
        object.__setattr__(self, "declared", set(experiment.quantities))

    def scalar(self, name: str, arm: str | None = None) -> np.ndarray:
        assert name in self.declared  # type: ignore[attr-defined]
        assert (arm or self.main_arm) in self.document["settings"]
        return values()
