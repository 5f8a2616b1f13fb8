"""Probabilities by turns of a conversation: a line a culture and their mean, Bayes beside it, chance below."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes

from companion.figures import ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, few_ticks

TRAINED = 12
"""Turns of the longest conversation of training."""


class Line(NamedTuple):
    """Curves of one kind, one a culture."""

    name: str
    values: Float[np.ndarray, "seeds turns"]
    color: str = ink.CONTEXT
    dashes: ink.Dashes = ink.SOLID


def exact(name: str, values: Float[np.ndarray, "seeds turns"]) -> Line:
    """What Bayes with the true prior makes of the same conversations."""
    return Line(name, values, ink.EXACT, ink.LONG)


def of_training(name: str, values: Float[np.ndarray, "seeds turns"]) -> Line:
    """What Bayes makes of them who takes training for the world."""
    return Line(name, values, ink.EXACT, ink.DOTTED)


def lines(
    axes: Axes,
    turns: Real[np.ndarray, " turns"],
    drawn: Sequence[Line],
    limits: tuple[float, float],
    chance: float | None = 0.5,
    apart: float = 0.075,
) -> None:
    """All lines with their names at their ends; a hairline where training's conversations end, if turns go on."""
    for line in drawn:
        seeds.curves(axes, turns, line.values, line.color, line.dashes)
    axes.set(xlim=(turns[0], turns[-1]), ylim=limits, xlabel="turns")
    ends = [End(float(line.values[:, -1].mean()), line.name, line.color, line.dashes) for line in drawn]
    if chance is not None:
        axes.axhline(chance, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
        ends.append(End(chance, "chance", ink.CHANCE, ink.DASHED))
    if turns[-1] > TRAINED:
        axes.axvline(TRAINED, color=ink.FAINT, linewidth=0.9, zorder=0)
        axes.set_xticks([0, TRAINED, int(turns[-1])])
    at_line_ends(axes, float(turns[-1]), [end for end in ends if end.name], apart, leaders=0.08)


def judged(
    axes: Axes,
    values: Mapping[str, Seeds],
    margin: float,
    colors: Mapping[str, str],
    names: Mapping[str, str],
    words: str,
) -> None:
    """A row an arm, a dot a culture, with the declared margin."""
    seeds.dots_by_arm(axes, values, margin, colors)
    axes.set_yticks(range(len(values)), [names.get(arm, arm.replace("-", " ")) for arm in values])
    few_ticks(axes)
    axes.set_xlabel(words)


def unnamed(axes: Axes) -> None:
    """Take the names off the rows of a panel that stands beside another with the same rows."""
    axes.tick_params(axis="y", labelleft=False)
