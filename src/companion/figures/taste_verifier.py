"""The figure of taste-verifier: what is taken from voices that can judge in part, or not at all."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from companion.figures import ink, turns
from companion.figures.reasoning_rows import Seeds, set_apart
from companion.figures.turns import Line, exact

LINES = {
    ("eve", "known"): ("Eve, knows it", ink.CONTEXT, ink.SOLID),
    ("eve", "unknown"): ("Eve, does not", ink.CONTEXT, ink.DOTTED),
    ("dan", "known"): ("Dan", ink.CHANCE, ink.DASH_DOT),
}
EFFECTS = {"weighed": "goes along:\nknown − unknown", "follows_unknown": "goes along:\nunknown"}
COLORS = {"dan": ink.CHANCE, "dan-on-a-settled-topic": ink.CHANCE}
NAMES = {
    "eve": "Eve knows two of four",
    "ana": "Ana knows all",
    "ben": "Ben errs a little",
    "dan": "Dan knows nothing",
    "dan-on-a-settled-topic": "Dan, settled topic",
}


def overview(
    after: Sequence[int],
    curves: Mapping[tuple[str, str], Mapping[str, Float[np.ndarray, "seeds turns"]]],
    effects: Mapping[str, Mapping[str, Seeds]],
    margins: Mapping[str, float],
) -> Figure:
    """Right answers and reports of confidence by turns, and the two effects that are judged."""
    figure, panels = ink.new_figure(width=9.0, height=3.6, columns=4, shares=(1.0, 1.0, 0.7, 0.7))
    for axes, what in zip(panels[:2], ("right", "reported"), strict=True):
        drawn = [Line(name, curves[key][what], color, dashes) for key, (name, color, dashes) in LINES.items()]
        known = curves["eve", "known"]["bayes_right"]
        turns.lines(axes, np.array(after), [*drawn, exact("Bayes, Eve knows", known)], (0.45, 1.0))
    panels[0].set(title="answers that are right", ylabel="share or probability")
    panels[1].set(title="reported confidence")
    for axes, (name, words) in zip(panels[2:], EFFECTS.items(), strict=True):
        turns.judged(axes, effects[name], margins[name], COLORS, NAMES, words)
    panels[3].axvline(-margins["follows_unknown"], color=ink.INK, linewidth=0.8, zorder=0)
    turns.unnamed(panels[3])
    set_apart(figure)
    return figure
