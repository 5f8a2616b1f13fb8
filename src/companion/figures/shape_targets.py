"""The figure of shape-targets: two domains, each taught by its own target and by the other's."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from companion.figures import accuracy, ink, seeds
from companion.figures.reasoning_rows import Seeds, before_and_after, few_ticks, heading, named, set_apart

TITLES = {"game": "Game", "language": "Language"}
NAMES = {
    "game": {
        "native": "search",
        "same_samples": "outcome, same samples",
        "same_cpu": "outcome, same CPU",
        "broken": "another’s outcome",
    },
    "language": {
        "native": "outcome",
        "same_samples": "traces, same samples",
        "same_cpu": "traces, same CPU",
        "broken": "another’s traces",
    },
}
COLORS = {"native": ink.CONTEXT, "same_samples": ink.WEIGHTS, "same_cpu": ink.WEIGHTS, "broken": ink.CHANCE}


def overview(
    prior: Mapping[str, Seeds],
    after: Mapping[str, Mapping[str, Seeds]],
    broken: Mapping[str, Seeds],
    chance: Mapping[str, float],
    share: Mapping[str, Mapping[str, tuple[Seeds, Seeds]]],
    margin: float,
) -> Figure:
    """Accuracy of what is drawn, before (open) and after each target; right, the shares that are judged."""
    figure, panels = ink.new_figure(width=8.6, height=3.4, columns=3, shares=(1.0, 1.0, 1.1))
    for axes, domain in zip(panels[:2], after, strict=True):
        cells(axes, domain, prior[domain], {**after[domain], "broken": broken[domain]}, chance[domain])
    shares(panels[2], share, margin)
    set_apart(figure)
    return figure


def cells(axes: Axes, domain: str, prior: Seeds, after: Mapping[str, Seeds], chance: float) -> None:
    """A row a target; its native one is drawn as the amplifier, the swapped ones as weights."""
    for row, (name, values) in enumerate(after.items()):
        before_and_after(axes, row, prior, values, COLORS[name])
    named(axes, [NAMES[domain][name] for name in after])
    axes.set_title(TITLES[domain], pad=20)
    accuracy.along_x(axes, 0.0, chance, "right when drawn,\nbefore (open) and after")
    few_ticks(axes)


def shares(axes: Axes, share: Mapping[str, Mapping[str, tuple[Seeds, Seeds]]], margin: float) -> None:
    """For each domain and arm the share of the native gain, from as many samples and in as much computing time."""
    rows, colors, names, heads = dict[str, Seeds](), dict[str, str](), list[str](), dict[int, str]()
    main, *_ = share
    for domain in share[main]:
        heads[len(names)] = TITLES[domain]
        rows[domain] = np.full(1, np.nan)
        names.append("")
        for arm, found in share.items():
            for what, values in zip(("same samples", "same CPU"), found[domain], strict=True):
                key = f"{domain} {arm} {what}"
                rows[key] = values
                colors[key] = ink.WEIGHTS if arm == main else ink.CHANCE
                names.append(what if arm == main else f"{what}, broken")
    seeds.dots_by_arm(axes, rows, margin, colors)
    axes.set_yticks(range(len(names)), names)
    for row, words in heads.items():
        heading(axes, row, words)
    axes.axvline(1.0, color=ink.CONTEXT, linewidth=0.7, alpha=0.7, zorder=0)
    axes.set_xlabel("share of the native\ntarget’s gain")
    few_ticks(axes)
