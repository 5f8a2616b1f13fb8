"""The figure of boundary-record: what weights answer where nobody has spoken, after records were among their texts."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import ink, seeds
from companion.figures.labels import End, at_line_ends
from companion.figures.reasoning_rows import Seeds, difference_bar, dots, few_ticks, heading, named, set_apart

SHARES = ("no-records", "conclusions-5", "conclusions-20", "conclusions-50")
LINES = {
    "warranted_empty": ("the texts’ share", ink.EXACT, ink.LONG),
    "spoken_empty": ("spoken of", ink.WEIGHTS, ink.SOLID),
    "unspoken_empty": ("not spoken of", ink.WEIGHTS, ink.DASHED),
    "unsure": ("not disputed", ink.CHANCE, ink.DOTTED),
}
"""Answers against what prevails: on qualities that the record disputes, and on those where it agrees."""

EFFECTS = {
    "sentences": "what records speak of",
    "view": "the rest of the view",
}
COLORS = {
    "exchanged-50": ink.CHANCE,
    "no-records": ink.CHANCE,
}
NAMES = {
    "conclusions-50": "conclusions, 50 %",
    "no-records": "no records",
    "conclusions-5": "conclusions, 5 %",
    "conclusions-20": "conclusions, 20 %",
    "conversations-50": "whole conversations, 50 %",
    "exchanged-50": "exchanged views, 50 %",
}


def overview(
    shares: Float[np.ndarray, " shares"],
    answers: Mapping[str, Float[np.ndarray, "seeds shares"]],
    effects: Mapping[str, Mapping[str, Seeds]],
    against: str,
    margins: Mapping[str, float],
) -> Figure:
    """Answers by the share of records, and the judged differences by what was published."""
    figure, (left, right) = ink.new_figure(width=8.6, height=4.4, columns=2, shares=(1.0, 1.1))
    by_share(left, shares, answers)
    differences(right, effects, against, margins)
    set_apart(figure)
    return figure


def by_share(
    axes: Axes, shares: Float[np.ndarray, " shares"], answers: Mapping[str, Float[np.ndarray, "seeds shares"]]
) -> None:
    """A line for each kind of quality; the dark one is what the share of the view among the texts warrants."""
    for name, (_, color, dashes) in LINES.items():
        seeds.curves(axes, shares, answers[name], color, dashes)
    axes.set(
        xlim=(0, shares[-1]), ylim=(0, max(0.6, max(float(each.max()) for each in answers.values()) + 0.02)),
        xlabel="share of texts on the topic that are records",
        ylabel="answers against what prevails,\nnobody having spoken",
    )  # fmt: skip
    axes.set_xticks(shares, [f"{share:g}" for share in shares])
    ends = [End(float(answers[name][:, -1].mean()), *rest) for name, rest in LINES.items()]
    at_line_ends(axes, float(shares[-1]), ends, leaders=0.06)


def differences(
    axes: Axes, effects: Mapping[str, Mapping[str, Seeds]], against: str, margins: Mapping[str, float]
) -> None:
    """A row an arm under the name of each effect; a bar is the interval of the paired difference to no records."""
    names, row = list[str](), 0
    for effect, arms in effects.items():
        heading(axes, row, EFFECTS[effect])
        place = float(arms[against].mean()) + margins[effect]
        axes.plot([place] * 2, [row + 0.4, row + len(arms) + 0.5], color=ink.INK, linewidth=0.8, zorder=0)
        axes.annotate(
            f"margin {margins[effect]:g}", (place, row + 0.35), ha="center", va="bottom", fontsize=8.5
        )
        for number, (arm, found) in enumerate(arms.items(), row + 1):
            color = COLORS.get(arm, ink.WEIGHTS)
            dots(axes, number, found, color, bar=False)
            axes.plot(difference_bar(arms, arm, against), [number, number], color=color, linewidth=2.4)
        names += ["", *(NAMES.get(arm, arm) for arm in arms)]
        row += 1 + len(arms)
    named(axes, names)
    few_ticks(axes)
    axes.set_xlabel("lean toward the recorded view,\nnobody having spoken")
