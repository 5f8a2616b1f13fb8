"""The figure of boundary-instances: how often instances that never met give the same answer."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, few_ticks, heading, set_apart

PANELS = {
    "by-ben": "nothing prevails",
    "by-ben-0.9": "one view prevails, 9 in 10",
}
LINES = (
    (0, 1, "same weights", ink.CONTEXT, ink.SOLID),
    (1, 1, "another seed", ink.WEIGHTS, ink.DOTTED),
    (2, 1, "another culture", ink.WEIGHTS, ink.DASHED),
    (3, 1, "Bayes", ink.EXACT, ink.LONG),
    (0, 2, "two views", ink.CONTEXT, ink.DASH_DOT),
)
"""A pair of weights and what they have read, as axes of the record; all but the last have read of one view."""

EFFECTS = {
    "converge": "one view, beyond two views",
    "substrate": "beyond another culture",
    "seeds": "beyond another seed",
}
COLORS = {"substrate": ink.WEIGHTS, "seeds": ink.WEIGHTS}
NAMES = {
    "by-ben-0.9": "prevails 9 in 10",
    "by-ben-0.6": "6 in 10",
    "by-ben-0.98": "98 in 100",
    "by-ben": "nothing prevails",
}


def overview(
    after: Float[np.ndarray, " turns"],
    agreement: Mapping[str, Float[np.ndarray, "seeds pairs readings turns"]],
    effects: Mapping[str, Mapping[str, Seeds]],
    margins: Mapping[str, float],
) -> Figure:
    """Same answers by turns, on two kinds of topics, and the differences that are judged."""
    figure, (left, middle, right) = ink.new_figure(width=8.6, height=4.4, columns=3, shares=(0.8, 1.0, 0.9))
    lowest = min(float(found.min()) for found in agreement.values())
    for axes, (arm, words) in zip((left, middle), PANELS.items(), strict=True):
        by_turns(axes, after, agreement[arm], lowest)
        axes.set_title(words)
    left.set_ylabel("probability of the same answer")
    middle.tick_params(axis="y", labelleft=False)
    _name_lines(middle, float(after[-1]), agreement["by-ben-0.9"])
    differences(right, effects, next(iter(margins.values())))
    set_apart(figure)
    return figure


def by_turns(
    axes: Axes,
    after: Float[np.ndarray, " turns"],
    agreement: Float[np.ndarray, "seeds pairs readings turns"],
    lowest: float,
) -> None:
    """A line for each pair of weights told of one view, and one for the same weights told of two."""
    for pair, reading, _, color, dashes in LINES:
        seeds.curves(axes, after, agreement[:, pair, reading], color, dashes)
    axes.axhline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
    axes.set(xlim=(0, after[-1]), ylim=(min(lowest, 0.5) - 0.03, 1.0), xlabel="turns")


def _name_lines(axes: Axes, last: float, agreement: Float[np.ndarray, "seeds pairs readings turns"]) -> None:
    ends = [
        End(float(agreement[:, pair, reading, -1].mean()), name, color, dashes)
        for pair, reading, name, color, dashes in LINES
    ]
    at_line_ends(axes, last, [*ends, End(0.5, "chance", ink.CHANCE, ink.DASHED)], leaders=0.1)


def differences(axes: Axes, effects: Mapping[str, Mapping[str, Seeds]], margin: float) -> None:
    """A row for each kind of topic under the name of each difference, all held against one margin."""
    rows, shades, names = dict[str, Seeds](), dict[str, str](), list[str]()
    nothing = np.full(1, np.nan)
    for effect, arms in effects.items():
        rows |= {effect: nothing} | {f"{effect} {arm}": found for arm, found in arms.items()}
        shades |= {f"{effect} {arm}": COLORS[effect] for arm in arms if effect in COLORS}
        names += ["", *(NAMES.get(arm, arm) for arm in arms)]
    seeds.dots_by_arm(axes, rows, margin, shades)
    axes.set_yticks(range(len(names)), names)
    for row, name in zip(range(0, len(names), 1 + len(next(iter(effects.values())))), effects, strict=True):
        heading(axes, row, EFFECTS[name])
    few_ticks(axes)
    axes.set_xlabel("difference in probability")
