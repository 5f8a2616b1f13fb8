"""The figure of taste-feedback: verdicts on new items to somebody's taste, by turns of feedback and by its kind."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from companion.figures import ink, turns
from companion.figures.reasoning_rows import Seeds, set_apart
from companion.figures.turns import Line, exact, of_training

PANELS = {"reasons": "with reasons", "verdicts": "verdicts alone"}
WHO = ("instance", "bayes", "trained")
EFFECTS = {"gain": "gained in\ntwelve turns", "beyond_training": "beyond\ntraining’s Bayes"}
COLORS = {"exchanged": ink.CHANCE}
NAMES = {
    "reasons": "reasons",
    "verdicts": "verdicts",
    "trained-reasons": "reasons, trained tastes",
    "trained-verdicts": "verdicts, trained tastes",
    "exchanged": "reasons, exchanged",
}


def overview(
    after: Sequence[int],
    curves: Mapping[str, Mapping[str, Float[np.ndarray, "seeds turns"]]],
    effects: Mapping[str, Mapping[str, Seeds]],
    margins: Mapping[str, float],
) -> Figure:
    """Verdicts to the taste by turns, with reasons and without, and the two effects that are judged."""
    figure, panels = ink.new_figure(width=9.0, height=3.6, columns=4, shares=(1.0, 1.0, 0.7, 0.7))
    lowest = min(float(found.min()) for arm in curves.values() for found in arm.values())
    for axes, (arm, title) in zip(panels[:2], PANELS.items(), strict=True):
        found = curves[arm]
        drawn = [
            Line("instance", found["instance"]),
            exact("Bayes", found["bayes"]),
            of_training("Bayes of training", found["trained"]),
        ]
        turns.lines(axes, np.array(after), drawn, (min(lowest, 0.5) - 0.02, 1.0))
        axes.set_title(title)
    panels[0].set_ylabel("new items judged to the taste")
    for axes, (name, words) in zip(panels[2:], EFFECTS.items(), strict=True):
        turns.judged(axes, effects[name], margins[name], COLORS, NAMES, words)
    turns.unnamed(panels[3])
    set_apart(figure)
    return figure
