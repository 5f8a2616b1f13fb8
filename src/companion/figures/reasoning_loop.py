"""The figure of cot-loop: reinforcement learning from the outcome, with traces and with traces forbidden."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import TASKS, ByTask, Seeds, few_ticks, on_both_tasks

COLORS = {"random-reward": ink.CHANCE}
RUNS = {"trained": ("with traces", ink.CONTEXT), "no_trace": ("without", ink.WEIGHTS)}
PRIOR = {"base": ("prior, sampled", ink.DOTTED), "base_greedy": ("prior, greedy", ink.DASH_DOT)}


def overview(
    curves: Mapping[str, Mapping[str, Float[np.ndarray, "seeds steps"]]],
    ends: ByTask,
    advantage: ByTask,
    margin: float,
) -> Figure:
    """A panel a task: accuracy by step; right, how far the two runs end apart."""
    figure, (*panels, right) = ink.new_figure(width=7.6, height=3.4, columns=3, shares=(1.0, 1.0, 0.95))
    for index, (axes, task) in enumerate(zip(panels, curves, strict=True)):
        during_the_run(axes, curves[task], ends[task])
        axes.set_title(TASKS[task])
        if index > 0:
            accuracy.alongside(axes)
    on_both_tasks(right, advantage, margin, COLORS)
    few_ticks(right)
    right.set_xlabel("right answers, with\ntraces minus without")
    return figure


def during_the_run(
    axes: Axes, curves: Mapping[str, Float[np.ndarray, "seeds steps"]], ends: Mapping[str, Seeds]
) -> None:
    """What each step's own completions scored, and as dots, at both ends, what held-out problems did.

    Step t draws before it learns, so that its completions are those of a policy t steps old.
    """
    last = max(curve.shape[1] for curve in curves.values())
    axes.set(xlim=(0, last), xlabel="steps of learning")
    found = accuracy.along_y(axes, 0.0, float(ends["chance"].mean()), "right answers")
    for name, (words, dashes) in PRIOR.items():
        level = float(ends[name].mean())
        axes.axhline(level, color=ink.INK, linewidth=0.8, linestyle=dashes, zorder=1)
        _dots(axes, 0, ends[name], ink.INK)
        found.append(End(level, words, ink.INK, dashes))
    for name, (words, color) in RUNS.items():
        seeds.curves(axes, np.arange(curves[name].shape[1]), curves[name], color)
        _dots(axes, last, ends[name], color)
        found.append(End(float(ends[name].mean()), words, color))
    at_line_ends(axes, float(last), found, apart=0.07, leaders=0.1)


def _dots(axes: Axes, x: int, values: Seeds, color: str) -> None:
    axes.plot(
        np.full(len(values), x), values, "o",
        color=color, markersize=3.5, alpha=0.55, markeredgewidth=0, clip_on=False, zorder=4,
    )  # fmt: skip
