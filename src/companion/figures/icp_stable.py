"""The figure of icp-stable: whether answers in other wordings agree, whether they are right, and for how long."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, before_and_after, dots, few_ticks, named

NAMES = {
    "told": "told by Ana",
    "withheld": "…, withheld views",
    "dissent": "…, against what prevails",
    "exchanged": "statements exchanged",
    "by-dan": "told by Dan",
    "silent": "nobody speaks",
}
COLORS = {"exchanged": ink.CHANCE, "by-dan": ink.CHANCE, "silent": ink.CHANCE}
CURVES = ("agrees_silent", "right_silent", "agrees_first", "right_first")
TRAINED = 12
"""Turns of the longest conversation of training."""

ByArm = Mapping[str, Seeds]


def overview(
    agrees: ByArm,
    agrees_later: ByArm,
    right: ByArm,
    bayes_right: ByArm,
    trained_right: ByArm,
    between: list[int],
    curves: Mapping[str, Float[np.ndarray, "seeds between"]],
    margin: float,
) -> Figure:
    """Agreement by arm, truth by arm, and both over further turns."""
    figure, (left, middle, last) = ink.new_figure(width=8.6, height=3.9, columns=3, shares=(0.9, 0.75, 1.0))
    agreement(left, agrees, agrees_later, margin)
    truth(middle, right, bayes_right, trained_right)
    over_turns(last, between, curves)
    return figure


def agreement(axes: Axes, at_once: ByArm, later: ByArm, margin: float) -> None:
    """A row an arm, at once (open) and after twelve silent turns (full)."""
    for row, arm in enumerate(at_once):
        before_and_after(axes, row, at_once[arm], later[arm], COLORS.get(arm, ink.CONTEXT))
    named(axes, [NAMES.get(arm, arm) for arm in at_once])
    _from_chance(axes, "agree in other wordings,\nat once (open) and later")
    axes.axvline(margin, color=ink.INK, linewidth=0.8, zorder=0)
    accuracy.on_top(axes, margin, f"margin {margin:g}", ink.INK, "right")


def truth(axes: Axes, right: ByArm, bayes: ByArm, trained: ByArm) -> None:
    """A row an arm; a dark stroke is Bayes with the true prior, a dark dotted one Bayes with that of training."""
    for row, arm in enumerate(right):
        for exact, dashes in ((bayes, ink.SOLID), (trained, ink.DOTTED)):
            place = [float(exact[arm].mean())] * 2
            axes.plot(place, [row - 0.42, row + 0.42], color=ink.EXACT, linestyle=dashes, linewidth=1.6)
        dots(axes, row, right[arm], COLORS.get(arm, ink.CONTEXT))
    named(axes, [""] * len(right))
    _from_chance(axes, "answers that are\nthe view’s")


def over_turns(
    axes: Axes, between: list[int], curves: Mapping[str, Float[np.ndarray, "seeds between"]]
) -> None:
    """Agreement and truth when silent turns follow, and (dotted) when they came first and the view was told last."""
    turns = np.array(between) + TRAINED
    ends = []
    for name, words, dashes in (
        ("right_silent", "right", ink.SOLID),
        ("right_first", "…, told last", ink.DOTTED),
        ("agrees_silent", "agree", ink.LONG),
        ("agrees_first", "…, told last", ink.DASH_DOT),
    ):
        seeds.curves(axes, turns, curves[name], ink.CONTEXT, dashes)
        ends.append(End(float(curves[name][:, -1].mean()), words, ink.CONTEXT, dashes))
    axes.set(xlim=(turns[0], turns[-1]), ylim=(0.4, 1.02), ylabel="share of answers")
    axes.set_xlabel("turns of the conversation;\ntraining ends at 12")
    axes.set_xticks(turns[[0, 2, 4, 5]])
    axes.axhline(1.0, color=ink.EXACT, linewidth=1.2, zorder=0)
    axes.axhline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    ends += [End(1.0, "Bayes", ink.EXACT), End(0.5, "chance", ink.CHANCE, ink.DASHED)]
    at_line_ends(axes, float(turns[-1]), ends, 0.075, leaders=0.06)


def _from_chance(axes: Axes, name: str) -> None:
    axes.set(xlim=(0.4, 1.0), xlabel=name)
    axes.axvline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    accuracy.on_top(axes, 0.5, "chance", ink.CHANCE)
    few_ticks(axes)
