"""The figure of agent-capacity: how close an agent that asks comes to Bayes, and by which way."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.reasoning_rows import Seeds, before_and_after, few_ticks, named

COLORS = {
    "shuffled-reward": ink.CHANCE,
    "no-reward": ink.CHANCE,
    "no-evidence": ink.CHANCE,
    "prevailing-reward": ink.WEIGHTS,
}
NAMES = {
    "outcome-reward": "reward: outcome",
    "prevailing-reward": "reward: prevailing",
    "shuffled-reward": "reward: shuffled",
    "no-reward": "reward: none",
    "no-evidence": "replies: no evidence",
    "weak-prior": "prior: weak",
    "no-dissent-prior": "prior: no dissent",
    "supervised-prior": "prior: supervised",
    "strength-30": "prevailing view: 30 %",
    "strength-60": "prevailing view: 60 %",
    "with-replay": "replay of texts",
}
MEASURES = {
    "own_trained": ("agrees, trained topics", ink.CONTEXT),
    "own_new": ("agrees, new topics", ink.CONTEXT),
    "any_new": ("…, any questions", ink.CONTEXT),
    "new_framing": ("…, new framing", ink.CONTEXT),
    "new_quality": ("…, new qualities", ink.CONTEXT),
    "reachable": ("replies suffice", ink.CONTEXT),
    "probe": ("probe reads view", ink.CONTEXT),
    "unasked": ("prior, unasked", ink.WEIGHTS),
}
"""What is shown of the main arm; what the weights answer by themselves is blue."""


def overview(
    before: Mapping[str, Seeds],
    after: Mapping[str, Seeds],
    changes: Mapping[str, tuple[Seeds, Seeds]],
    exact: Mapping[str, float],
    rise: Mapping[str, Seeds],
    margin: float,
) -> Figure:
    """Agreement by arm, what changed in the main one, and the judged rise."""
    figure, (left, middle, right) = ink.new_figure(width=8.6, height=4.6, columns=3, shares=(1.0, 0.9, 0.8))
    by_arm(left, before, after)
    in_the_main_arm(middle, changes, exact)
    seeds.dots_by_arm(right, rise, margin, COLORS)
    right.set_yticks(range(len(rise)), [""] * len(rise))
    few_ticks(right)
    right.set_xlabel("rise in agreement, new topics")
    return figure


def by_arm(axes: Axes, before: Mapping[str, Seeds], after: Mapping[str, Seeds]) -> None:
    """A row an arm, from the prior (open) to the agent (full)."""
    for row, arm in enumerate(after):
        before_and_after(axes, row, before[arm], after[arm], COLORS.get(arm, ink.CONTEXT))
    named(axes, [NAMES.get(arm, arm.replace("-", " ")) for arm in after])
    _from_chance_to_bayes(axes, "agrees with Bayes, new topics")


def in_the_main_arm(
    axes: Axes, changes: Mapping[str, tuple[Seeds, Seeds]], exact: Mapping[str, float]
) -> None:
    """A row a measure; a dark stroke is what is exact: questions at random, and the posterior itself."""
    for row, (name, (first, last)) in enumerate(changes.items()):
        before_and_after(axes, row, first, last, MEASURES[name][1])
        if name in exact:
            axes.plot([exact[name]] * 2, [row - 0.4, row + 0.4], color=ink.EXACT, linewidth=1.6)
    named(axes, [MEASURES[name][0] for name in changes])
    _from_chance_to_bayes(axes, "share or probability")


def _from_chance_to_bayes(axes: Axes, name: str) -> None:
    axes.set(xlim=(0, 1), xlabel=f"{name},\nbefore (open) and after")
    axes.axvline(1.0, color=ink.EXACT, linewidth=1.2, clip_on=False)
    axes.axvline(0.5, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    accuracy.on_top(axes, 1.0, "Bayes", ink.EXACT)
    accuracy.on_top(axes, 0.5, "chance", ink.CHANCE)
