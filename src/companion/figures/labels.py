"""Names written where the lines end, in the lines' colors, instead of a legend."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from companion.figures import ink


class End(NamedTuple):
    """A line's last height, its name, its color, and its dashes where they tell it from its neighbors."""

    height: float
    name: str
    color: str
    dashes: ink.Dashes = "solid"


def at_line_ends(
    axes: Axes, x: float, ends: Sequence[End], apart: float = 0.065, leaders: float = 0.0
) -> None:
    """Write each name right of x, moved up or down as little as keeps them `apart` (a share of the axis's height) and
    below the top.

    Where lines end too close together, `leaders` (a share of the axis's width) take each on to its name. Set the
    axis's limits first.
    """
    bottom, top = axes.get_ylim()
    left, right = axes.get_xlim()
    reach = leaders * (right - left)
    apart *= top - bottom
    heights = beneath(top, spread(np.array([end.height for end in ends]), apart), apart)
    for end, height in zip(ends, heights, strict=True):
        if leaders:
            axes.plot(
                [x, x + 0.4 * reach, x + reach], [end.height, height, height],
                color=end.color, linestyle=end.dashes, linewidth=0.9, clip_on=False, scalex=False, scaley=False,
            )  # fmt: skip
        axes.annotate(
            end.name, (x + reach, height), xytext=(5, 0), textcoords="offset points",
            color=end.color, va="center", fontsize=8.5, annotation_clip=False,
        )  # fmt: skip


def spread(heights: np.ndarray, apart: float) -> np.ndarray:
    """Heights in the same order, at least `apart`, each group of neighbors centered on where it wanted to be."""
    order = np.argsort(heights, kind="stable")
    groups: list[list[float]] = []  # each: wanted heights, to be placed `apart` around their mean
    for height in heights[order]:
        groups.append([float(height)])
        while len(groups) > 1 and _bottom(groups[-1], apart) - _top(groups[-2], apart) < apart:
            groups[-2:] = [groups[-2] + groups[-1]]
    placed = np.empty_like(heights)
    placed[order] = [_bottom(group, apart) + apart * i for group in groups for i in range(len(group))]
    return placed


def beneath(ceiling: float, heights: np.ndarray, apart: float) -> np.ndarray:
    """Heights that are `apart`, pushed down from the ceiling where they stand above it, in the same order."""
    lowered = heights.copy()
    for i in np.argsort(-heights, kind="stable"):
        lowered[i] = min(heights[i], ceiling)
        ceiling = lowered[i] - apart
    return lowered


def _bottom(group: list[float], apart: float) -> float:
    return float(np.mean(group)) - apart * (len(group) - 1) / 2


def _top(group: list[float], apart: float) -> float:
    return float(np.mean(group)) + apart * (len(group) - 1) / 2
