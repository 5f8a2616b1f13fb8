"""Every seed, the 95 % interval and the declared margin on one line: the evidence at a glance.

Positions are percentages and sizes are pixels, so that the strip is as wide as its page and its text stays legible
on a phone.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.ticker import MaxNLocator

from companion.site.evidence import Evidence
from companion.site.numerals import interval, number, places_for, plain

_INK = "var(--tt-ink, var(--jp-ui-font-color1, #24221e))"
_QUIET = "var(--tt-chance, #757269)"
_ROW, _TOP, _FOOT = 46, 20, 24  # pixels


class Scale:
    """Values to percentages of the width."""

    def __init__(self, values: Sequence[float]) -> None:
        low, high = min(values), max(values)
        pad = 0.08 * (high - low) or 0.08 * (abs(high) or 1.0)
        self.low, self.high = low - pad, high + pad

    def __call__(self, value: float | int) -> str:
        """Where the value lies, as a percentage."""
        return f"{2 + 96 * (value - self.low) / (self.high - self.low):.2f}%"

    def ticks(self) -> list[float]:
        """A few round values inside the scale."""
        return [t for t in MaxNLocator(4).tick_values(self.low, self.high) if self.low <= t <= self.high]


def strip(evidence: Evidence) -> str:
    """The strip as SVG; empty where nothing has been measured."""
    primary, sabotage = evidence.primary, evidence.sabotage
    if primary is None:
        return ""
    rows = [(f"{primary['arm']}, the main arm", primary, True)]
    if sabotage is not None:
        rows.append((f"{sabotage['arm']}, the sabotage arm", sabotage, False))
    margins = [primary["margin"]] if primary["kind"] == "above" else [-primary["margin"], primary["margin"]]
    seen = [value for _, part, _ in rows for value in (*part["per_seed"], *(part["ci95"] or ()))]
    scale = Scale([*seen, *margins])
    height = _TOP + _ROW * len(rows) + _FOOT
    drawn = [_goal(scale, primary, margins, height - _FOOT)]
    drawn += [_row(scale, label, part, solid, _TOP + _ROW * i) for i, (label, part, solid) in enumerate(rows)]
    drawn.append(_axis(scale, height - _FOOT))
    return (
        f'<svg width="100%" height="{height}" role="img" aria-label="{html.escape(_words(evidence), quote=True)}" '
        f'style="font:12.5px var(--sans, sans-serif)">{"".join(drawn)}</svg>'
    )


def _goal(scale: Scale, primary: Mapping[str, Any], margins: Sequence[float], bottom: int) -> str:
    """The region in which the interval must lie, its border and its name."""
    left = scale(margins[0])
    right = "98%" if primary["kind"] == "above" else scale(margins[-1])
    width = f"calc({right} - {left})"
    borders = "".join(
        f'<line x1="{scale(m)}" x2="{scale(m)}" y1="{_TOP}" y2="{bottom}" stroke="{_QUIET}" stroke-width="1"/>'
        for m in margins
    )
    end = float(left.rstrip("%")) > 60
    name = {"above": "above ", "within": "within ±"}[primary["kind"]] + plain(primary["margin"])
    text = (
        f'<text x="{left}" dx="{-5 if end else 5}" y="{_TOP - 7}" text-anchor="{"end" if end else "start"}" '
        f'fill="{_QUIET}">declared: {name}</text>'
    )
    band = f'<rect x="{left}" y="{_TOP}" height="{bottom - _TOP}" style="width:{width}" fill="var(--tint, #f2f0ea)"/>'
    return band + borders + text


def _row(scale: Scale, label: str, part: Mapping[str, Any], solid: bool, top: int) -> str:
    """One arm: its name, a dot for each seed, the interval with its mean."""
    fill = (
        f'fill="{_INK}" fill-opacity=".5"' if solid else f'fill="none" stroke="{_QUIET}" stroke-width="1.3"'
    )
    ink = _INK if solid else _QUIET
    dots = "".join(f'<circle cx="{scale(v)}" cy="{top + 25}" r="3.6" {fill}/>' for v in part["per_seed"])
    line = ""
    if part["ci95"] is not None:
        low, high = (scale(bound) for bound in part["ci95"])
        mean = scale(part["mean"])
        line = (
            f'<line x1="{low}" x2="{high}" y1="{top + 37}" y2="{top + 37}" stroke="{ink}" stroke-width="2.4"/>'
            f'<line x1="{mean}" x2="{mean}" y1="{top + 32.5}" y2="{top + 41.5}" stroke="{ink}" stroke-width="2.4"/>'
        )
    return f'<text x="2%" y="{top + 14}" fill="{_INK if solid else _QUIET}">{html.escape(label)}</text>{dots}{line}'


def _axis(scale: Scale, y: int) -> str:
    ticks = scale.ticks()
    labels = "".join(
        f'<text x="{scale(t)}" y="{y + 16}" text-anchor="middle" fill="{_QUIET}">{plain(t)}</text>'
        for t in ticks
    )
    marks = "".join(
        f'<line x1="{scale(t)}" x2="{scale(t)}" y1="{y}" y2="{y + 4}" stroke="{_QUIET}"/>' for t in ticks
    )
    return f'<line x1="2%" x2="98%" y1="{y}" y2="{y}" stroke="{_QUIET}"/>{marks}{labels}'


def _words(evidence: Evidence) -> str:
    """The same in words, for a screen reader."""
    primary = evidence.primary
    assert primary is not None
    places = places_for(primary)
    return (
        f"{len(primary['per_seed'])} seeds of {primary['effect']}: mean {number(primary['mean'], places)}, "
        f"95 % interval {interval(primary['ci95'], places)}; {evidence.experiment.criterion.words()}."
    )
