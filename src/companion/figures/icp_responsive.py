"""The figure of icp-responsive: how far a statement moves an answer, by whose word it is and by what came before."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, few_ticks

NAMES = {
    "told": "after Ana",
    "by-cleo": "after Cleo",
    "by-dan": "after Dan",
    "withheld": "withheld views",
    "dissent": "against what prevails",
    "usual": "as in training",
    "exchanged": "another’s statement",
}
COLORS = {"exchanged": ink.CHANCE}
VOICES = {"Ana": ink.SOLID, "Ben": ink.LONG, "Cleo": ink.DASHED, "Dan": ink.DOTTED}
"""In the order of their reliability; Eve, who knows two traits of four, would lie on Ben's line."""
AGAINST = {"Ana": ink.SOLID, "Cleo": ink.DASHED, "Dan": ink.DOTTED}


def overview(
    before: list[int],
    shifts: Float[np.ndarray, "seeds before voices kinds"],
    exact_shifts: Float[np.ndarray, "seeds before voices kinds"],
    against: list[int],
    held: Float[np.ndarray, "seeds opponents against"],
    exact_held: Float[np.ndarray, "seeds opponents against"],
    explained: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """Moves by voice, what is left of a view that others speak against, and the judged share."""
    figure, (left, middle, right) = ink.new_figure(width=8.8, height=3.9, columns=3, shares=(1.0, 1.0, 0.8))
    by_voice(left, before, shifts[..., 0], exact_shifts[..., 0])
    spoken_against(middle, against, held, exact_held)
    seeds.dots_by_arm(right, explained, margin, COLORS)
    right.set_yticks(range(len(explained)), [NAMES.get(arm, arm) for arm in explained])
    right.axvline(1.0, color=ink.EXACT, linewidth=1.2, zorder=0)
    right.axvline(0.0, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    few_ticks(right)
    right.set_xlabel("share of Bayes’s moves that\nare made (dark: Bayes, 1)")
    return figure


def by_voice(
    axes: Axes,
    before: list[int],
    moved: Float[np.ndarray, "seeds before voices"],
    exact: Float[np.ndarray, "seeds before voices"],
) -> None:
    """A line a voice: the mean move of the stated answer the way the statement speaks; thin and dark, Bayes."""
    turns = np.arange(len(before))
    for voice, (name, dashes) in enumerate(VOICES.items()):
        seeds.curves(axes, turns, moved[..., voice], ink.CONTEXT, dashes)
        axes.plot(turns, exact[..., voice].mean(0), "_", color=ink.EXACT, markersize=11, markeredgewidth=1.2)
        axes.annotate(
            name, (0, float(moved[:, 0, voice].mean())), xytext=(9, 3), textcoords="offset points",
            ha="left", va="bottom", fontsize=8.5, color=ink.CONTEXT,
        )  # fmt: skip
    axes.axhline(0.0, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
    axes.set(xlim=(turns[0], turns[-1]), ylim=(-0.04, 0.55), ylabel="move of the answer")
    axes.set_xticks(turns, [f"{number}" for number in before])
    axes.set_xlabel("statements by Ana before it\n(strokes: Bayes)")


def spoken_against(
    axes: Axes,
    numbers: list[int],
    held: Float[np.ndarray, "seeds opponents against"],
    exact: Float[np.ndarray, "seeds opponents against"],
) -> None:
    """What is left of a view that Ana told in six turns when somebody speaks for its opposite; dark strokes, Bayes."""
    ends = []
    for voice, (name, dashes) in enumerate(AGAINST.items()):
        seeds.curves(axes, np.array(numbers), held[:, voice], ink.CONTEXT, dashes)
        axes.plot(numbers, exact[:, voice].mean(0), "_", color=ink.EXACT, markersize=11, markeredgewidth=1.2)
        ends.append(End(float(held[:, voice, -1].mean()), name, ink.CONTEXT, dashes))
    axes.axhline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
    axes.set(xlim=(numbers[0], numbers[-1]), ylim=(0, 1), ylabel="answers by the first view")
    axes.set_xticks([numbers[0], numbers[3], numbers[4], numbers[-1]])
    axes.set_xlabel("statements against it\n(strokes: Bayes)")
    at_line_ends(axes, float(numbers[-1]), [*ends, End(0.5, "chance", ink.CHANCE, ink.DASHED)])
