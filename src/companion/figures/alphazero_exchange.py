"""The figure of az-exchange: accuracy over training and search, and the rate at which one stands in for the other."""

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, doublings, ink, seeds
from companion.figures.labels import End, at_line_ends

LEVELS = np.arange(0.05, 1.0, 0.05)


def surface(
    moments: Real[np.ndarray, " moments"],
    budgets: Real[np.ndarray, " budgets"],
    accuracy: Float[np.ndarray, "seeds moments budgets"],
    exchange: Float[np.ndarray, " seeds"],
    chance: float,
) -> Figure:
    """Accuracy against simulations, a line a moment of training; lines of equal accuracy over both."""
    figure, (left, right) = ink.new_figure(width=7.6, height=3.6, columns=2)
    by_simulations(left, moments, budgets, accuracy, chance)
    equal_accuracy(right, moments, budgets, accuracy, exchange)
    return figure


def by_simulations(
    axes: Axes,
    moments: Real[np.ndarray, " moments"],
    budgets: Real[np.ndarray, " budgets"],
    found: Float[np.ndarray, "seeds moments budgets"],
    chance: float,
) -> None:
    """A line for each moment of training (the darkest: the last), and every seed."""
    places = doublings.place(budgets)
    doublings.along_x(axes, budgets, doublings.SIMULATIONS)
    axes.set_xlabel("simulations")
    ends = accuracy.along_y(axes, float(found.min()), chance)
    for i, strength in enumerate(np.linspace(0.35, 1, len(moments))):
        seeds.curves(axes, places, found[:, i], ink.CONTEXT, width=1.4, strength=float(strength))
        name = f"{moments[i]:,.0f}" if i < len(moments) - 1 else f"{moments[i]:,.0f} iterations"
        ends.append(End(float(found[:, i, -1].mean()), name, ink.CONTEXT))
    at_line_ends(axes, float(places[-1]), ends, leaders=0.06)


def equal_accuracy(
    axes: Axes,
    moments: Real[np.ndarray, " moments"],
    budgets: Real[np.ndarray, " budgets"],
    found: Float[np.ndarray, "seeds moments budgets"],
    exchange: Float[np.ndarray, " seeds"],
) -> None:
    """Where accuracy is the same (thick: the mean; hairlines: every seed), and the slope of the fitted plane."""
    x, y = np.log2(moments), doublings.place(budgets)
    axes.set_xlim(x[0], x[-1])
    axes.set_xticks(x, [f"{moment:,.0f}" for moment in moments])
    doublings.along_y(axes, budgets, doublings.SIMULATIONS)
    axes.set(xlabel="iterations of training", ylabel="simulations")
    levels = _levels(found.mean(0))
    for one in found:
        axes.contour(x, y, one.T, levels=levels, colors=ink.INK, linewidths=0.4, alpha=0.45)
    lines = axes.contour(x, y, found.mean(0).T, levels=levels, colors=ink.INK, linewidths=1.4)
    axes.clabel(lines, fmt="%.2f", fontsize=8.5, inline=True, inline_spacing=4)
    _slope(axes, np.concatenate(lines.allsegs[len(levels) // 2]), exchange)


def _levels(mean: Float[np.ndarray, "moments budgets"]) -> Float[np.ndarray, " levels"]:
    """Round accuracies that the surface reaches, every second one where there are many."""
    inside = LEVELS[(mean.min() < LEVELS) & (mean.max() > LEVELS)]
    if len(inside) == 0:
        return np.array([mean.mean()])
    return (
        inside if len(inside) < 6 else inside[np.isclose(inside * 10 % 1, 0) | np.isclose(inside * 10 % 1, 1)]
    )


def _slope(axes: Axes, line: Float[np.ndarray, "points 2"], exchange: Float[np.ndarray, " seeds"]) -> None:
    """The fitted slope as a pale band behind this line; dashed, one doubling for one, from where the line begins."""
    rate, (low, high) = float(exchange.mean()), seeds.interval(exchange)
    middle, left = line.mean(0), float(line[:, 0].min())
    axes.axline(middle, slope=-rate, color=ink.FAINT, linewidth=7, zorder=0)
    begin = (left, float(middle[1] + rate * (middle[0] - left)))
    axes.axline(begin, slope=-1.0, color=ink.INK, linewidth=0.9, linestyle=ink.LONG)
    axes.annotate(
        f"band: slope of the fit, {signed(-rate)} [{signed(-high)}, {signed(-low)}]\ndashed: one doubling for one",
        (0, 1), xycoords="axes fraction", xytext=(0, 6), textcoords="offset points",
        va="bottom", fontsize=8.5, linespacing=1.05,
    )  # fmt: skip


def signed(number: float) -> str:
    """Two decimals, with a true minus sign."""
    return f"{number:.2f}".replace("-", "−")
