"""The figure of az-compounding: what search makes of a good prior, a bad one and none, with and without a value."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, doublings, ink, seeds
from companion.figures.labels import End, at_line_ends

TITLES = {"rules": "search sees how games end", "blind": "search is blind to the end"}
DASHES = {"trained": ink.SOLID, "uniform": ink.LONG, "random": ink.DASH_DOT, "wrong": ink.DOTTED}
STRENGTH = {"true": 1.0, "zero": 0.8, "scrambled": 0.6}
VALUES = {"true": "true value", "zero": "no value", "scrambled": "random sign"}


class Signal(NamedTuple):
    """One prior and one value, and the accuracy they give the search."""

    prior: str
    value: str
    curve: Float[np.ndarray, "seeds budgets"]


def signals(
    budgets: Real[np.ndarray, " budgets"],
    curves: Mapping[str, Float[np.ndarray, "seeds signals budgets"]],
    untrained: Mapping[str, Float[np.ndarray, "seeds budgets"]],
    names: Sequence[str],
    target: float,
    chance: float,
) -> Figure:
    """Above, the trained network's value with each prior; below, each value. A column for each kind of search."""
    figure, table = ink.new_figure(width=7.6, height=6.0, columns=len(curves), rows=2)
    lowest = min(float(one.min()) for one in (*curves.values(), *untrained.values()))
    for column, arm in enumerate(curves):
        found = [Signal(*words(name), curves[arm][:, i]) for i, name in enumerate(names)]
        upper, lower = table[:, column]
        priors(upper, budgets, found, untrained[arm], target, chance, lowest)
        values(lower, budgets, found, target, chance, lowest)
        upper.set_title(TITLES.get(arm, arm))
        lower.set_xlabel("simulations")
        upper.tick_params(axis="x", labelbottom=False)
        for axes in (upper, lower) if column else ():
            accuracy.alongside(axes)
    return figure


def words(name: str) -> tuple[str, str]:
    """The prior and the value that a name such as "trained prior, true value" speaks of."""
    found = re.fullmatch(r"(\w+) prior, (\w+) value", name)
    if found is None:
        raise ValueError(f"{name!r} should read like 'trained prior, true value'")
    return found[1], found[2]


def priors(
    axes: Axes,
    budgets: Real[np.ndarray, " budgets"],
    found: Sequence[Signal],
    untrained: Float[np.ndarray, "seeds budgets"],
    target: float,
    chance: float,
    lowest: float,
) -> None:
    """Every prior beside the trained network's value, and an untrained network with its own of both."""
    ends = _frame(axes, budgets, target, chance, lowest, "optimal moves, by prior")
    for signal in found:
        if signal.value == "true":
            ends.append(_draw(axes, budgets, signal, f"{signal.prior} prior", 1.0))
    seeds.curves(axes, doublings.place(budgets), untrained, ink.INK, ink.SOLID, width=1.0, strength=0.7)
    ends.append(End(float(untrained[:, -1].mean()), "untrained network", ink.INK))
    _name(axes, budgets, ends)


def values(
    axes: Axes,
    budgets: Real[np.ndarray, " budgets"],
    found: Sequence[Signal],
    target: float,
    chance: float,
    lowest: float,
) -> None:
    """The trained prior with every value, and the other priors where the value says nothing or misleads."""
    ends = _frame(axes, budgets, target, chance, lowest, "optimal moves, by value")
    for signal in found:
        if signal.value != "true" or signal.prior == "trained":
            name = f"{signal.prior}, {VALUES.get(signal.value, signal.value)}"
            ends.append(_draw(axes, budgets, signal, name, STRENGTH.get(signal.value, 1.0)))
    _name(axes, budgets, ends)


def _frame(
    axes: Axes, budgets: Real[np.ndarray, " budgets"], target: float, chance: float, lowest: float, name: str
) -> list[End]:
    doublings.along_x(axes, budgets, doublings.SIMULATIONS)
    ends = accuracy.along_y(axes, lowest, chance, name)
    axes.axhline(target, color=ink.INK, linewidth=0.6, zorder=0)
    axes.annotate(
        f"target {target:g}", (0, target), xycoords=("axes fraction", "data"), xytext=(2, 2),
        textcoords="offset points", fontsize=8.5, va="bottom",
    )  # fmt: skip
    return ends


def _draw(
    axes: Axes, budgets: Real[np.ndarray, " budgets"], signal: Signal, name: str, strength: float
) -> End:
    dashes = DASHES.get(signal.prior, ink.SOLID)
    width = 2.0 if signal.prior == "trained" else 1.5
    seeds.curves(axes, doublings.place(budgets), signal.curve, ink.CONTEXT, dashes, width, strength)
    return End(float(signal.curve[:, -1].mean()), name, ink.CONTEXT, dashes)


def _name(axes: Axes, budgets: Real[np.ndarray, " budgets"], ends: Sequence[End]) -> None:
    at_line_ends(axes, float(doublings.place(budgets)[-1]), ends, apart=0.07, leaders=0.12)
