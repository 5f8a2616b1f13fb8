"""The figure of az-narrowing: gains where a run's games go, and where they do not."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, doublings, ink, seeds
from companion.figures.labels import End, at_line_ends

COLORS = {"empty-board": ink.WEIGHTS, "random-openings": ink.WEIGHTS, "same-kind": ink.CHANCE}


def parting(
    moments: Real[np.ndarray, " moments"],
    on: Mapping[str, Float[np.ndarray, "seeds moments"]],
    off: Mapping[str, Float[np.ndarray, "seeds moments"]],
    parted: Mapping[str, Float[np.ndarray, " seeds"]],
    middle: int,
    margin: float,
) -> Figure:
    """A panel a kind of run: accuracy by iteration on its late games and on others; right, how far the two part."""
    figure, panels = ink.new_figure(
        width=7.6, height=3.2, columns=len(on) + 1, shares=[1.0] * len(on) + [0.85]
    )
    lowest = min(float(curves.min()) for curves in (*on.values(), *off.values()))
    for index, (axes, arm) in enumerate(zip(panels, on, strict=False)):
        on_and_off(axes, moments, on[arm], off[arm], middle, lowest)
        axes.set_title(arm.replace("-", " "))
        if index > 0:
            accuracy.alongside(axes)
    seeds.dots_by_arm(panels[-1], parted, margin, COLORS)
    panels[-1].locator_params(axis="x", nbins=4, steps=[1, 2, 5, 10])
    panels[-1].set_xlabel(f"gain since iteration {middle}: own late\ngames minus semi-random games")
    return figure


def on_and_off(
    axes: Axes,
    moments: Real[np.ndarray, " moments"],
    on: Float[np.ndarray, "seeds moments"],
    off: Float[np.ndarray, "seeds moments"],
    middle: int,
    lowest: float = 1.0,
) -> None:
    """The network alone on its late games (solid) and on semi-random games (dashed); a hairline where gains begin."""
    places = doublings.place(moments)
    doublings.along_x(axes, moments)
    axes.set_xlabel("iterations of training")
    ends = accuracy.along_y(axes, min(lowest, float(on.min()), float(off.min())))
    start = float(doublings.place(np.array([middle]))[0])
    axes.axvline(start, color=ink.FAINT, linewidth=0.9, zorder=0)
    axes.annotate(
        "gains from here", (start, 0), xycoords=("data", "axes fraction"), xytext=(-4, 3),
        textcoords="offset points", ha="right", va="bottom", fontsize=8.5,
    )  # fmt: skip
    for values, name, dashes in ((on, "late games", ink.SOLID), (off, "semi-random", ink.LONG)):
        seeds.curves(axes, places, values, ink.WEIGHTS, dashes)
        ends.append(End(float(values[:, -1].mean()), name, ink.WEIGHTS, dashes))
    at_line_ends(axes, float(places[-1]), ends)
