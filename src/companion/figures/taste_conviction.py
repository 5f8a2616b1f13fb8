"""The figure of taste-conviction: a view against the prevailing one while it forms, under pressure, and afterward."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, turns
from companion.figures.reasoning_rows import Seeds, dots, few_ticks, named, set_apart
from companion.figures.turns import Line, exact

FORMING = {
    "dissent-0": ("none", ink.SOLID),
    "dissent-0.6": ("0.6", ink.LONG),
    "dissent": ("0.9", ink.DASH_DOT),
    "dissent-0.98": ("0.98", ink.DOTTED),
}
"""Arms by how strongly the other view prevails."""

VOICED = {"dissent": "Ana", "dissent-by-ben": "Ben", "dissent-by-cleo": "Cleo", "dissent-by-dan": "Dan"}
PRESSED = {
    "next_instance": ("next instance", ink.WEIGHTS),
    "formed": ("after six turns", ink.CONTEXT),
    "after_silence": ("then silence", ink.CONTEXT),
    "after_dan": ("then Dan against it", ink.CONTEXT),
    "after_cleo": ("then Cleo against it", ink.CONTEXT),
}
COLORS = {"dissent-by-dan": ink.CHANCE}
NAMES = {
    "dissent": "Ana, 0.9",
    "dissent-0": "Ana, none",
    "dissent-0.6": "Ana, 0.6",
    "dissent-0.98": "Ana, 0.98",
    "dissent-by-ben": "Ben, 0.9",
    "dissent-by-cleo": "Cleo, 0.9",
    "dissent-by-dan": "Dan, 0.9",
}


def overview(
    after: Int[np.ndarray, " turns"],
    curves: Mapping[str, Mapping[str, Float[np.ndarray, "seeds turns"]]],
    pressed: Mapping[str, Seeds],
    exact: Mapping[str, float],
    conviction: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """Dissent by turns, by who speaks; what becomes of it; and the judged difference to the next instance."""
    figure, panels = ink.new_figure(width=9.0, height=3.8, columns=4, shares=(1.0, 1.0, 0.8, 0.7))
    by_strength(panels[0], after, curves)
    by_voice(panels[1], after, curves)
    under_pressure(panels[2], pressed, exact)
    turns.judged(panels[3], conviction, margin, COLORS, NAMES, "beyond the\nnext instance")
    set_apart(figure)
    return figure


def by_strength(
    axes: Axes,
    after: Int[np.ndarray, " turns"],
    curves: Mapping[str, Mapping[str, Float[np.ndarray, "seeds turns"]]],
) -> None:
    """A line for each strength of what prevails, and Bayes where it is strongest."""
    drawn = [Line(name, curves[arm][""], dashes=dashes) for arm, (name, dashes) in FORMING.items()]
    drawn.append(exact("Bayes, 0.98", curves["dissent-0.98"]["bayes_"]))
    turns.lines(axes, after, drawn, (0.0, 1.0), chance=None)
    axes.set(title="Ana, by what prevails", ylabel="dissent")


def by_voice(
    axes: Axes,
    after: Int[np.ndarray, " turns"],
    curves: Mapping[str, Mapping[str, Float[np.ndarray, "seeds turns"]]],
) -> None:
    """A line for each voice against a view that prevails at 0.9, each with Bayes."""
    drawn = [Line(name, curves[arm][""]) for arm, name in VOICED.items()]
    drawn += [exact("", curves[arm]["bayes_"]) for arm in VOICED]
    drawn[len(VOICED)] = exact("Bayes", curves["dissent"]["bayes_"])
    turns.lines(axes, after, drawn, (0.0, 1.0), chance=None)
    axes.set(title="0.9, by who speaks")


def under_pressure(axes: Axes, pressed: Mapping[str, Seeds], exact: Mapping[str, float]) -> None:
    """A row for each thing that can become of a view; dark strokes are Bayes."""
    for row, (name, (_, color)) in enumerate(PRESSED.items()):
        dots(axes, row, pressed[name], color)
        axes.plot([exact[name]] * 2, [row - 0.4, row + 0.4], color=ink.EXACT, linewidth=1.6)
    named(axes, [words for words, _ in PRESSED.values()])
    few_ticks(axes)
    axes.set(xlim=(0, 1), xlabel="dissent, by Ana at 0.9")
    accuracy.on_top(axes, exact["formed"], "Bayes", ink.EXACT)
