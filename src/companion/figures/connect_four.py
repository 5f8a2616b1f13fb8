"""A position of Connect Four, with what weights and search say of its columns, as the live piece shows them."""

import numpy as np
from jaxtyping import Bool, Float, Real
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from companion.figures import ink

BARS = 1.9  # cells: the height of a bar of 1
GAP = 1.0  # cells between board and bars, for the columns' names


def board(
    axes: Axes,
    planes: Real[np.ndarray, "2 rows columns"],
    prior: Float[np.ndarray, " columns"] | None = None,
    visits: Real[np.ndarray, " columns"] | None = None,
    optimal: Bool[np.ndarray, " columns"] | None = None,
) -> None:
    """Draw stones from two planes of ones, as a network sees them: the first full (to move), the second open.

    Over the columns, where given: the raw prior in blue, the shares of the search's visits in orange. A grey diamond
    marks the free cell of each column that the solver calls optimal.
    """
    _, rows, columns = planes.shape
    for (row, column), stone in np.ndenumerate(planes[0] - planes[1]):
        _cell(axes, column, row, int(stone))
    axes.plot([-0.5, columns - 0.5], [-0.62] * 2, color=ink.INK, linewidth=1.2)
    for column in range(columns):
        axes.text(
            column, rows - 0.02, str(column + 1), ha="center", va="center", fontsize=8.5, color=ink.CHANCE
        )
    shares = [
        (name, color, values / values.sum())
        for name, color, values in (("weights", ink.WEIGHTS, prior), ("search", ink.CONTEXT, visits))
        if values is not None
    ]
    floor = rows + GAP - 0.45
    _bars(axes, floor, shares)
    if optimal is not None:
        _mark(axes, planes, optimal, floor)
    top = rows + (GAP + BARS if shares else 0.4)
    axes.set(xlim=(-0.6, columns - 0.4), ylim=(-0.75, top), xticks=[], yticks=[])
    axes.set_aspect("equal")
    axes.spines[:].set_visible(False)


def _cell(axes: Axes, column: int, row: int, stone: int) -> None:
    if stone == 0:
        axes.add_patch(Circle((column, row), 0.4, fill=False, edgecolor=ink.FAINT, linewidth=0.8))
    elif stone > 0:
        axes.add_patch(Circle((column, row), 0.41, facecolor=ink.INK))
    else:
        axes.add_patch(Circle((column, row), 0.41, facecolor=ink.INK))
        axes.add_patch(Circle((column, row), 0.27, facecolor=ink.PAPER))


def _mark(
    axes: Axes,
    planes: Real[np.ndarray, "2 rows columns"],
    optimal: Bool[np.ndarray, " columns"],
    name_at: float,
) -> None:
    landing = planes.sum(axis=(0, 1)).astype(int)  # the row of each column's lowest free cell
    for column in np.flatnonzero(optimal):
        axes.plot(column, landing[column], "D", color=ink.EXACT, markersize=5, markeredgewidth=0)
    _name(axes, len(optimal) + 0.1, name_at, "solver", ink.EXACT)
    axes.plot(
        len(optimal) - 0.12, name_at, "D", color=ink.EXACT, markersize=4, markeredgewidth=0, clip_on=False
    )


def _bars(axes: Axes, floor: float, shares: list[tuple[str, str, Float[np.ndarray, " columns"]]]) -> None:
    width = 0.36
    for place, (name, color, values) in enumerate(shares):
        left = (place - len(shares) / 2) * (width + 0.04)
        for column, value in enumerate(values):
            bar = Rectangle((column + left, floor), width, BARS * float(value), facecolor=color)
            bar.set_alpha(1.0 if value == values.max() else 0.45)
            axes.add_patch(bar)
        _name(axes, len(values) - 0.25, floor + BARS * (0.85 - 0.3 * place), name, color)
    if shares:
        axes.plot([-0.5, len(shares[0][2]) - 0.5], [floor, floor], color=ink.CHANCE, linewidth=0.7)


def _name(axes: Axes, x: float, y: float, name: str, color: str) -> None:
    axes.text(x, y, name, color=color, fontsize=8.5, va="center", clip_on=False)
