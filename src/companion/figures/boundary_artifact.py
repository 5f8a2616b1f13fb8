"""The figure of boundary-artifact: what of an instance the next one rebuilds, by what was left and by who reads it."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, dots, few_ticks, heading, named, set_apart

READERS = {
    "same": (ink.CONTEXT, True),
    "seed": (ink.WEIGHTS, False),
    "culture": (ink.WEIGHTS, True),
}
"""The same weights are orange, another seed's blue and open, another culture's blue and full."""

ARTIFACTS = {
    "nothing": "nothing",
    "note_1": "one sentence",
    "note_2": "two sentences",
    "note_4": "four sentences",
    "note_8": "eight sentences",
    "code": "a code",
    "transcript": "all that was said",
    "state": "the state",
}
SIZES = ("nothing", "note_1", "note_2", "note_4", "note_8")
LENGTHS = np.array([0, 1, 2, 4, 8])

PANEL = "dissent"
LINES = (
    ("same", "same weights", ink.CONTEXT, ink.SOLID),
    ("culture", "another culture", ink.WEIGHTS, ink.DASHED),
    ("bayes", "Bayes", ink.EXACT, ink.LONG),
)

EFFECTS = {
    "rebuilt": "mended by four sentences",
    "bias": "beyond another culture, two",
}
COLORS = {
    "exchanged-notes": ink.CHANCE,
    "signed-by-dan": ink.CHANCE,
}
NAMES = {
    "held-0.6": "as held, 6 in 10 prevail",
    "exchanged-notes": "another’s notes",
    "signed-by-dan": "notes signed by Dan",
    "open": "nothing prevails",
    "dissent": "against 9 in 10",
}


def overview(
    readers: Mapping[str, Mapping[str, Seeds]],
    exact: Mapping[str, float],
    notes: Mapping[str, Float[np.ndarray, "seeds sizes"]],
    effects: Mapping[str, Mapping[str, Seeds]],
    margins: Mapping[str, float],
) -> Figure:
    """Answers like the writer's by what was left, by the length of a note that dissents, and the judged effects."""
    figure, (left, middle, right) = ink.new_figure(width=8.6, height=4.6, columns=3, shares=(0.9, 0.8, 0.9))
    by_artifact(left, readers, exact)
    by_length(middle, notes)
    judged(right, effects, margins)
    set_apart(figure)
    return figure


def by_artifact(axes: Axes, readers: Mapping[str, Mapping[str, Seeds]], exact: Mapping[str, float]) -> None:
    """A row for each thing that can be left, with three readers; a dark stroke is the exact reader of the culture."""
    for row, artifact in enumerate(ARTIFACTS):
        for place, (reader, (color, full)) in enumerate(READERS.items()):
            dots(axes, row + 0.25 * (place - 1), readers[reader][artifact], color, full=full, reach=0.06)
        if artifact in exact:
            axes.plot(
                [exact[artifact]] * 2, [row - 0.42, row + 0.42], color=ink.EXACT, linewidth=1.6, zorder=0
            )
    named(axes, list(ARTIFACTS.values()))
    lowest = min(float(found.min()) for by in readers.values() for found in by.values())
    axes.set(xlim=(min(0.48, lowest - 0.02), 1.0), xlabel="answers like the writer’s")
    axes.axvline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    accuracy.on_top(axes, 0.5, "chance", ink.CHANCE)


def by_length(axes: Axes, notes: Mapping[str, Float[np.ndarray, "seeds sizes"]]) -> None:
    """Answers like those of a writer who dissents, by the length of its note, for three readers."""
    for reader, _, color, dashes in LINES:
        seeds.curves(axes, LENGTHS, notes[reader], color, dashes)
    lowest = min(float(found.min()) for found in notes.values())
    axes.set(
        xlim=(0, 8), ylim=(min(0.0, lowest), 1.0),
        xlabel="sentences of the note", ylabel="answers like a dissenter’s",
    )  # fmt: skip
    axes.axhline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
    ends = [
        End(float(notes[reader][:, -1].mean()), name, color, dashes) for reader, name, color, dashes in LINES
    ]
    at_line_ends(axes, 8.0, [*ends, End(0.5, "chance", ink.CHANCE, ink.DASHED)], leaders=0.08)


def judged(axes: Axes, effects: Mapping[str, Mapping[str, Seeds]], margins: Mapping[str, float]) -> None:
    """A row an arm under the name of each effect, with a stroke at the effect's own margin."""
    names, row = list[str](), 0
    for effect, arms in effects.items():
        heading(axes, row, EFFECTS[effect])
        axes.plot(
            [margins[effect]] * 2, [row + 0.4, row + len(arms) + 0.5], color=ink.INK, linewidth=0.8, zorder=0
        )
        axes.annotate(
            f"margin {margins[effect]:g}",
            (margins[effect], row + 0.35),
            ha="center",
            va="bottom",
            fontsize=8.5,
        )
        for place, (arm, found) in enumerate(arms.items(), row + 1):
            color = COLORS.get(arm, ink.CONTEXT if effect == "rebuilt" else ink.WEIGHTS)
            dots(axes, place, found, color)
        names += ["", *(NAMES.get(arm, arm) for arm in arms)]
        row += 1 + len(arms)
    named(axes, names)
    few_ticks(axes)
    axes.set_xlabel("share of answers")
