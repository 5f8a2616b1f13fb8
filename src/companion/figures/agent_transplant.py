"""The figure of agent-transplant: with which part of a state a view moves, and without which it is gone."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.reasoning_rows import Seeds, dots, few_ticks, named

COLORS = {"another-seed": ink.CHANCE}
MOVED = {
    "before": ("nothing", ink.CHANCE),
    "whole": ("everything", ink.CONTEXT),
    "said": ("what was said", ink.CONTEXT),
    "one_layer": ("…, in one layer", ink.CONTEXT),
    "shared": ("all other words", ink.CONTEXT),
}
"""What was moved."""
LEFT = {
    "own": ("whole state", ink.CONTEXT),
    "without_shared": ("what was said alone", ink.CONTEXT),
    "without_said": ("all other words alone", ink.CONTEXT),
    "legible": ("…, read by a probe", ink.CONTEXT),
    "other_words": ("other seed, the words", ink.WEIGHTS),
    "other_state": ("other seed, the state", ink.WEIGHTS),
}
"""What there is to answer from."""


def overview(
    moved: Mapping[str, Seeds],
    left: Mapping[str, Seeds],
    exact: tuple[float, float],
    held: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """Answers by the part of the state that was moved, and by what is left to answer from; the judged rise."""
    figure, (one, two, three) = ink.new_figure(width=8.6, height=3.6, columns=3, shares=(1.0, 1.0, 0.8))
    _rows(one, moved, MOVED, exact)
    one.set_xlabel("answers on the donor’s side,\nby what was moved")
    _rows(two, left, LEFT, exact)
    two.set_xlabel("answers on the own side,\nby what there is to read")
    seeds.dots_by_arm(three, held, margin, COLORS)
    few_ticks(three)
    three.set_xlabel("rise when all words but\nwhat was said are moved")
    return figure


def _rows(
    axes: Axes, found: Mapping[str, Seeds], rows: Mapping[str, tuple[str, str]], exact: tuple[float, float]
) -> None:
    """A row for each part, between chance and what the two Bayes agents answer in the donor's conversation."""
    for row, (name, (_, color)) in enumerate(rows.items()):
        dots(axes, row, found[name], color)
    for value in exact:
        axes.axvline(value, color=ink.EXACT, linewidth=0.9, zorder=0)
    axes.axvline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    accuracy.on_top(axes, max(exact), "Bayes", ink.EXACT)
    accuracy.on_top(axes, 0.5, "chance", ink.CHANCE)
    axes.set_xlim(0, 1)
    named(axes, [words for words, _ in rows.values()])
