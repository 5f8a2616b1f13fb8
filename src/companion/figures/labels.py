"""Names written where the lines end, in the lines' colors, instead of a legend."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes


class End(NamedTuple):
    """A line's last height, its name and its color."""

    height: float
    name: str
    color: str


def at_line_ends(axes: Axes, x: float, ends: Sequence[End], apart: float = 0.065) -> None:
    """Write each name right of x, moved up or down as little as keeps them `apart` (a share of the axis's height).

    Set the axis's limits first.
    """
    bottom, top = axes.get_ylim()
    heights = spread(np.array([end.height for end in ends]), apart * (top - bottom))
    for end, height in zip(ends, heights, strict=True):
        axes.annotate(
            end.name, (x, height), xytext=(5, 0), textcoords="offset points",
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


def _bottom(group: list[float], apart: float) -> float:
    return float(np.mean(group)) - apart * (len(group) - 1) / 2


def _top(group: list[float], apart: float) -> float:
    return float(np.mean(group)) + apart * (len(group) - 1) / 2
