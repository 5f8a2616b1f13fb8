"""The figure of cot-trace-causal: answers that follow an edit, and accuracy after damaged traces."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import ink
from companion.figures.reasoning_rows import (
    TASKS,
    ByTask,
    Seeds,
    beside,
    dots,
    few_ticks,
    from_chance_to_solver,
    named,
    on_both_tasks,
)

COLORS = {"unseen-edit": ink.CHANCE}
DAMAGES = {
    "intact": "right trace",
    "unmarked": "last mark: no",
    "cut": "end cut off",
    "shuffled": "shuffled",
    "none": "no trace",
}
READERS = {"prior": (-0.2, False), "trained": (0.2, True)}
"""Up or down from the middle of a row, and whether the dots are full."""


def overview(
    follows: ByTask, accuracy: Mapping[str, Mapping[str, Seeds]], chance: Mapping[str, float], margin: float
) -> Figure:
    """A panel a task: accuracy after each kind of trace; right, the share of answers that an edited trace implies."""
    figure, (*panels, right) = ink.new_figure(width=7.6, height=3.7, columns=3, shares=(1.0, 1.0, 0.95))
    for axes, task in zip(panels, follows, strict=True):
        after_damage(axes, task, accuracy, chance.get(task))
        axes.set_title(TASKS[task], pad=20)
    on_both_tasks(right, follows, margin, COLORS)
    few_ticks(right)
    right.set_xlim(left=-0.03)
    right.set_xlabel("answers that the\nedited trace implies")
    return figure


def after_damage(
    axes: Axes, task: str, found: Mapping[str, Mapping[str, Seeds]], chance: float | None
) -> None:
    """A row a kind of trace, in it the prior (open) above the trained policy (full)."""
    kinds = {name: words for name, words in DAMAGES.items() if f"{name}_{task}" in found["trained"]}
    for row, name in enumerate(kinds):
        color = ink.WEIGHTS if name == "none" else ink.CONTEXT
        for reader, (side, full) in READERS.items():
            values = found[reader][f"{name}_{task}"]
            dots(axes, row + side, values, color, full, reach=0.1)
            if row == 0:
                beside(axes, row + side, values, reader, color)
    named(axes, list(kinds.values()))
    from_chance_to_solver(axes, chance, "right answers")
