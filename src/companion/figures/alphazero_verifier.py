"""The figure of az-verifier: learning where the rules, or the outcome, say nothing; and what search then adds."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, doublings, ink, seeds
from companion.figures.labels import End, at_line_ends

Seeds = Float[np.ndarray, " seeds"]
Curves = Float[np.ndarray, "seeds budgets"]

ROWS = {
    "blind-own": "blind search\nown value",
    "blind-outcome": "blind search\noutcome",
    "sees-own": "search sees the end\nown value",
    "sees-outcome": "search sees the end\noutcome",
    "blind-shuffled": "blind search\nshuffled targets",
}
DASHES = {"own": ink.SOLID, "outcome": ink.LONG, "shuffled": ink.DOTTED}
NAMES = {"blind": "blind search adds", "seeing": "search that sees the end adds"}


def cells(
    budgets: Real[np.ndarray, " budgets"],
    raw_first: Seeds,
    raw_last: Mapping[str, Seeds],
    blind: Mapping[str, Curves],
    seeing: Mapping[str, Curves],
    untrained: Mapping[str, Curves],
    chance: float,
    margin: float,
) -> Figure:
    """A row a run: the network before and after training; right, what both kinds of search add, by simulations."""
    figure, (left, middle, right) = ink.new_figure(width=7.6, height=4.0, columns=3, shares=(1.2, 0.85, 0.85))
    before_and_after(left, raw_first, raw_last, chance, margin)
    found = {"blind": blind, "seeing": seeing}
    added = [
        curve - curve[:, :1] for kind in found.values() for curve in (*kind.values(), *untrained.values())
    ]
    limits = min(float(one.min()) for one in added) - 0.01, max(float(one.max()) for one in added) + 0.01
    for axes, (kind, curves) in zip((middle, right), found.items(), strict=True):
        gains(axes, budgets, curves, untrained[kind], limits)
        axes.set_title(NAMES[kind])
    accuracy.alongside(right)
    return figure


def before_and_after(
    axes: Axes, raw_first: Seeds, raw_last: Mapping[str, Seeds], chance: float, margin: float
) -> None:
    """A line a seed from before (open) to after (full); the bar is the interval of what was learned."""
    start = float(raw_first.mean())
    for row, (arm, last) in enumerate(raw_last.items()):
        color = ink.CHANCE if arm.endswith("shuffled") else ink.WEIGHTS
        heights = row + (np.linspace(-0.28, 0.12, len(last)) if len(last) > 1 else np.zeros(1))
        for first, after, height in zip(raw_first, last, heights, strict=True):
            axes.plot([first, after], [height, height], color=color, linewidth=0.6, alpha=0.6)
        axes.plot(
            raw_first, heights, "o",
            markersize=3.2, markerfacecolor=ink.PAPER, markeredgecolor=color, markeredgewidth=0.8,
        )  # fmt: skip
        axes.plot(last, heights, "o", color=color, markersize=3.5, alpha=0.55, markeredgewidth=0)
        low, high = seeds.interval(last - raw_first)
        axes.plot([start + low, start + high], [row + 0.3] * 2, color=color, linewidth=2.4)
        axes.plot(last.mean(), row + 0.3, "|", color=color, markersize=11, markeredgewidth=1.6)
    axes.axvline(start + margin, color=ink.INK, linewidth=0.8, zorder=0)
    accuracy.on_top(axes, start + margin, f"before + {margin:g}", ink.INK, "left")
    lowest = min(float(raw_first.min()), *(float(last.min()) for last in raw_last.values()))
    words = "optimal moves, network alone,\nbefore (open) and after training"
    accuracy.along_x(axes, lowest, chance, words, side="right")
    axes.set_yticks(range(len(raw_last)), [ROWS.get(arm, arm) for arm in raw_last], linespacing=1.0)
    axes.set_ylim(len(raw_last) - 0.5, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def gains(
    axes: Axes,
    budgets: Real[np.ndarray, " budgets"],
    curves: Mapping[str, Curves],
    untrained: Curves,
    limits: tuple[float, float],
) -> None:
    """What each number of simulations adds to each trained network, and to the network before training."""
    places = doublings.place(budgets)
    doublings.along_x(axes, budgets)
    axes.axhline(0.0, color=ink.INK, linewidth=0.6, zorder=0)
    ends = []
    for arm, curve in (*curves.items(), ("before training", untrained)):
        search, _, target = arm.partition("-")
        color = ink.CONTEXT if target in ("own", "outcome") else ink.CHANCE
        dashes, width = DASHES.get(target, ink.SOLID), 2.0 if search == "sees" else 1.2
        added = curve - curve[:, :1]
        seeds.curves(axes, places, added, color, dashes, width)
        ends.append(End(float(added[:, -1].mean()), arm.replace("-", ", "), color, dashes))
    axes.set(xlabel="simulations", ylabel="optimal moves added", ylim=limits)
    at_line_ends(axes, float(places[-1]), ends, leaders=0.1)
