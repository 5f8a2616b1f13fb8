"""The figure of cot-compress: what ten ways to compress leave of accuracy, without a trace and with one."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
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
DASHES = {
    "rl-on-traces": ink.SOLID,
    "rl-without-traces": ink.DASH_DOT,
    "own-answers": ink.LONG,
    "right-answers": ink.DASHED,
}
"""The arms that have a line of their own, and how it is broken."""


def overview(
    lengths: Real[np.ndarray, " lengths"],
    before: ByLength,
    after: Mapping[str, ByLength],
    traced: Mapping[str, Seeds],
    gain: Mapping[str, Seeds],
    margin: float,
    chance: float,
) -> Figure:
    """Accuracy without a trace by length; in rows that two panels share, what is left of traces, and the gain."""
    figure, (left, middle, right) = ink.new_figure(width=7.6, height=4.0, columns=3, shares=(1.1, 0.8, 0.9))
    without_a_trace(left, lengths, before, after, chance)
    for row, (arm, values) in enumerate(traced.items()):
        dots(middle, row, values, COLORS.get(arm, ink.CONTEXT))
    named(middle, [NAMES.get(arm, arm.replace("-", " ")) for arm in traced])
    accuracy.along_x(middle, 0.0, chance, "right answers\nafter a trace")
    seeds.dots_by_arm(right, gain, margin, {arm: COLORS.get(arm, ink.WEIGHTS) for arm in gain})
    right.set_ylim(middle.get_ylim())
    right.set_yticks([])
    few_ticks(right)
    right.set_xlabel("right answers gained\nwithout a trace")
    return figure


def without_a_trace(
    axes: Axes,
    lengths: Real[np.ndarray, " lengths"],
    before: ByLength,
    after: Mapping[str, ByLength],
    chance: float,
) -> None:
    """The prior and the telling ways, a line each."""
    axes.set(xlim=(lengths[0], lengths[-1]), xlabel="permutations in the problem")
    axes.set_xticks(lengths, [f"{length:.0f}" for length in lengths])
    ends = accuracy.along_y(axes, 0.0, chance, "right answers without a trace")
    seeds.curves(axes, lengths, before, ink.INK, ink.DOTTED)
    ends.append(End(float(before[:, -1].mean()), "prior", ink.INK, ink.DOTTED))
    for arm, dashes in DASHES.items():
        if arm in after:
            seeds.curves(axes, lengths, after[arm], ink.WEIGHTS, dashes)
            ends.append(End(float(after[arm][:, -1].mean()), NAMES[arm], ink.WEIGHTS, dashes))
    at_line_ends(axes, float(lengths[-1]), ends, apart=0.055, leaders=0.12)
