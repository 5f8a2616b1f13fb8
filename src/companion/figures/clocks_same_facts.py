"""The figure of clocks-same-facts: what is taken up by context and by gradient steps, and what the steps cost."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, few_ticks

WAYS = {"one-wording": ("steps, one wording", ink.SOLID), "all-wordings": ("steps, all wordings", ink.DASHED)}
COLORS = {"by-dan": ink.CHANCE}

BySteps = Mapping[str, Float[np.ndarray, "seeds steps"]]


def overview(
    steps: list[int],
    by_steps: BySteps,
    context: Seeds,
    exact: Seeds,
    flipped: BySteps,
    ahead: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """What is taken up, what it costs, and the judged difference."""
    figure, (left, middle, right) = ink.new_figure(width=8.8, height=3.6, columns=3, shares=(1.0, 1.0, 0.8))
    taken_up(left, steps, by_steps, context, exact)
    costs(middle, steps, flipped)
    seeds.dots_by_arm(right, ahead, margin, COLORS)
    right.axvline(0.0, color=ink.FAINT, linewidth=0.9, zorder=0)
    few_ticks(right)
    right.set_xlabel("context minus steps,\nwhat was not taught")
    return figure


def taken_up(axes: Axes, steps: list[int], by_steps: BySteps, context: Seeds, exact: Seeds) -> None:
    """Answers by the view about qualities that nobody spoke of: blue by steps, orange by context, dark by Bayes."""
    places = np.arange(len(steps))
    ends = []
    for arm, (words, dashes) in WAYS.items():
        seeds.curves(axes, places, by_steps[arm], ink.WEIGHTS, dashes)
        ends.append(End(float(by_steps[arm][:, -1].mean()), words, ink.WEIGHTS, dashes))
    level = np.repeat(context[:, None], len(steps), 1)
    seeds.curves(axes, places, level, ink.CONTEXT)
    ends.append(End(float(context.mean()), "context, no step", ink.CONTEXT))
    axes.axhline(float(exact.mean()), color=ink.EXACT, linestyle=ink.LONG, linewidth=1.2)
    ends.append(End(float(exact.mean()), "Bayes, told", ink.EXACT, ink.LONG))
    axes.axhline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
    ends.append(End(0.5, "chance", ink.CHANCE, ink.DASHED))
    axes.set(ylim=(0, 1.02), ylabel="answers by the view")
    _by_steps(axes, steps, ends)


def costs(axes: Axes, steps: list[int], flipped: BySteps) -> None:
    """Clear answers about other topics that changed sides."""
    places = np.arange(len(steps))
    ends = [End(0.0, "context", ink.CONTEXT)]
    for arm, (words, dashes) in WAYS.items():
        seeds.curves(axes, places, flipped[arm], ink.WEIGHTS, dashes)
        ends.append(End(float(flipped[arm][:, -1].mean()), words, ink.WEIGHTS, dashes))
    axes.axhline(0.0, color=ink.CONTEXT, linewidth=1.6)
    top = max(0.5, max(float(found.max()) for found in flipped.values()) + 0.03)
    axes.set(ylim=(-0.02, top), ylabel="clear answers elsewhere that flip")
    _by_steps(axes, steps, ends)


def _by_steps(axes: Axes, steps: list[int], ends: list[End]) -> None:
    axes.set(xlim=(0, len(steps) - 1), xlabel="gradient steps")
    axes.set_xticks(range(len(steps)), [f"{number}" for number in steps])
    at_line_ends(axes, float(len(steps) - 1), ends, 0.085, leaders=0.08)
