"""The figure of cot-ingredients: the same run on four priors, each with something else in its corpus."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, against_an_arm, set_apart

COLORS = {"random-steps": ink.CHANCE}
NAMES = {
    "full": "full traces",
    "no-full-traces": "half the steps",
    "wrong-answers": "wrong answers",
    "random-steps": "random steps",
}
DASHES = {"no-full-traces": ink.LONG, "wrong-answers": ink.DASH_DOT, "random-steps": ink.DOTTED}


def overview(
    curves: Mapping[str, Float[np.ndarray, "seeds steps"]],
    gain: Mapping[str, Seeds],
    against: str,
    margin: float,
    chance: float,
) -> Figure:
    """Accuracy by step, a line a prior; right, the gain of each run."""
    figure, (left, right) = ink.new_figure(width=7.6, height=3.4, columns=2, shares=(1.1, 0.9))
    set_apart(figure)
    by_prior(left, curves, chance)
    against_an_arm(right, gain, against, margin, COLORS, NAMES)
    right.set_xlabel(f"right answers gained by the run;\nbars: difference to {NAMES[against]}, 95 %")
    return figure


def by_prior(axes: Axes, curves: Mapping[str, Float[np.ndarray, "seeds steps"]], chance: float) -> None:
    """What each step's own completions scored."""
    last = max(curve.shape[1] for curve in curves.values()) - 1
    axes.set(xlim=(0, last), xlabel="steps of learning")
    ends = accuracy.along_y(axes, 0.0, chance, "right answers")
    for arm, curve in curves.items():
        color, dashes = COLORS.get(arm, ink.CONTEXT), DASHES.get(arm, ink.SOLID)
        seeds.curves(axes, np.arange(curve.shape[1]), curve, color, dashes)
        ends.append(End(float(curve[:, -1].mean()), NAMES.get(arm, arm.replace("-", " ")), color, dashes))
    at_line_ends(axes, float(last), ends, apart=0.07, leaders=0.08)
