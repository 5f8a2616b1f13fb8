"""Rows of seeds for the figures of reasoning: one row a group, before and after, and one arm against another."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from companion.figures import accuracy, ink, seeds

Seeds = Float[np.ndarray, " seeds"]
ByTask = Mapping[str, Mapping[str, Seeds]]

TASKS = {"word": "word problem", "countdown": "Countdown"}


def on_both_tasks(axes: Axes, values: ByTask, margin: float, colors: Mapping[str, str]) -> None:
    """A row for each arm under the name of each task, all held against one margin."""
    nothing = np.full(1, np.nan)
    rows, shades, names = dict[str, Seeds](), dict[str, str](), list[str]()
    for task, arms in values.items():
        rows |= {task: nothing} | {f"{task} {arm}": found for arm, found in arms.items()}
        shades |= {f"{task} {arm}": colors[arm] for arm in arms if arm in colors}
        names += [TASKS[task], *(arm.replace("-", " ") for arm in arms)]
    seeds.dots_by_arm(axes, rows, margin, shades)
    axes.set_yticks(range(len(names)), names)
    for label in axes.get_yticklabels():
        if label.get_text() in TASKS.values():
            label.set_fontweight(600)


def heading(axes: Axes, row: int | float, words: str) -> None:
    """Write above a group of rows, where their names end."""
    axes.annotate(
        words, (0, row), xycoords=("axes fraction", "data"), xytext=(-7.5, 0), textcoords="offset points",
        ha="right", va="center", fontsize=9.0, fontweight=600, annotation_clip=False,
    )  # fmt: skip


def set_apart(figure: Figure) -> None:
    """Leave room between panels, so that names at the ends of one's lines keep off the names of the next one's rows."""
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(w_pad=0.1)


def dots(
    axes: Axes,
    row: int | float,
    values: Seeds,
    color: str,
    full: bool = True,
    reach: float = 0.18,
    bar: bool = True,
) -> None:
    """A dot a seed within `reach` of the row, full or open, a bar for the interval, a stroke at the mean."""
    offsets = np.linspace(-reach, reach, len(values)) if len(values) > 1 else np.zeros(1)
    if bar:
        axes.plot(seeds.interval(values), [row, row], color=color, linewidth=2.4 if full else 1.2)
    if full:
        axes.plot(
            values, row + offsets, "o", color=color, markersize=3.5, alpha=0.55, markeredgewidth=0, clip_on=False
        )  # fmt: skip
    else:
        _open(axes, values, row + offsets, color)
    axes.plot(
        values.mean(), row, "|", color=color, markersize=10, markeredgewidth=1.6 if full else 1.0, clip_on=False
    )  # fmt: skip


def before_and_after(axes: Axes, row: int | float, before: Seeds, after: Seeds, color: str) -> None:
    """A line a seed from before (open) to after (full); below, the interval of the change, set off from the mean
    before, and a stroke at the mean after.
    """
    heights = row + (np.linspace(-0.3, 0.1, len(after)) if len(after) > 1 else np.zeros(1))
    for first, last, height in zip(before, after, heights, strict=True):
        axes.plot([first, last], [height, height], color=color, linewidth=0.6, alpha=0.6)
    _open(axes, before, heights, color)
    axes.plot(after, heights, "o", color=color, markersize=3.5, alpha=0.55, markeredgewidth=0, clip_on=False)
    low, high = seeds.interval(after - before)
    start = float(before.mean())
    axes.plot([start + low, start + high], [row + 0.28] * 2, color=color, linewidth=2.4)
    axes.plot(after.mean(), row + 0.28, "|", color=color, markersize=8, markeredgewidth=1.6, clip_on=False)


def against_an_arm(
    axes: Axes,
    values: Mapping[str, Seeds],
    against: str,
    margin: float,
    colors: Mapping[str, str],
    names: Mapping[str, str],
) -> None:
    """A row an arm, and the margin upright where it lies beyond the mean of the arm `against` which all are held.

    A bar is the interval of the paired difference to that arm, set off from its mean: it lies beyond the line where
    the criterion holds. The arm itself has the interval of its mean.
    """
    base = float(values[against].mean())
    axes.axvline(base + margin, color=ink.INK, linewidth=0.8, zorder=0)
    axes.axvline(base, color=ink.FAINT, linewidth=0.9, zorder=0)
    accuracy.on_top(axes, base + margin, f"{names.get(against, against)} + {margin:g}", ink.INK)
    for row, (arm, found) in enumerate(values.items()):
        color = colors.get(arm, ink.CONTEXT)
        dots(axes, row, found, color, bar=False)
        axes.plot(difference_bar(values, arm, against), [row, row], color=color, linewidth=2.4)
    named(axes, [names.get(arm, arm.replace("-", " ")) for arm in values])


def difference_bar(values: Mapping[str, Seeds], arm: str, against: str) -> tuple[float, float]:
    """The interval of an arm's paired difference to another, set off from the other's mean."""
    if arm == against:
        return seeds.interval(values[arm])
    low, high = seeds.interval(values[arm] - values[against])
    base = float(values[against].mean())
    return base + low, base + high


def from_chance_to_solver(axes: Axes, chance: float | None, name: str) -> None:
    """Accuracy along x, from 0 to 1; where chance was not measured, it is not drawn."""
    if chance is not None:
        accuracy.along_x(axes, 0.0, chance, name)
        return
    axes.set(xlim=(0, 1), xlabel=name)
    axes.axvline(1.0, color=ink.EXACT, linewidth=1.2, clip_on=False)
    accuracy.on_top(axes, 1.0, "solver", ink.EXACT)


def beside(axes: Axes, row: int | float, values: Seeds, words: str, color: str) -> None:
    """Name a row of dots on an axis from 0 to 1, on the side that has room."""
    low, high = seeds.interval(values)
    leftward = float(values.mean()) > 0.5
    x = min(low, float(values.min())) if leftward else max(high, float(values.max()))
    axes.annotate(
        words, (x, row), xytext=(-6 if leftward else 6, 0), textcoords="offset points",
        ha="right" if leftward else "left", va="center", fontsize=8.5, color=color,
    )  # fmt: skip


def named(axes: Axes, names: Sequence[str], rows: Sequence[int | float] | None = None) -> None:
    """Write the names of the rows (0, 1, ... from the top where None is given), without an axis beside them."""
    rows = rows or range(len(names))
    axes.set_yticks(rows, names, linespacing=1.0)
    axes.set_ylim(rows[-1] + 0.5, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def few_ticks(axes: Axes) -> None:
    """Round numbers, far enough apart for a narrow panel."""
    axes.locator_params(axis="x", nbins=4, steps=[1, 2, 5, 10])


def _open(axes: Axes, values: Seeds, heights: Seeds, color: str) -> None:
    axes.plot(
        values, heights, "o", color=color, clip_on=False,
        markersize=3.2, markerfacecolor=ink.PAPER, markeredgecolor=color, markeredgewidth=0.8,
    )  # fmt: skip
