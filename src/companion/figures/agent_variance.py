"""The figure of agent-variance: what of behavior comes with weights and what with context, and where it leads."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, few_ticks

COLORS = {"another-conversation": ink.CHANCE}
PARTS = {
    "weights": (ink.WEIGHTS, ink.SOLID),
    "context": (ink.CONTEXT, ink.SOLID),
    "both": (ink.CHANCE, ink.DOTTED),
}
"""In the order of the columns of a split."""
TOLD = {
    "bayes": ("Bayes", ink.EXACT, ink.SOLID),
    "bayes_of_training": ("… of training", ink.EXACT, ink.LONG),
    "own": ("model", ink.CONTEXT, ink.SOLID),
}
"""Who answers."""


def overview(
    turns: list[int],
    split: Float[np.ndarray, "seeds turns 3"],
    exact: Float[np.ndarray, "seeds turns 3"],
    told_turns: list[int],
    told: Mapping[str, Float[np.ndarray, "seeds told_turns"]],
    sides: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """Variance by turns, answers about a view that training never had, and the judged share."""
    figure, (left, middle, right) = ink.new_figure(width=8.6, height=3.6, columns=3, shares=(1.0, 1.0, 0.8))
    parts_of_variance(left, turns, split, exact)
    views_untaught(middle, told_turns, told)
    seeds.dots_by_arm(right, sides, margin, COLORS)
    right.axvline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    few_ticks(right)
    right.set_xlabel("answers on the side that\ntraining never took")
    return figure


def parts_of_variance(
    axes: Axes,
    turns: list[int],
    split: Float[np.ndarray, "seeds turns 3"],
    exact: Float[np.ndarray, "seeds turns 3"],
) -> None:
    """What the weights and the context contribute after so many turns; broken grey lines are the Bayes agents."""
    ends = []
    for place, (name, (color, dashes)) in enumerate(PARTS.items()):
        axes.plot(turns, exact[:, :, place].mean(0), color=ink.EXACT, linestyle=ink.LONG, linewidth=0.9)
        seeds.curves(axes, np.array(turns), split[:, :, place], color, dashes)
        ends.append(End(float(split[:, -1, place].mean()), name, color, dashes))
    top = max(float(split.max()), float(exact.max()))
    axes.set(xlim=(0, turns[-1]), ylim=(min(0.0, float(split.min())), 1.05 * top))
    axes.set(xlabel="turns", ylabel="variance of answers", xticks=turns[:1] + turns[3:])
    at_line_ends(axes, float(turns[-1]), ends)


def views_untaught(
    axes: Axes, turns: list[int], told: Mapping[str, Float[np.ndarray, "seeds turns"]]
) -> None:
    """The probability of answering as who holds a view that training never had."""
    ends = []
    for name, (words, color, dashes) in TOLD.items():
        if color == ink.CONTEXT:
            seeds.curves(axes, np.array(turns), told[name], color, dashes)
        else:
            axes.plot(turns, told[name].mean(0), color=color, linestyle=dashes, linewidth=1.2)
        ends.append(End(float(told[name][:, -1].mean()), words, color, dashes))
    axes.axhline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2)
    ends.append(End(0.5, "chance", ink.CHANCE, ink.DASHED))
    axes.set(xlim=(0, turns[-1]), ylim=(0.46, 1.0), xlabel="turns", ylabel="answers as the untaught view")
    axes.set_xticks([0, *turns[1:]])
    at_line_ends(axes, float(turns[-1]), ends)
