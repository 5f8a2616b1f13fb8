"""The figures of shape-amplify-distil: three ladders on the same axes, and what each round had to gain and kept."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Real
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, few_ticks, heading

ByMoment = Float[np.ndarray, "seeds moments"]
BySystem = Mapping[str, ByMoment]

TITLES = {"game": "Game", "traces": "Traces", "answers": "Answers"}
LEAST = {"game": "network", "traces": "one trace", "answers": "at once"}
AMPLIFIED = {"game": "search", "traces": "vote", "answers": "trace"}
COLORS = {"shuffled": ink.CHANCE}
MARKS = {"game": "s", "traces": "o", "answers": "^"}


def overview(
    least: BySystem,
    amplified: BySystem,
    chance: Mapping[str, float],
    share: Mapping[str, Mapping[str, Seeds]],
    margin: float,
) -> Figure:
    """A panel a system, accuracy by round at least compute and amplified; right, the share of the first gain kept."""
    figure, panels = ink.new_figure(width=8.6, height=3.6, columns=4, shares=(1.0, 1.0, 1.0, 1.25))
    for axes, system in zip(panels[:3], least, strict=True):
        ladder(axes, system, least[system], amplified[system], chance[system])
        if axes is not panels[0]:
            axes.set_ylabel("")
            axes.tick_params(axis="y", labelleft=False)
    shares_kept(panels[3], share, margin)
    return figure


def ladder(axes: Axes, system: str, least: ByMoment, amplified: ByMoment, chance: float) -> None:
    """One system's rounds: every seed a hairline, blue at least compute, orange with the amplifier."""
    rounds = np.arange(least.shape[1])
    ends = accuracy.along_y(axes, 0.0, chance, "right moves or answers")
    seeds.curves(axes, rounds, least, ink.WEIGHTS)
    seeds.curves(axes, rounds, amplified, ink.CONTEXT)
    axes.set(xlim=(0, rounds[-1]), xlabel="rounds", title=TITLES[system])
    axes.set_xticks(rounds)
    ends += [
        End(float(least[:, -1].mean()), LEAST[system], ink.WEIGHTS),
        End(float(amplified[:, -1].mean()), AMPLIFIED[system], ink.CONTEXT),
    ]
    at_line_ends(axes, float(rounds[-1]), ends)


def shares_kept(axes: Axes, share: Mapping[str, Mapping[str, Seeds]], margin: float) -> None:
    """A row for each condition under the name of each system, against the declared margin; 1 is all of the gain."""
    rows, colors, names, heads = dict[str, Seeds](), dict[str, str](), list[str](), list[int]()
    for system, arms in share.items():
        heads.append(len(names))
        rows[system] = np.full(1, np.nan)
        names.append("")
        for arm, values in arms.items():
            rows[f"{system} {arm}"] = values
            colors[f"{system} {arm}"] = COLORS.get(arm, ink.WEIGHTS)
            names.append(arm)
    seeds.dots_by_arm(axes, rows, margin, colors)
    axes.set_yticks(range(len(names)), names)
    for row, system in zip(heads, share, strict=True):
        heading(axes, row, TITLES[system])
    axes.axvline(1.0, color=ink.CONTEXT, linewidth=0.7, alpha=0.7, zorder=0)
    axes.axvline(0.0, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=0.9, zorder=0)
    axes.set_xlabel("share of the first\ngain that is kept")
    few_ticks(axes)


def gains(
    least: BySystem,
    amplified: BySystem,
    lengths: Real[np.ndarray, " lengths"],
    first: Float[np.ndarray, "seeds lengths"],
    last: Float[np.ndarray, "seeds lengths"],
    traced: Float[np.ndarray, "seeds lengths"],
    chance: float,
) -> Figure:
    """Left: what a round kept against what there was to gain when it began. Right: answers at once by length."""
    figure, (left, right) = ink.new_figure(width=7.6, height=3.4, columns=2)
    rounds_on_one_plane(left, least, amplified)
    answers_by_length(right, lengths, first, last, traced, chance)
    return figure


def rounds_on_one_plane(axes: Axes, least: BySystem, amplified: BySystem) -> None:
    """A mark a round and seed: along x what the amplifier adds before it, along y what the round adds without."""
    axes.axhline(0.0, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.0, zorder=0)
    axes.plot([0, 1], [0, 1], color=ink.EXACT, linewidth=1.0, zorder=0)
    for system in least:
        there = (amplified[system] - least[system])[:, :-1]
        kept = np.diff(least[system], axis=1)
        axes.plot(
            there.ravel(), kept.ravel(), MARKS[system], color=ink.WEIGHTS, markersize=4,
            markerfacecolor=ink.WEIGHTS if system == "game" else ink.PAPER, alpha=0.8, label=TITLES[system],
        )  # fmt: skip
    axes.set(xlim=(-0.05, 0.9), ylim=(-0.2, 0.5))
    axes.set(xlabel="what the amplifier adds before a round", ylabel="what the round adds without it")
    axes.text(0.44, 0.46, "all of it", color=ink.EXACT, fontsize=8.5, ha="right")
    axes.legend(loc="upper right", handletextpad=0.1)


def answers_by_length(
    axes: Axes,
    lengths: Real[np.ndarray, " lengths"],
    first: Float[np.ndarray, "seeds lengths"],
    last: Float[np.ndarray, "seeds lengths"],
    traced: Float[np.ndarray, "seeds lengths"],
    chance: float,
) -> None:
    """Right answers by the number of permutations: at once before (dotted) and after, and after a trace before."""
    ends = accuracy.along_y(axes, 0.0, chance, "right answers")
    seeds.curves(axes, lengths, first, ink.WEIGHTS, ink.DOTTED)
    seeds.curves(axes, lengths, last, ink.WEIGHTS)
    seeds.curves(axes, lengths, traced, ink.CONTEXT)
    axes.set(xlim=(lengths[0], lengths[-1]), xlabel="permutations")
    axes.set_xticks(lengths)
    ends += [
        End(float(first[:, -1].mean()), "at once, first", ink.WEIGHTS, ink.DOTTED),
        End(float(last[:, -1].mean()), "at once, last", ink.WEIGHTS),
        End(float(traced[:, -1].mean()), "with a trace, first", ink.CONTEXT),
    ]
    at_line_ends(axes, float(lengths[-1]), ends)
