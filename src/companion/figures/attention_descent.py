"""The figures of clocks-attention-descent: a trained attention layer beside one step of gradient descent."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from companion.figures import ink, seeds

COLORS = {"untrained": ink.CHANCE, "shuffled": ink.CHANCE}


def overview(
    pairs: Float[np.ndarray, "seeds 2 contexts"],
    matrix: Float[np.ndarray, "seeds d d"],
    rate: float,
    agreement: Mapping[str, Float[np.ndarray, " seeds"]],
    margin: float,
) -> Figure:
    """Answers against the step's answers; the layer's matrix; agreement on withheld contexts by arm."""
    figure, (left, middle, right) = ink.new_figure(width=7.6, height=2.9, columns=3)
    answers(left, pairs)
    matrix_cells(middle, matrix.mean(0))
    middle.set_xlabel(f"the layer's matrix; a step's has\n{rate:.3f} on the diagonal, 0 elsewhere")
    seeds.dots_by_arm(right, agreement, margin, COLORS)
    right.set_xlabel("agreement on withheld contexts ($R^2$)")
    return figure


def answers(axes: Axes, pairs: Float[np.ndarray, "seeds 2 contexts"]) -> None:
    """Each dot is a question: what the descent step answers (x) and what a layer answers (y). Every seed is drawn."""
    reach = 1.05 * float(np.abs(pairs).max())
    axes.plot([-reach, reach], [-reach, reach], color=ink.EXACT, linewidth=0.8)
    for step, layer in pairs:
        axes.plot(step, layer, "o", color=ink.CONTEXT, markersize=2.4, alpha=0.35, markeredgewidth=0)
    axes.text(
        0.97, 0.05, "on the line:\nthe same answer", transform=axes.transAxes,
        ha="right", va="bottom", color=ink.EXACT, fontsize=8.5,
    )  # fmt: skip
    axes.set(xlabel="answer of one descent step", ylabel="answer of the layer")
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach))
    axes.set_aspect("equal")


def matrix_cells(axes: Axes, matrix: Float[np.ndarray, "d d"], scale: float | None = None) -> None:
    """A matrix entry by entry, shaded up to `scale` (its largest entry where None is given)."""
    size, scale = len(matrix), scale or float(np.abs(matrix).max())
    for (row, column), entry in np.ndenumerate(matrix):
        shade = min(1.0, abs(float(entry)) / scale)
        axes.add_patch(Rectangle((column, row), 0.96, 0.96, facecolor=ink.WEIGHTS, alpha=shade))
        axes.text(
            column + 0.48, row + 0.5, short(float(entry)), ha="center", va="center", fontsize=7.5,
            color=ink.PAPER if shade > 0.5 else ink.INK,
        )  # fmt: skip
    axes.set(xlim=(0, size), ylim=(size, 0), xticks=[], yticks=[])
    axes.set_aspect("equal")
    axes.spines[:].set_visible(False)


def short(entry: float) -> str:
    """Two decimals, without the zero before the point: .62, -.01, 1.18, 0."""
    rounded = f"{entry:.2f}"
    if float(rounded) == 0:
        return "0"
    return rounded.replace("0.", ".", 1) if abs(entry) < 1 else rounded
