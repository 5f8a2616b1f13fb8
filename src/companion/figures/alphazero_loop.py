"""The figure of az-loop: the raw network catches up with what network and search could do earlier."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, doublings, ink, seeds
from companion.figures.labels import End, at_line_ends

COLORS = {"loop": ink.WEIGHTS, "no-search": ink.WEIGHTS, "shuffled": ink.CHANCE}


def catching_up(
    moments: Real[np.ndarray, " moments"],
    raw: Float[np.ndarray, "seeds moments"],
    searched: Float[np.ndarray, "seeds moments"],
    raw_off: Float[np.ndarray, "seeds moments"],
    searched_off: Float[np.ndarray, "seeds moments"],
    chance: float,
    chance_off: float,
    early: int,
    caught_up: Mapping[str, Float[np.ndarray, " seeds"]],
    margin: float,
) -> Figure:
    """Accuracy by iteration on the run's own games and on semi-random ones; how far the raw network caught up."""
    figure, (left, middle, right) = ink.new_figure(width=7.6, height=3.2, columns=3, shares=(1.0, 1.0, 0.9))
    lowest = min(float(curves.min()) for curves in (raw, searched, raw_off, searched_off))
    lowest = min(lowest, chance, chance_off)
    without_and_with_search(left, moments, raw, searched, chance, early, lowest)
    without_and_with_search(middle, moments, raw_off, searched_off, chance_off, early, lowest)
    accuracy.alongside(middle)
    left.set_title("its own games")
    middle.set_title("semi-random games")
    seeds.dots_by_arm(right, caught_up, margin, COLORS)
    right.locator_params(axis="x", nbins=4, steps=[1, 2, 5, 10])
    right.set_xlabel(f"own games: network at the end\nminus with search after {early}")
    return figure


def without_and_with_search(
    axes: Axes,
    moments: Real[np.ndarray, " moments"],
    raw: Float[np.ndarray, "seeds moments"],
    searched: Float[np.ndarray, "seeds moments"],
    chance: float,
    early: int,
    lowest: float = 1.0,
) -> None:
    """The network alone and with search, by iteration; dashes lead from the level of the search at the early moment
    to where the network alone reaches it.
    """
    places = doublings.place(moments)
    doublings.along_x(axes, moments)
    axes.set_xlabel("iterations of training")
    ends = accuracy.along_y(axes, min(lowest, float(raw.min()), float(searched.min())), chance)
    for values, name, color in ((searched, "with search", ink.CONTEXT), (raw, "alone", ink.WEIGHTS)):
        seeds.curves(axes, places, values, color)
        ends.append(End(float(values[:, -1].mean()), name, color))
    _connect(axes, places, raw.mean(0), searched.mean(0), int(np.searchsorted(moments, early)), chance)
    at_line_ends(axes, float(places[-1]), ends)


def _connect(
    axes: Axes,
    places: Float[np.ndarray, " moments"],
    raw: Float[np.ndarray, " moments"],
    searched: Float[np.ndarray, " moments"],
    early: int,
    chance: float,
) -> None:
    level, start = float(searched[early]), float(places[early])
    met = meeting(places[early:], raw[early:], level)
    stop = float(places[-1]) if met is None else met
    axes.plot([start, stop], [level, level], color=ink.INK, linestyle=ink.DOTTED, linewidth=1.1)
    _ring(axes, start, level, ink.CONTEXT)
    if met is not None:
        axes.plot([met, met], [axes.get_ylim()[0], level], color=ink.INK, linestyle=ink.DOTTED, linewidth=1.1)
        _ring(axes, met, level, ink.WEIGHTS)
        axes.annotate(
            f"reached after {2**met - 1:.0f}", (met, chance), xytext=(-4, 3), textcoords="offset points",
            ha="right", va="bottom", fontsize=8.5, annotation_clip=False,
        )  # fmt: skip


def _ring(axes: Axes, x: float, y: float, color: str) -> None:
    axes.plot(
        x, y, "o", markersize=5.5, markerfacecolor=ink.PAPER, markeredgecolor=color, zorder=5, clip_on=False
    )


def meeting(
    places: Float[np.ndarray, " points"], curve: Float[np.ndarray, " points"], level: float
) -> float | None:
    """Where a curve first reaches a level, on the straight line between two points; None if it never does."""
    above = np.flatnonzero(curve >= level)
    if len(above) == 0:
        return None
    after = int(above[0])
    if after == 0:
        return float(places[0])
    share = (level - curve[after - 1]) / (curve[after] - curve[after - 1])
    return float(places[after - 1] + share * (places[after] - places[after - 1]))
