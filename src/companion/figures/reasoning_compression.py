"""The figure of cot-compress: what ten ways to compress leave of accuracy, without a trace and with one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.reasoning_rows import Seeds, dots, few_ticks, named

ByLength = Float[np.ndarray, "seeds lengths"]

COLORS = {"random-reward": ink.CHANCE}
NAMES = {
    "rl-on-traces": "RL on traces",
    "rl-without-traces": "RL without traces",
    "own-answers": "own answers",
    "own-answers-unrehearsed": "own, unrehearsed",
    "priors-answers": "prior’s answers",
    "right-answers": "right answers",
    "right-answers-one-layer": "right, one layer",
    "right-answers-wide-layer": "right, wide layer",
    "dropped-steps": "steps dropped",
    "random-reward": "random reward",
}
OTHER_PRIORS = ("right-answers-one-layer", "right-answers-wide-layer")
"""Arms that begin with a prior of another shape, so that the main arm's is no reference for them."""

FLOOR, HEIGHT = (
    0.38,
    0.76,
)  # of a curve within its row: 0 lies this far below the row's middle, 1 so far above that


def overview(
    lengths: Real[np.ndarray, " lengths"],
    before: ByLength,
    after: Mapping[str, ByLength],
    traced: Mapping[str, Seeds],
    gain: Mapping[str, Seeds],
    margin: float,
    chance: float,
) -> Figure:
    """A row a method: accuracy without a trace by length, what is left of traces, and what was gained without."""
    figure, (left, middle, right) = ink.new_figure(width=7.6, height=5.2, columns=3, shares=(1.0, 0.8, 0.9))
    curves_in_rows(left, lengths, before, after, chance)
    for row, (arm, values) in enumerate(traced.items()):
        dots(middle, row, values, COLORS.get(arm, ink.CONTEXT))
    accuracy.along_x(middle, 0.0, chance, "right answers\nafter a trace")
    seeds.dots_by_arm(right, gain, margin, {arm: COLORS.get(arm, ink.WEIGHTS) for arm in gain})
    few_ticks(right)
    right.set_xlabel("right answers gained\nwithout a trace")
    for axes in (middle, right):
        axes.set_ylim(left.get_ylim())
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
    return figure


def curves_in_rows(
    axes: Axes,
    lengths: Real[np.ndarray, " lengths"],
    before: ByLength,
    after: Mapping[str, ByLength],
    chance: float,
) -> None:
    """In each row, from chance (dashed) to the solver (a line at its top): every seed of a method, their mean, and
    the prior's mean (dotted). Lengths are equally far apart.
    """
    places = np.arange(len(lengths))
    for row, (arm, found) in enumerate(after.items()):
        axes.axhline(_height(row, 1.0), color=ink.EXACT, linewidth=0.6)
        axes.axhline(_height(row, chance), color=ink.CHANCE, linewidth=0.8, linestyle=ink.DASHED)
        seeds.curves(axes, places, _height(row, found), COLORS.get(arm, ink.WEIGHTS))
        if arm not in OTHER_PRIORS:
            axes.plot(
                places, _height(row, before.mean(0)), color=ink.INK, linewidth=1.2, linestyle=ink.DOTTED
            )
    for words, level, color in (("solver", 1.0, ink.EXACT), ("chance", chance, ink.CHANCE)):
        axes.annotate(
            words, (places[-1], _height(0, level)), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize=8.5, color=color, annotation_clip=False,
        )  # fmt: skip
    named(axes, [NAMES.get(arm, arm.replace("-", " ")) for arm in after])
    axes.set(xlim=(0, places[-1]), xlabel="right answers without a trace,\nby permutations; dots: the prior")
    axes.set_xticks(places, [f"{length:.0f}" for length in lengths])


def _height(row: int, accuracy: float | np.ndarray) -> Any:
    return row + FLOOR - HEIGHT * accuracy
