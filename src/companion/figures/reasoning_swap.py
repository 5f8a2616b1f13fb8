"""The figure of cot-swap: every reader after every writer's traces."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.reasoning_rows import TASKS, ByTask, Seeds, beside, dots, few_ticks, named

COLORS = {"next-problem": ink.CHANCE}
READERS = {"base": ("prior reads", False), "rl": ("trained reads", True)}
WRITERS = {"none": "no trace", "base": "the prior’s\ntraces", "rl": "the trained\npolicy’s traces"}
EFFECTS = {
    "writer": ("writes", ink.CONTEXT),
    "matched_writer": ("writes,\nmatched", ink.CONTEXT),
    "reader": ("reads", ink.WEIGHTS),
    "guess": ("guesses", ink.WEIGHTS),
}
APART = 0.2  # of the two readers, up and down from the middle of a writer's row


def overview(
    table: Mapping[str, Mapping[tuple[str, str], Seeds]],
    effects: ByTask,
    difference: ByTask,
    margin: float,
    chance: Mapping[str, float],
) -> Figure:
    """A line of panels a task: accuracy by writer and reader, what each exchange adds, the judged difference."""
    figure, panels = ink.new_figure(width=7.6, height=5.4, columns=3, rows=len(table), shares=(1.1, 0.9, 0.9))
    for task, (left, middle, right) in zip(table, panels, strict=True):
        readers(left, table[task], chance[task])
        left.set_ylabel(TASKS[task], fontsize=10.5, fontweight=600)
        gains(middle, effects[task])
        seeds.dots_by_arm(right, difference[task], margin, COLORS)
        few_ticks(right)
    left.set_xlabel("right answers")
    middle.set_xlabel("added where the trained policy\ndoes it in the prior’s place")
    right.set_xlabel("added by writing\nminus added by reading")
    for column in (1, 2):
        _same_limits([line[column] for line in panels])
    return figure


def readers(axes: Axes, table: Mapping[tuple[str, str], Seeds], chance: float) -> None:
    """A row a writer, in it the prior (open) above the trained policy (full)."""
    for row, writer in enumerate(WRITERS):
        color = ink.WEIGHTS if writer == "none" else ink.CONTEXT
        for reader, (words, full) in READERS.items():
            height, values = row + (APART if full else -APART), table[reader, writer]
            dots(axes, height, values, color, full, reach=0.1)
            if writer == "base":
                beside(axes, height, values, words, color)
    named(axes, list(WRITERS.values()))
    accuracy.along_x(axes, 0.0, chance, "")


def gains(axes: Axes, effects: Mapping[str, Seeds]) -> None:
    """What the exchange of one part adds."""
    axes.axvline(0.0, color=ink.INK, linewidth=0.6, zorder=0)
    for row, (name, (_, color)) in enumerate(EFFECTS.items()):
        dots(axes, row, effects[name], color)
    named(axes, [words for words, _ in EFFECTS.values()])
    few_ticks(axes)


def _same_limits(panels: list[Axes]) -> None:
    limits = [axes.get_xlim() for axes in panels]
    for axes in panels:
        axes.set_xlim(min(low for low, _ in limits), max(high for _, high in limits))
