"""Every seed of every arm, as a dot or a thin line, with the mean: the one way this book shows a result."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from scipy import stats

from companion.figures import ink


def dots_by_arm(
    axes: Axes,
    values: Mapping[str, Float[np.ndarray, " seeds"]],
    margin: float,
    colors: Mapping[str, str] | None = None,
) -> None:
    """One row an arm, the first on top: a dot a seed, a bar for the t-interval, a hairline at the declared margin.

    An arm not named in `colors` is drawn as what lives in the context. Fewer than two seeds have no interval.
    """
    axes.axvline(margin, color=ink.INK, linewidth=0.8, zorder=0)
    axes.annotate(
        f"margin {margin:g}".replace("-", "−"), (margin, 1), xycoords=("data", "axes fraction"),
        xytext=(0, 2), textcoords="offset points", ha="center", va="bottom", fontsize=8.5,
    )  # fmt: skip
    for row, (arm, seeds) in enumerate(values.items()):
        color = (colors or {}).get(arm, ink.CONTEXT)
        offsets = np.linspace(-0.18, 0.18, len(seeds)) if len(seeds) > 1 else np.zeros(1)
        axes.plot(seeds, row + offsets, "o", color=color, markersize=3.5, alpha=0.55, markeredgewidth=0)
        low, high = interval(seeds)
        axes.plot([low, high], [row, row], color=color, linewidth=2.4)
        axes.plot(seeds.mean(), row, "|", color=color, markersize=11, markeredgewidth=1.6)
    axes.set_yticks(range(len(values)), [arm.replace("-", " ") for arm in values])
    axes.set_ylim(len(values) - 0.5, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def curves(
    axes: Axes,
    x: Real[np.ndarray, " points"],
    values: Float[np.ndarray, "seeds points"],
    color: str,
    dashes: ink.Dashes = ink.SOLID,
    width: float = 1.6,
    strength: float = 1.0,
) -> None:
    """A hairline a seed, and their mean in this width and these dashes."""
    axes.plot(x, values.T, color=color, linewidth=0.5, alpha=0.5 * strength)
    axes.plot(x, values.mean(0), color=color, linestyle=dashes, linewidth=width, alpha=strength)


def interval(seeds: Float[np.ndarray, " seeds"]) -> tuple[float, float]:
    """The 95 % t-interval of the mean over seeds."""
    mean = float(seeds.mean())
    if len(seeds) < 2:
        return mean, mean
    reach = float(stats.t.ppf(0.975, len(seeds) - 1) * seeds.std(ddof=1) / np.sqrt(len(seeds)))
    return mean - reach, mean + reach
