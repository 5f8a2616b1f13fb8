"""Sixteen answers of one instance, beside those of the Bayes agents of two conversations."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from companion.figures import ink
from companion.figures.reasoning_rows import named

Answers = Float[np.ndarray, " 16"]


def sixteen(yes: Answers, one: Answers, other: Answers, qualities: Sequence[str]) -> Figure:
    """A row for each quality: the answer (orange), and what Bayes says in the one conversation (full) and in the other
    (open). Qualities that the first one likes come first.
    """
    figure, axes = ink.new_figure(width=5.2, height=3.9)
    order, rows = np.argsort(-one, kind="stable"), np.arange(16)
    axes.axvline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    for exact, face in ((one, ink.EXACT), (other, ink.PAPER)):
        axes.plot(
            exact[order], rows, "o", color=ink.EXACT, markersize=5.5, markerfacecolor=face,
            markeredgewidth=0.9, clip_on=False,
        )  # fmt: skip
    axes.plot(yes[order], rows, "|", color=ink.CONTEXT, markersize=13, markeredgewidth=2.4, clip_on=False)
    named(axes, [qualities[place] for place in order])
    axes.set(xlim=(0, 1), xlabel="probability of liking it")
    first, last = order[0], order[-1]
    for x, row, name, color in (
        (one[first], 0, "Bayes, donor", ink.EXACT),
        (other[first], 0, "Bayes, receiver", ink.EXACT),
        (yes[last], 15, "answer", ink.CONTEXT),
    ):
        axes.annotate(
            name, (float(x), row), xytext=(0, 9 if row == 0 else -16), textcoords="offset points",
            ha="left" if x < 0.5 else "right", fontsize=8.5, color=color, annotation_clip=False,
        )  # fmt: skip
    axes.annotate(
        "chance", (0.5, 15.5), xytext=(3, 3), textcoords="offset points", fontsize=8.5, color=ink.CHANCE
    )
    return figure
