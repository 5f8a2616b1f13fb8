"""The figure of clocks-diet: how far statements move a model, by how often its training met dissent."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, against_an_arm, few_ticks

DIETS = {"full": ("full", ink.SOLID), "rare": ("rare", ink.DASHED), "none": ("none", ink.DOTTED)}
NAMES = {"full-by-dan": "full, by Dan"}
COLORS = {"full-by-dan": ink.CHANCE}

ByDiet = Mapping[str, Float[np.ndarray, "seeds points"]]


def overview(
    after: list[int],
    curves: ByDiet,
    fed: ByDiet,
    exact: Float[np.ndarray, "seeds points"],
    strengths: list[float],
    by_strength: Mapping[str, Float[np.ndarray, "seeds strengths"]],
    dissents: Mapping[str, Seeds],
    against: str,
    margin: float,
) -> Figure:
    """Dissent by statements, by what prevails, and the judged difference."""
    figure, (left, middle, right) = ink.new_figure(width=8.8, height=3.6, columns=3, shares=(1.0, 0.9, 0.8))
    by_statements(left, after, curves, fed, exact)
    by_what_prevails(middle, strengths, by_strength)
    against_an_arm(right, dissents, against, margin, COLORS, NAMES)
    few_ticks(right)
    right.set(xlim=(-0.03, 1.03), xlabel="dissent after\ntwelve statements")
    return figure


def by_statements(
    axes: Axes, after: list[int], curves: ByDiet, fed: ByDiet, exact: Float[np.ndarray, "seeds points"]
) -> None:
    """A line a diet; dark, Bayes with the true prior, and (thin) with that of each diet."""
    ends = []
    for diet, (name, dashes) in DIETS.items():
        axes.plot(after, fed[diet].mean(0), color=ink.EXACT, linestyle=dashes, linewidth=0.9)
        seeds.curves(axes, np.array(after), curves[diet], ink.CONTEXT, dashes)
        ends.append(End(float(curves[diet][:, -1].mean()), f"{name} diet", ink.CONTEXT, dashes))
        ends.append(End(float(fed[diet][:, -1].mean()), f"Bayes, {name}", ink.EXACT, dashes))
    axes.plot(after, exact.mean(0), color=ink.EXACT, linestyle=ink.LONG, linewidth=1.2)
    axes.set(xlim=(after[0], after[-1]), ylim=(-0.02, 1.02), ylabel="dissenting answers")
    axes.set_xlabel("statements against what prevails")
    axes.set_xticks([after[0], *after[3:]])
    axes.axhline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
    ends.append(End(0.5, "chance", ink.CHANCE, ink.DASHED))
    at_line_ends(axes, float(after[-1]), ends, 0.085, leaders=0.08)


def by_what_prevails(
    axes: Axes, strengths: list[float], by_strength: Mapping[str, Float[np.ndarray, "seeds strengths"]]
) -> None:
    """After twelve statements, by how often conversations are about the prevailing view in the world."""
    places = np.arange(len(strengths))
    ends = []
    for diet, (name, dashes) in DIETS.items():
        seeds.curves(axes, places, by_strength[diet], ink.CONTEXT, dashes)
        ends.append(End(float(by_strength[diet][:, -1].mean()), name, ink.CONTEXT, dashes))
    axes.axhline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
    axes.set(xlim=(0, len(strengths) - 1), ylim=(-0.02, 1.02), ylabel="after twelve statements")
    axes.set_xticks(places, [f"{strength:g}" for strength in strengths])
    axes.set_xlabel("share of the prevailing view")
    at_line_ends(axes, float(len(strengths) - 1), ends)
