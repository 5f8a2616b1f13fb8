"""An axis on which every doubling takes the same room, and nothing at all (0 simulations, 0 iterations) comes first."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes

SIMULATIONS = (0, 1, 8, 64, 512, 4096)
"""Round numbers of simulations, far enough apart to be written out."""


def place(counts: Real[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Where each count lies: at log2(1 + count)."""
    return np.log2(1 + counts.astype(float))


def along_x(axes: Axes, counts: Real[np.ndarray, " n"], named: Sequence[int] | None = None) -> None:
    """Let the x axis run over these counts, the `named` ones written at its ticks; all of them where None is given."""
    axes.set_xlim(_limits(counts))
    axes.set_xticks(*_ticks(counts, named))


def along_y(axes: Axes, counts: Real[np.ndarray, " n"], named: Sequence[int] | None = None) -> None:
    """The same for the y axis."""
    axes.set_ylim(_limits(counts))
    axes.set_yticks(*_ticks(counts, named))


def _limits(counts: Real[np.ndarray, " n"]) -> tuple[float, float]:
    places = place(counts)
    return float(places.min()), float(places.max())


def _ticks(
    counts: Real[np.ndarray, " n"], named: Sequence[int] | None
) -> tuple[Float[np.ndarray, " ticks"], list[str]]:
    chosen = [int(count) for count in (counts if named is None else named)]
    chosen = [count for count in chosen if counts.min() <= count <= counts.max()]
    return place(np.array(chosen)), [f"{count:,}" for count in chosen]
