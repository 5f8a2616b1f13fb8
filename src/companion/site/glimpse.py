"""The strip in miniature, for the essay's map: every seed, the interval, and the region in which it had to lie.

It has no axis. The margin is written under its line, and the numbers stand beside the picture.
"""

import html

from companion.site.effects import Part, needed
from companion.site.numerals import interval, number, places_for, plain
from companion.site.strip import Scale

_INK = "var(--tt-ink)"
_QUIET = "var(--quiet)"
_SEEDS, _INTERVAL, _FLOOR, _HEIGHT = 9, 20, 26, 40  # pixels from the top


def glimpse(part: Part) -> str:
    """One part of a criterion as SVG, as wide as its place."""
    margins = [part["margin"]] if part["kind"] == "above" else [-part["margin"], part["margin"]]
    scale = Scale([*part["per_seed"], *(part["ci95"] or ()), *margins])
    left = scale(margins[0])
    right = "100%" if part["kind"] == "above" else scale(margins[-1])
    band = (
        f'<rect x="{left}" y="0" height="{_FLOOR}" style="width:calc({right} - {left})" fill="var(--tt-faint)" '
        f'fill-opacity=".55"/>'
    )
    borders = "".join(_border(scale(margin), plain(margin)) for margin in margins)
    dots = "".join(
        f'<circle cx="{scale(value)}" cy="{_SEEDS}" r="3" fill="{_INK}" fill-opacity=".5"/>'
        for value in part["per_seed"]
    )
    return (
        f'<svg class="glimpse" width="100%" height="{_HEIGHT}" role="img" '
        f'aria-label="{html.escape(_words(part), quote=True)}">{band}{borders}{dots}{_bar(scale, part)}</svg>'
    )


def _border(x: str, label: str) -> str:
    """The margin, with its value below; the value stays inside the picture."""
    place = float(x.rstrip("%"))
    anchor = "start" if place < 10 else "end" if place > 90 else "middle"
    return (
        f'<line x1="{x}" x2="{x}" y1="0" y2="{_FLOOR}" stroke="{_QUIET}"/>'
        f'<text x="{x}" y="{_HEIGHT - 2}" text-anchor="{anchor}" fill="{_QUIET}">{label}</text>'
    )


def _bar(scale: Scale, part: Part) -> str:
    if part["ci95"] is None:
        return ""
    (low, high), mean = (scale(bound) for bound in part["ci95"]), scale(part["mean"])
    return (
        f'<line x1="{low}" x2="{high}" y1="{_INTERVAL}" y2="{_INTERVAL}" stroke="{_INK}" stroke-width="2.2"/>'
        f'<line x1="{mean}" x2="{mean}" y1="{_INTERVAL - 4}" y2="{_INTERVAL + 4}" stroke="{_INK}" stroke-width="2.2"/>'
    )


def _words(part: Part) -> str:
    """The same in words, seed by seed."""
    places = places_for(part)
    seeds = ", ".join(number(value, places) for value in part["per_seed"])
    return f"The seeds: {seeds}. 95 % interval {interval(part['ci95'], places)}, needed {needed(part)}."
