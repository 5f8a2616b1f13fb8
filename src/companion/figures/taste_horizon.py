"""The figure of taste-horizon: what is left of a deliberation by what could be kept of it."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import ink, turns
from companion.figures.reasoning_rows import Seeds, set_apart
from companion.figures.turns import Line

PANELS = {"taste": "a taste: nothing prevails", "conviction": "a conviction: 0.9 prevails"}
WAYS = {
    "all": ("everything", ink.SOLID),
    "notes": ("window and note", ink.DASH_DOT),
    "window": ("window", ink.DOTTED),
}
COLORS = {"nothing-to-lose": ink.CHANCE}
NAMES = {
    "conviction": "conviction, Ben",
    "taste": "taste, Ben",
    "conviction-by-ana": "conviction, Ana",
    "taste-by-ana": "taste, Ana",
    "long-conviction": "conviction, Ben, 36",
    "long-taste": "taste, Ben, 36",
    "nothing-to-lose": "nothing to lose",
}


def overview(
    window: int,
    curves: Mapping[str, Mapping[str, Mapping[str, Float[np.ndarray, "seeds ends"]]]],
    once: float,
    lost: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """Answers that agree with the view by turns, for what is kept of them, and the judged loss."""
    figure, panels = ink.new_figure(width=9.0, height=3.9, columns=3, shares=(1.0, 1.0, 0.8))
    for axes, (arm, title) in zip(panels[:2], PANELS.items(), strict=True):
        by_turns(axes, window, curves[arm])
        axes.set_title(title)
    panels[0].set_ylabel("answers that agree with the view")
    end = panels[1].get_xlim()[1]
    panels[1].plot([end], [once], "D", color=ink.EXACT, markersize=4.0, clip_on=False)
    turns.judged(panels[2], lost, margin, COLORS, NAMES, "lost at the window’s edge")
    set_apart(figure)
    return figure


def by_turns(
    axes: Axes, window: int, curves: Mapping[str, Mapping[str, Float[np.ndarray, "seeds ends"]]]
) -> None:
    """A line for each way to keep what was said, and Bayes in the same dashes."""
    ends = next(iter(curves.values()))["with"].shape[1]
    at = window * np.arange(1, ends + 1)
    drawn = [Line(name, curves[way]["with"], dashes=dashes) for way, (name, dashes) in WAYS.items()]
    drawn += [Line("", curves[way]["bayes"], ink.EXACT, dashes) for way, (_, dashes) in WAYS.items()]
    turns.lines(axes, at, drawn, (0.2, 1.0))
    axes.set_xticks(at)
