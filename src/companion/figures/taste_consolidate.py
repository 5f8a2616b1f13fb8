"""The figure of taste-consolidate: a view on its way into the weights, and what else moves."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import doublings, ink, seeds, turns
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, dots, few_ticks, named, set_apart

LINES = {
    "rehearsed": ("rehearsed", ink.WEIGHTS, ink.SOLID),
    "plain": ("plain", ink.WEIGHTS, ink.DASHED),
    "nothing-learned": ("nothing learned", ink.CHANCE, ink.DASH_DOT),
}
SHOWN = ("rehearsed", "plain")
ROWS = {
    "after": "view, unpracticed",
    "after_practiced": "view, practiced",
    "rated_after": "view, in verdicts",
    "kept": "… two views later",
    "talked_back_after": "can be talked back",
    "flips": "others flip",
    "moved": "others move by",
    "distance_after": "off Bayes by",
}
COLORS = {"nothing-learned": ink.CHANCE, "rehearsed": ink.WEIGHTS, "plain": ink.WEIGHTS}
NAMES = {"nothing-learned": "nothing learned"}


def overview(
    steps: Int[np.ndarray, " counts"],
    curves: Mapping[str, Float[np.ndarray, "seeds counts"]],
    teacher: float,
    rows: Mapping[str, Mapping[str, Seeds]],
    net: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """Dissent in an empty context by steps, what else has moved, and the judged effect."""
    figure, panels = ink.new_figure(width=9.0, height=4.0, columns=3, shares=(1.0, 1.0, 0.8))
    by_steps(panels[0], steps, curves, teacher)
    what_moved(panels[1], rows)
    turns.judged(panels[2], net, margin, COLORS, NAMES, "adopted, less flips elsewhere")
    set_apart(figure)
    return figure


def by_steps(
    axes: Axes,
    steps: Int[np.ndarray, " counts"],
    curves: Mapping[str, Float[np.ndarray, "seeds counts"]],
    teacher: float,
) -> None:
    """A line an arm, and the instance whose answers are distilled."""
    at = doublings.place(steps)
    ends = []
    for arm, (name, color, dashes) in LINES.items():
        seeds.curves(axes, at, curves[arm], color, dashes)
        ends.append(End(float(curves[arm][:, -1].mean()), name, color, dashes))
    axes.axhline(teacher, color=ink.CONTEXT, linewidth=1.2)
    doublings.along_x(axes, steps)
    axes.set(ylim=(0, 1), xlabel="gradient steps", ylabel="dissent in an empty context")
    at_line_ends(axes, float(at[-1]), [*ends, End(teacher, "instance", ink.CONTEXT)], leaders=0.08)


def what_moved(axes: Axes, rows: Mapping[str, Mapping[str, Seeds]]) -> None:
    """A row a measure: with rehearsal (full), and below it without (open)."""
    for row, name in enumerate(ROWS):
        for place, arm in zip((row - 0.17, row + 0.17), SHOWN, strict=True):
            dots(axes, place, rows[arm][name], ink.WEIGHTS, full=arm == "rehearsed", reach=0.1)
    named(axes, list(ROWS.values()))
    few_ticks(axes)
    axes.set(xlim=(0, 1), xlabel="share or probability, with\nrehearsal (full) and without")
