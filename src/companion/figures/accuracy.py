"""What every plot of accuracy shows beside its data: the solver, who is always right, and chance."""

from matplotlib.axes import Axes

from companion.figures import ink
from companion.figures.labels import End


def along_y(axes: Axes, lowest: float, chance: float | None = None, name: str = "optimal moves") -> list[End]:
    """Let the y axis run from below `lowest` to the solver's 1, draw the solver and chance, and return their names."""
    axes.set(ylim=_limits(lowest, chance), ylabel=name)
    axes.axhline(1.0, color=ink.EXACT, linewidth=1.2, clip_on=False)
    ends = [End(1.0, "solver", ink.EXACT)]
    if chance is not None:
        axes.axhline(chance, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2)
        ends.append(End(chance, "chance", ink.CHANCE, ink.DASHED))
    return ends


def along_x(axes: Axes, lowest: float, chance: float, name: str, side: str = "center") -> None:
    """The same along the x axis, the names on top; `side` says where the word chance is anchored."""
    axes.set(xlim=_limits(lowest, chance), xlabel=name)
    axes.axvline(1.0, color=ink.EXACT, linewidth=1.2, clip_on=False)
    axes.axvline(chance, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    on_top(axes, 1.0, "solver", ink.EXACT)
    on_top(axes, chance, "chance", ink.CHANCE, side)


def on_top(axes: Axes, x: float, name: str, color: str, side: str = "center") -> None:
    """Name an upright line where it ends on top."""
    axes.annotate(
        name, (x, 1), xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points",
        ha=side, va="bottom", fontsize=8.5, color=color, annotation_clip=False,
    )  # fmt: skip


def alongside(axes: Axes) -> None:
    """Take the words off the y axis of a panel that stands beside another with the same limits."""
    axes.set_ylabel("")
    axes.tick_params(axis="y", labelleft=False)


def _limits(lowest: float, chance: float | None) -> tuple[float, float]:
    return max(0.0, (lowest if chance is None else min(lowest, chance)) - 0.04), 1.0
