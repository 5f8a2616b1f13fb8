"""The figure of cot-what-changed: problems solved by the first attempt and by later ones, before and after."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.reasoning_rows import Seeds, before_and_after, few_ticks, heading, named

COLORS = {"random-reward": ink.CHANCE}
MEASURES = {
    "first_hit": "first attempts hit",
    "later_hit": "later attempts hit",
    "repeated": "attempts repeated",
    "right_results": "results follow",
    "own_numbers": "numbers as given",
    "mark_on_hit": "hits marked ok",
    "mark_on_miss": "misses marked no",
}
WORD_MEASURES = {"complete": "traces complete", "step_error": "steps wrong"}
PARTS = {
    "solved_first": ("first attempt", ink.WEIGHTS),
    "solved_later": ("later ones", ink.CONTEXT),
}


def overview(
    before: Mapping[str, Seeds],
    after: Mapping[str, Seeds],
    difference: Mapping[str, Seeds],
    margin: float,
    chance: float,
) -> Figure:
    """Where right answers come from, before and after; other measures of the traces; the judged difference."""
    figure, (left, middle, right) = ink.new_figure(width=7.6, height=4.4, columns=3, shares=(1.0, 1.0, 0.85))
    solved(left, before, after, chance)
    measures(middle, before, after)
    seeds.dots_by_arm(right, difference, margin, COLORS)
    few_ticks(right)
    right.set_xlabel("problems gained later\nminus gained at first")
    return figure


def solved(axes: Axes, before: Mapping[str, Seeds], after: Mapping[str, Seeds], chance: float) -> None:
    """A stacked bar a seed: problems solved at first, then by later attempts; below, where each part ends on average,
    with its interval.
    """
    moments = {"prior": before, "after the run": after}
    for row, found in enumerate(moments.values()):
        heights = row + _spread(len(found["solved_first"]))
        start = np.zeros(len(heights))
        for name, (_, color) in PARTS.items():
            end = start + found[name]
            axes.barh(heights, found[name], left=start, height=0.42 / len(heights), color=color, alpha=0.75)
            axes.plot(seeds.interval(end), [row + 0.36] * 2, color=color, linewidth=2.4)
            axes.plot(end.mean(), row + 0.36, "|", color=color, markersize=8, markeredgewidth=1.6)
            start = end
    reached = [float((found["solved_first"] + found["solved_later"]).max()) for found in moments.values()]
    _name_the_parts(axes, int(np.argmin(reached)), min(reached))
    named(
        axes, [f"{when},\n{float(found['attempts'].mean()):.1f} attempts" for when, found in moments.items()]
    )
    accuracy.along_x(axes, 0.0, chance, "Countdown problems solved")


def _spread(count: int) -> Seeds:
    return np.linspace(-0.26, 0.2, count) if count > 1 else np.zeros(1)


def _name_the_parts(axes: Axes, row: int, x: float) -> None:
    """Right of the shorter bars, in their colors."""
    for down, (words, color) in zip((-0.12, 0.12), PARTS.values(), strict=True):
        axes.annotate(
            words, (x, row + down), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8.5, color=color,
            annotation_clip=False,
        )  # fmt: skip


def measures(axes: Axes, before: Mapping[str, Seeds], after: Mapping[str, Seeds]) -> None:
    """What else is known of the traces, a row a measure; the two of the word problem under a heading of their own."""
    rows = [*range(len(MEASURES)), *(len(MEASURES) + 0.9 + row for row in range(len(WORD_MEASURES)))]
    found = MEASURES | WORD_MEASURES
    for row, name in zip(rows, found, strict=True):
        before_and_after(axes, row, before[name], after[name], ink.CONTEXT)
    named(axes, list(found.values()), rows)
    axes.set_ylim(rows[-1] + 0.5, -1.0)
    heading(axes, -0.75, "Countdown")
    heading(axes, len(MEASURES) + 0.05, "word problem")
    axes.set(xlim=(0, 1), xlabel="share, before (open) and after")
