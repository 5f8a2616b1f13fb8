"""The figure of icp-expires: answers by a dissenting view before and beyond the end of a conversation."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, before_and_after, few_ticks, named

ROWS = {
    "forgotten": ("given the topic", ink.WEIGHTS),
    "silence": ("given silent turns", ink.WEIGHTS),
    "words-again": ("given the words again", ink.CONTEXT),
    "state-from-disk": ("given the state, from disk", ink.CONTEXT),
    "by-dan": ("told by Dan, given the topic", ink.CHANCE),
}
"""What the next instance is given; what the weights answer by themselves is blue."""
COLORS = {arm: color for arm, (_, color) in ROWS.items()}
EXACT = ("exact_left", "exact_held", "trained_left", "trained_held")
CURVES = {
    "questions": ("questions out", ink.CONTEXT, ink.DASHED),
    "statements": ("statements out", ink.CONTEXT, ink.SOLID),
    "unsaid": ("never said", ink.CONTEXT, ink.DOTTED),
    "exact": ("Bayes, never said", ink.EXACT, ink.LONG),
}


def overview(
    held: Mapping[str, Seeds],
    left: Mapping[str, Seeds],
    exact: Mapping[str, float],
    out: list[int],
    curves: Mapping[str, Float[np.ndarray, "seeds out"]],
    lost: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """The boundary, the judged loss, and what held the view before it."""
    figure, (first, middle, last) = ink.new_figure(width=8.8, height=3.7, columns=3, shares=(1.0, 0.75, 1.05))
    at_the_boundary(first, held, left, exact)
    seeds.dots_by_arm(middle, lost, margin, COLORS)
    named(middle, [""] * len(lost))
    few_ticks(middle)
    middle.set_xlabel("answers by the view\nthat are lost")
    taken_out(last, out, curves)
    return figure


def at_the_boundary(
    axes: Axes, held: Mapping[str, Seeds], left: Mapping[str, Seeds], exact: Mapping[str, float]
) -> None:
    """A row an arm: answers by the view in the conversation (open), and of the next instance (full)."""
    for row, arm in enumerate(held):
        before_and_after(axes, row, held[arm], left[arm], COLORS[arm])
    named(axes, [ROWS[arm][0] for arm in held])
    for name, value in exact.items():
        dashes = ink.DOTTED if name.startswith("trained") else ink.SOLID
        axes.axvline(value, color=ink.EXACT, linestyle=dashes, linewidth=1.0, zorder=0)
    accuracy.on_top(axes, exact["exact_left"], "untold", ink.EXACT)
    accuracy.on_top(axes, exact["exact_held"], "told", ink.EXACT)
    axes.axvline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    accuracy.on_top(axes, 0.5, "chance", ink.CHANCE)
    axes.set(
        xlim=(0, 1), xlabel="answers by the view, in the conversation\n(open) and after it (dark: Bayes)"
    )
    few_ticks(axes)


def taken_out(axes: Axes, out: list[int], curves: Mapping[str, Float[np.ndarray, "seeds out"]]) -> None:
    """Answers by the view when the words of the oldest turns are taken out of the state."""
    ends = []
    for name, (words, color, dashes) in CURVES.items():
        if color == ink.EXACT:
            axes.plot(out, curves[name].mean(0), color=color, linestyle=dashes, linewidth=1.2)
        else:
            seeds.curves(axes, np.array(out), curves[name], color, dashes)
        ends.append(End(float(curves[name][:, -1].mean()), words, color, dashes))
    axes.set(xlim=(out[0], out[-1]), ylim=(0, 1.02), ylabel="answers by the view")
    axes.set_xticks(out)
    axes.set_xlabel("turns whose words are taken\nout of the state, of twelve")
    axes.axhline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
    ends.append(End(0.5, "chance", ink.CHANCE, ink.DASHED))
    at_line_ends(axes, float(out[-1]), ends, 0.085, leaders=0.08)
