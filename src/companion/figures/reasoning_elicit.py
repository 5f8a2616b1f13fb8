"""The figure of cot-elicit: problems solved by the number of tries."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, few_ticks, set_apart

Curves = Mapping[str, Float[np.ndarray, "seeds tries"]]

COLORS = {"next-problem": ink.CHANCE}
LINES = {
    "prior": ("prior", ink.CONTEXT, ink.LONG),
    "trained": ("trained", ink.CONTEXT, ink.SOLID),
    "answering": ("prior, no trace", ink.WEIGHTS, ink.LONG),
    "no_trace": ("trained, no trace", ink.WEIGHTS, ink.SOLID),
    "guessing": ("guessing", ink.CHANCE, ink.DASHED),
}


def overview(tries: Sequence[int], curves: Curves, difference: Mapping[str, Seeds], margin: float) -> Figure:
    """Problems solved by the number of tries; right, how far prior and trained policy differ at the most tries."""
    figure, (left, right) = ink.new_figure(width=7.6, height=3.5, columns=2, shares=(1.15, 0.85))
    set_apart(figure)
    by_tries(left, np.array(tries), curves)
    seeds.dots_by_arm(right, difference, margin, COLORS)
    few_ticks(right)
    right.set_xlabel(f"problems solved in {max(tries)} tries:\nprior minus trained policy")
    return figure


def by_tries(axes: Axes, tries: np.ndarray, curves: Curves) -> None:
    """Every doubling of the tries takes the same room; orange writes traces, blue does not."""
    places = np.log2(tries)
    named = slice(None, None, 2 if len(tries) > 5 else 1)
    axes.set(xlim=(places[0], places[-1]), xlabel="tries a problem")
    axes.set_xticks(places[named], [f"{count:,}" for count in tries[named]])
    ends = accuracy.along_y(axes, 0.0, name="problems solved in any try")
    for name, (words, color, dashes) in LINES.items():
        seeds.curves(axes, places, curves[name], color, dashes, width=1.2 if color == ink.CHANCE else 1.6)
        ends.append(End(float(curves[name][:, -1].mean()), words, color, dashes))
    at_line_ends(axes, float(places[-1]), ends, apart=0.07, leaders=0.1)
