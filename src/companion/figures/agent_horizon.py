"""The figure of agent-horizon: over which span answers hang together."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, few_ticks

COLORS = {"by-dan": ink.CHANCE}
KINDS = {
    "bayes_of_training_within": ("", ink.EXACT, ink.DOTTED),
    "bayes_of_training_across": ("", ink.EXACT, ink.DOTTED),
    "bayes_within": ("Bayes", ink.EXACT, ink.LONG),
    "bayes_across": ("Bayes", ink.EXACT, ink.LONG),
    "within": ("within one", ink.CONTEXT, ink.SOLID),
    "across": ("across", ink.WEIGHTS, ink.SOLID),
}
UNTOLD = {"untold": ("across, untold", ink.WEIGHTS, ink.DASH_DOT)}
"""Whose coherence, and its name where it has room."""
BETWEEN = {
    "silence": ("silence", ink.SOLID),
    "dan": ("Dan speaks", ink.DASH_DOT),
    "distance": ("distance alone", ink.DOTTED),
}
"""What lies between an answer and a later one."""

Kinds = Mapping[str, tuple[str, str, ink.Dashes]]
Curves = Mapping[str, Float[np.ndarray, "seeds points"]]


def overview(
    turns: list[int],
    by_turns: Mapping[str, Float[np.ndarray, "seeds turns"]],
    strengths: list[float],
    by_strength: Mapping[str, Float[np.ndarray, "seeds strengths"]],
    delays: list[int],
    by_delay: Mapping[str, Float[np.ndarray, "seeds delays"]],
    span: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """Coherence by turns, by strength and by delay, and the judged span."""
    figure, table = ink.new_figure(width=8.0, height=6.2, columns=2, rows=2)
    (one, two), (three, four) = table
    within_and_across(one, turns, by_turns)
    one.set(xlabel="turns of a conversation", xticks=turns[:1] + turns[2:])
    within_and_across(two, list(range(len(strengths))), by_strength, UNTOLD)
    two.set_xticks(range(len(strengths)), [f"{strength:g}" for strength in strengths])
    two.set_xlabel("how often the prevailing view is held")
    later(three, delays, by_delay, float(by_turns["bayes_within"][:, -1].mean()))
    seeds.dots_by_arm(four, span, margin, COLORS)
    accuracy.on_top(four, 0.0, "chance", ink.CHANCE)
    four.axvline(0.0, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    few_ticks(four)
    four.set_xlabel("coherence six turns later: this\nconversation less others")
    return figure


def within_and_across(
    axes: Axes, points: list[int], found: Curves, also: Kinds = MappingProxyType({})
) -> None:
    """Coherence within a conversation and across conversations, the model's and that of the two Bayes agents."""
    ends = []
    for name, (words, color, dashes) in {**KINDS, **also}.items():
        if color == ink.EXACT:
            axes.plot(points, found[name].mean(0), color=color, linestyle=dashes, linewidth=1.2)
        else:
            seeds.curves(axes, np.array(points), found[name], color, dashes)
        if words:
            ends.append(End(float(found[name][:, -1].mean()), words, color, dashes))
    _from_chance(axes, points, ends)


def later(axes: Axes, delays: list[int], found: Curves, bayes: float) -> None:
    """Coherence of answers with later ones, by what lies between them; nothing of it changes a Bayes agent."""
    axes.axhline(bayes, color=ink.EXACT, linestyle=ink.LONG, linewidth=1.2)
    ends = [End(bayes, "Bayes", ink.EXACT, ink.LONG)]
    for name, (words, dashes) in BETWEEN.items():
        seeds.curves(axes, np.array(delays), found[name], ink.CONTEXT, dashes)
        ends.append(End(float(found[name][:, -1].mean()), words, ink.CONTEXT, dashes))
    axes.set(xlabel="turns until the later answer", xticks=delays[:1] + delays[2:])
    _from_chance(axes, delays, ends)


def _from_chance(axes: Axes, points: list[int], ends: list[End]) -> None:
    axes.axhline(0.0, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2)
    axes.set(xlim=(points[0], points[-1]), ylim=(-0.05, 1.02), ylabel="coherence")
    at_line_ends(axes, float(points[-1]), [*ends, End(0.0, "chance", ink.CHANCE, ink.DASHED)])
