"""The figure of az-distil: how much of what search adds a student keeps, by what it is told."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds

ByArm = Mapping[str, Float[np.ndarray, " seeds"]]
COLORS = {"shuffled": ink.CHANCE}
NAMES = {"outcomes": "told outcomes, plays by value", "shuffled": "told shuffled counts"}
TOP = 2  # rows above the students, for the teacher without and with search


def students(
    teacher_raw: Float[np.ndarray, " seeds"],
    teacher_searched: Float[np.ndarray, " seeds"],
    student: ByArm,
    kept: ByArm,
    kept_off: ByArm,
    chance: float,
    margin: float,
) -> Figure:
    """Accuracy of teacher and students, a row each; in the same rows, the share of the gain that a student keeps."""
    figure, (left, right) = ink.new_figure(width=7.6, height=3.5, columns=2)
    accuracies(left, teacher_raw, teacher_searched, student, chance)
    shares_kept(right, kept, kept_off, margin)
    right.set_ylim(left.get_ylim())
    right.set_yticks([])
    return figure


def accuracies(
    axes: Axes,
    teacher_raw: Float[np.ndarray, " seeds"],
    teacher_searched: Float[np.ndarray, " seeds"],
    student: ByArm,
    chance: float,
) -> None:
    """The teacher without and with search, then the students without it; hairlines carry the teacher's means down."""
    rows = {"teacher alone": teacher_raw, "teacher with search": teacher_searched}
    colors = [ink.WEIGHTS, ink.CONTEXT, *(COLORS.get(arm, ink.WEIGHTS) for arm in student)]
    names = [*rows, *(NAMES.get(arm, f"told {arm.replace('-', ' ')}") for arm in student)]
    for row, (values, color) in enumerate(zip([*rows.values(), *student.values()], colors, strict=True)):
        _seeds_in_a_row(axes, row, values, color)
    for values, color in ((teacher_raw, ink.WEIGHTS), (teacher_searched, ink.CONTEXT)):
        axes.axvline(float(values.mean()), color=color, linewidth=0.7, alpha=0.7, zorder=0)
    lowest = min(float(values.min()) for values in (teacher_raw, teacher_searched, *student.values()))
    accuracy.along_x(axes, lowest, chance, "optimal moves in the teacher’s own games")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def shares_kept(axes: Axes, kept: ByArm, kept_off: ByArm, margin: float) -> None:
    """The share of the gain kept on the teacher's own games and, open and thin below it, on semi-random games."""
    below = {f"gap {row}": np.full(1, np.nan) for row in range(TOP)}
    seeds.dots_by_arm(axes, below | dict(kept), margin, {arm: COLORS.get(arm, ink.WEIGHTS) for arm in kept})
    for row, (arm, values) in enumerate(kept_off.items(), start=TOP):
        color = COLORS.get(arm, ink.WEIGHTS)
        low, high = seeds.interval(values)
        axes.plot([low, high], [row + 0.38] * 2, color=color, linewidth=0.8)
        axes.plot(
            values, np.full(len(values), row + 0.38), "o",
            markersize=3.2, markerfacecolor=ink.PAPER, markeredgecolor=color, markeredgewidth=0.8,
        )  # fmt: skip
    for x, name, color in ((0.0, "teacher alone", ink.WEIGHTS), (1.0, "teacher with search", ink.CONTEXT)):
        axes.axvline(x, color=color, linewidth=0.7, alpha=0.7, zorder=0)
        axes.text(
            x, x, name, color=color, fontsize=8.5, va="center", ha="center",
            bbox={"facecolor": ink.PAPER, "pad": 1.5},
        )  # fmt: skip
    for shares, down, name in ((kept, 0.0, "own games"), (kept_off, 0.38, "semi-random games")):
        first = next(iter(shares.values()))
        axes.annotate(
            name, (max(seeds.interval(first)[1], float(first.max())), TOP + down), xytext=(5, 0),
            textcoords="offset points", va="center", fontsize=8.5, color=ink.WEIGHTS, annotation_clip=False,
            bbox={"facecolor": ink.PAPER, "pad": 0.8}, zorder=1,
        )  # fmt: skip
    axes.set_xlabel("share of the search’s gain that the student keeps")


def _seeds_in_a_row(axes: Axes, row: int, values: Float[np.ndarray, " seeds"], color: str) -> None:
    offsets = np.linspace(-0.18, 0.18, len(values)) if len(values) > 1 else np.zeros(1)
    axes.plot(values, row + offsets, "o", color=color, markersize=3.5, alpha=0.55, markeredgewidth=0)
    axes.plot(values.mean(), row, "|", color=color, markersize=11, markeredgewidth=1.6)
