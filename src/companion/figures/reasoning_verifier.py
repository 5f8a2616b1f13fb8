"""The figure of cot-verifier: gains from a verifier that lies, and from the policy’s own marks."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, before_and_after, difference_bar, named, set_apart

COLORS = {"all-flipped": ink.CHANCE}
OWN = {
    "": "right answers",
    "marks_true_": "marks that tell\nthe truth",
    "marked_ok_": "traces that\nend with ok",
}


def overview(
    flipped: Mapping[str, float],
    gain: Mapping[str, Seeds],
    before: Seeds,
    own: Mapping[str, Seeds],
    against: str,
    margin: float,
    chance: Mapping[str, float],
) -> Figure:
    """The gain by the share of rewards turned around; right, a policy that grades itself, before and after."""
    figure, (left, right) = ink.new_figure(width=7.6, height=3.5, columns=2, shares=(1.15, 0.85))
    set_apart(figure)
    by_lies(left, flipped, gain, before, against, margin, chance["word"])
    left.set_title("word problem", pad=20)
    own_marks(right, own, chance["countdown"])
    right.set_title("Countdown, graded by itself", pad=20)
    return figure


def by_lies(
    axes: Axes,
    flipped: Mapping[str, float],
    gain: Mapping[str, Seeds],
    before: Seeds,
    against: str,
    margin: float,
    chance: float,
) -> None:
    """A dot a seed, a hairline through each seed's dots. A bar beside them is the interval of the paired difference
    to the arm `against`, set off from its mean: it lies above the margin's line where the criterion holds.
    """
    order = sorted(gain, key=lambda arm: flipped[arm])
    shares, found = np.array([flipped[arm] for arm in order]), np.array([gain[arm] for arm in order]).T
    seeds.curves(axes, shares, found, ink.CONTEXT)
    for arm in order:
        _at(axes, flipped[arm], gain[arm], COLORS.get(arm, ink.CONTEXT), difference_bar(gain, arm, against))
    start, base = float(before.mean()), float(gain[against].mean())
    lines = (
        End(1 - start, "solver", ink.EXACT),
        End(base + margin, f"tossed coin + {margin:g}", ink.INK),
        End(0.0, "no gain", ink.INK),
        End(chance - start, "chance", ink.CHANCE, ink.DASHED),
    )
    for line, width in zip(lines, (1.2, 0.8, 0.6, 1.2), strict=True):
        axes.axhline(line.height, color=line.color, linestyle=line.dashes, linewidth=width, zorder=0)
    bars = [end for arm in order for end in difference_bar(gain, arm, against)]
    lowest, highest = min(chance - start, *bars, *found.flat), max(1 - start, *bars, *found.flat)
    axes.set(xlim=(-0.03, 1.05), ylim=(lowest - 0.02, highest + 0.02))
    axes.set_xticks(shares, [f"{share:g}" for share in shares])
    axes.set(
        xlabel="share of rewards turned around;\nbars: difference to the tossed coin, 95 %",
        ylabel="right answers gained by the run",
    )
    at_line_ends(axes, 1.05, lines, apart=0.07, leaders=0.05)


def _at(axes: Axes, x: float, values: Seeds, color: str, bar: tuple[float, float]) -> None:
    axes.plot(
        np.full(len(values), x), values, "o", color=color, markersize=3.5, alpha=0.55, markeredgewidth=0
    )
    axes.plot([x + 0.025] * 2, bar, color=color, linewidth=2.4)


def own_marks(axes: Axes, own: Mapping[str, Seeds], chance: float) -> None:
    """What a policy's last mark says before and after that mark was its reward."""
    for row, name in enumerate(OWN):
        before_and_after(axes, row, own[f"{name}before"], own[f"{name}after"], ink.CONTEXT)
    named(axes, list(OWN.values()))
    accuracy.along_x(axes, 0.0, chance, "share, before (open) and after")
