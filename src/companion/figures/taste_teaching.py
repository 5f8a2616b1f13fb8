"""The figure of taste-teaching: dissent before and after further teaching, by the answers that were asked for."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, turns
from companion.figures.reasoning_rows import Seeds, before_and_after, few_ticks, named, set_apart

ROWS = {
    "empty_90": ("nothing said, 0.9", ink.WEIGHTS),
    "empty_98": ("nothing said, 0.98", ink.WEIGHTS),
    "ana_90": ("Ana, 0.9", ink.CONTEXT),
    "ana_98": ("Ana, 0.98", ink.CONTEXT),
    "ben_90": ("Ben, 0.9", ink.CONTEXT),
    "ben_98": ("Ben, 0.98", ink.CONTEXT),
}
"""What was said against a view that prevails, and how strongly; what the weights answer by themselves is blue."""
PANELS = {"warranted": "what the evidence warrants", "oracle": "what the view holds"}
EFFECTS = {"rise": "rise of dissent, Ben", "prior_moved": "unsaid, moved by"}
COLORS = {"ordinary": ink.CHANCE}
NAMES = {"warranted": "warranted", "ordinary": "ordinary texts", "oracle": "oracle"}


def overview(
    changes: Mapping[str, Mapping[str, tuple[Seeds, Seeds]]],
    exact: Mapping[str, float],
    effects: Mapping[str, Mapping[str, Seeds]],
    margins: Mapping[str, float],
) -> Figure:
    """Dissent before and after for two kinds of answers, and the two effects that are judged."""
    figure, panels = ink.new_figure(width=9.0, height=3.6, columns=4, shares=(1.0, 1.0, 0.7, 0.7))
    for axes, (arm, title) in zip(panels[:2], PANELS.items(), strict=True):
        by_situation(axes, changes[arm], exact)
        axes.set_title(title, pad=18)
    turns.unnamed(panels[1])
    for axes, (name, words) in zip(panels[2:], EFFECTS.items(), strict=True):
        turns.judged(axes, effects[name], margins[name], COLORS, NAMES, words)
    turns.unnamed(panels[3])
    set_apart(figure)
    return figure


def by_situation(axes: Axes, changes: Mapping[str, tuple[Seeds, Seeds]], exact: Mapping[str, float]) -> None:
    """A row a situation; a dark stroke is Bayes."""
    for row, (name, (_, color)) in enumerate(ROWS.items()):
        before_and_after(axes, row, *changes[name], color)
        if name in exact:
            axes.plot([exact[name]] * 2, [row - 0.4, row + 0.4], color=ink.EXACT, linewidth=1.6)
    named(axes, [words for words, _ in ROWS.values()])
    few_ticks(axes)
    axes.set(xlim=(0, 1), xlabel="dissent, before (open) and after")
    accuracy.on_top(axes, exact["ben_98"], "Bayes", ink.EXACT)
