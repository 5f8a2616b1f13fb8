"""The figure of agent-continuity: what a stream of questions earns by what became of the agent's context or weights."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, dots, few_ticks, named

COLORS = {"another-context": ink.CHANCE}
ROWS = {
    "late_whole": ("nothing happens", ink.CONTEXT),
    "late_restored": ("killed, cache restored", ink.CONTEXT),
    "late_transcript": ("killed, words read again", ink.CONTEXT),
    "late_other": ("other seed reads the words", ink.WEIGHTS),
    "note_8": ("wiped, own note", ink.CONTEXT),
    "note_4": ("…, four facts of it", ink.CONTEXT),
    "note_2": ("…, two facts of it", ink.CONTEXT),
    "late_wiped": ("wiped", ink.CONTEXT),
    "note_invented": ("wiped, invented note", ink.CHANCE),
    "late_exchanged": ("another’s context", ink.CHANCE),
}
"""What happens at half, and the color of what was touched."""


def overview(
    late: Mapping[str, Seeds],
    exact: tuple[float, float],
    guessing: float,
    noise: Mapping[float, Seeds],
    windows: Int[np.ndarray, " windows"],
    by_window: Float[np.ndarray, "seeds windows"],
    planner: Float[np.ndarray, "seeds windows"],
    limits: tuple[float, float],
    kept: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """Second halves by what happens at half, whole episodes by window, and the judged share of memory's worth."""
    figure, (left, middle, right) = ink.new_figure(width=8.6, height=4.6, columns=3, shares=(1.0, 0.9, 0.7))
    at_half(left, late, noise, exact, guessing)
    in_windows(middle, windows, by_window, planner, limits)
    seeds.dots_by_arm(right, kept, margin, COLORS)
    few_ticks(right)
    right.set_xlabel("share of memory’s worth kept\nby a restored context")
    return figure


def at_half(
    axes: Axes,
    late: Mapping[str, Seeds],
    noise: Mapping[float, Seeds],
    exact: tuple[float, float],
    guessing: float,
) -> None:
    """A row for each thing that can happen, between the exact values of an empty and of a full memory."""
    rows = {words: (late[name], color) for name, (words, color) in ROWS.items()}
    rows |= {f"weights, noise {size:g}": (found, ink.WEIGHTS) for size, found in noise.items()}
    for row, (values, color) in enumerate(rows.values()):
        dots(axes, row, values, color)
    for value, name in zip(exact, ("empty", "full"), strict=True):
        axes.axvline(value, color=ink.EXACT, linewidth=1.0, zorder=0)
        accuracy.on_top(axes, value, name, ink.EXACT, "right" if name == "empty" else "left")
    axes.axvline(guessing, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    accuracy.on_top(axes, guessing, "guessing", ink.CHANCE)
    named(axes, list(rows))
    few_ticks(axes)
    axes.set_xlabel("return of the second half")


def in_windows(
    axes: Axes,
    windows: Int[np.ndarray, " windows"],
    by_window: Float[np.ndarray, "seeds windows"],
    planner: Float[np.ndarray, "seeds windows"],
    limits: tuple[float, float],
) -> None:
    """Return by the number of words that are read again at each action, beside the planner with the same window."""
    place = np.log2(windows)
    seeds.curves(axes, place, planner, ink.EXACT, ink.LONG, width=2.6)
    seeds.curves(axes, place, by_window, ink.CONTEXT)
    low = min(float(by_window.min()), limits[0])
    axes.set(
        xlim=(place[0], place[-1]), ylim=(low - 0.4, limits[1] + 0.3),
        xlabel="words in the window", ylabel="return of an episode",
    )  # fmt: skip
    axes.set_xticks(place[::2], [f"{size}" for size in windows[::2]])
    for limit in limits:
        axes.axhline(limit, color=ink.EXACT, linewidth=0.8, zorder=0)
    at_line_ends(
        axes,
        float(place[-1]),
        [
            End(limits[1], "full memory", ink.EXACT),
            End(limits[0], "none", ink.EXACT),
            End(float(by_window[:, -1].mean()) - 0.6, "agent", ink.CONTEXT),
            End(float(planner[:, -1].mean()) - 1.2, "planner", ink.EXACT, ink.LONG),
        ],
    )
