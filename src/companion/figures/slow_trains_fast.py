"""The figures of clocks-slow-trains-fast: learning inside an episode, while the weights stand still."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import ink, seeds
from companion.figures.labels import End, at_line_ends

COLORS = {"memoryless": ink.WEIGHTS, "shuffled-rewards": ink.CHANCE}


def overview(
    moments: Real[np.ndarray, " moments"],
    curves: Float[np.ndarray, "seeds moments pulls"],
    curve_wiped: Float[np.ndarray, "seeds pulls"],
    curve_optimum: Float[np.ndarray, "seeds pulls"],
    curve_greedy: Float[np.ndarray, "seeds pulls"],
    gaps: Mapping[str, Float[np.ndarray, " seeds"]],
    margin: float,
) -> Figure:
    """Reward by pull as training goes on; the share of the gap closed, by arm."""
    figure, (left, right) = ink.new_figure(width=7.6, height=3.4, columns=2)
    learning_inside_an_episode(left, moments, curves, curve_wiped, curve_optimum, curve_greedy)
    seeds.dots_by_arm(right, gaps, margin, COLORS)
    right.set_xlabel("share of the gap closed, blind play to optimum")
    return figure


def learning_inside_an_episode(
    axes: Axes,
    moments: Real[np.ndarray, " moments"],
    curves: Float[np.ndarray, "seeds moments pulls"],
    wiped: Float[np.ndarray, "seeds pulls"],
    optimum: Float[np.ndarray, "seeds pulls"],
    greedy: Float[np.ndarray, "seeds pulls"],
) -> None:
    """Mean reward of each pull, by the number of updates before the weights were frozen (the darkest: the last).

    Thin lines are the seeds of the last moment; the other lines are means over seeds.
    """
    pulls = np.arange(1, curves.shape[2] + 1)
    ends = []
    for moment, curve, strength in zip(
        moments, curves.mean(0), np.linspace(0.25, 1, len(moments)), strict=True
    ):
        axes.plot(pulls, curve, color=ink.CONTEXT, alpha=strength)
        ends.append(End(curve[-1], f"{moment:,.0f} updates", ink.CONTEXT))
    axes.plot(pulls, curves[:, -1].T, color=ink.CONTEXT, linewidth=0.5, alpha=0.5)
    for curve, name, color, dashes in (
        (optimum.mean(0), "Bayes optimum", ink.EXACT, "solid"),
        (greedy.mean(0), "greedy", ink.CHANCE, ink.DASHED),
        (wiped.mean(0), "state wiped", ink.WEIGHTS, "solid"),
    ):
        axes.plot(pulls, curve, color=color, linestyle=dashes, linewidth=1.2)
        ends.append(End(curve[-1], name, color))
    axes.set(xlabel="pull within the episode", ylabel="mean reward", xlim=(1, pulls[-1]))
    at_line_ends(axes, float(pulls[-1]), ends)


def error_by_examples(
    axes: Axes, errors: Float[np.ndarray, "seeds examples"], exact: Float[np.ndarray, "seeds examples"]
) -> None:
    """Squared error of the next prediction after 0, 1, ... examples: the frozen network (thin: seeds) and Bayes."""
    examples = np.arange(errors.shape[1])
    axes.axhline(1.0, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2)
    axes.plot(examples, exact.mean(0), color=ink.EXACT, linewidth=1.2)
    axes.plot(examples, errors.T, color=ink.CONTEXT, linewidth=0.5, alpha=0.5)
    axes.plot(examples, errors.mean(0), color=ink.CONTEXT)
    axes.set(
        xlabel="examples read", ylabel="squared error (1: chance)", xlim=(0, examples[-1]), ylim=(0, 1.1)
    )
    ends = [
        End(1.0, "chance", ink.CHANCE),
        End(float(errors[:, -1].mean()), "network", ink.CONTEXT),
        End(float(exact[:, -1].mean()), "Bayes agent", ink.EXACT),
    ]
    at_line_ends(axes, float(examples[-1]), ends)
