"""The figure of boundary-report: what training for calm does to reports, to answers and to what a probe reads."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.reasoning_rows import Seeds, before_and_after, few_ticks, heading, named, set_apart

NAMES = {
    "calm": "calm, all weights",
    "calm-levels-alone": "calm, five rows alone",
    "sham": "sham: true reports",
}
COUPLED = {
    "coupling": "what it reports",
    "decided": "how decided it answers",
    "probe": "what a probe reads",
}
SHARES = {
    "certain": "reports: certain",
    "note": "notes: certain",
    "distance": "answers, from Bayes",
}
MEASURES = (*COUPLED, *SHARES)
COLORS = {"sham": ink.CHANCE}

Changes = Mapping[str, Mapping[str, tuple[Seeds, Seeds]]]


def overview(changes: Changes, gap: Mapping[str, Seeds], margin: float) -> Figure:
    """Correlations with the exact confidence, shares and distances, and the judged gap."""
    figure, (left, middle, right) = ink.new_figure(width=8.6, height=4.4, columns=3, shares=(1.0, 0.9, 0.7))
    in_groups(left, changes, COUPLED)
    left.set(xlim=(-0.1, 1), xlabel="correlation with the exact confidence,\nbefore (open) and after")
    left.axvline(1.0, color=ink.EXACT, linewidth=1.2, clip_on=False)
    accuracy.on_top(left, 1.0, "Bayes", ink.EXACT)
    left.axvline(0.0, color=ink.CHANCE, linestyle=ink.DASHED, linewidth=1.2, zorder=0)
    accuracy.on_top(left, 0.0, "nothing", ink.CHANCE)
    in_groups(middle, changes, SHARES)
    middle.set(xlim=(0, 1), xlabel="share, or total variation,\nbefore (open) and after")
    seeds.dots_by_arm(right, gap, margin, COLORS)
    right.set_yticks(range(len(gap)), [NAMES.get(arm, arm) for arm in gap])
    few_ticks(right)
    right.set_xlabel("probe beyond report,\nafter the training")
    set_apart(figure)
    return figure


def in_groups(axes: Axes, changes: Changes, measures: Mapping[str, str]) -> None:
    """A row a measure under the name of each arm."""
    names, row = list[str](), 0
    for arm, found in changes.items():
        heading(axes, row, NAMES.get(arm, arm))
        for place, name in enumerate(measures, row + 1):
            before_and_after(axes, place, *found[name], COLORS.get(arm, ink.CONTEXT))
        names += ["", *measures.values()]
        row += 1 + len(measures)
    named(axes, names)
    few_ticks(axes)
