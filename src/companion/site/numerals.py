"""Numbers as they are printed: as many decimals as the interval justifies, a real minus sign."""

from collections.abc import Mapping, Sequence
from math import floor, isfinite, log10
from typing import Any


def decimals(low: float | int, high: float | int, least: int = 1, most: int = 6) -> int:
    """Decimals that show two digits of an interval's half-width."""
    half = abs(high - low) / 2
    if not isfinite(half) or half == 0:
        return 3
    return min(most, max(least, 1 - floor(log10(half))))


def number(value: float | int, places: int) -> str:
    """A number with `places` decimals; a negative one has a minus sign, not a hyphen, and zero has none."""
    return f"{value:z.{places}f}".replace("-", "\N{MINUS SIGN}")


def plain(value: float | int) -> str:
    """A round number as it is, with a minus sign where it is negative."""
    return f"{round(value, 10):g}".replace("-", "\N{MINUS SIGN}")


def interval(bounds: Sequence[float | int] | None, places: int) -> str:
    """An interval in words, or a dash where there is none."""
    return "\N{EN DASH}" if bounds is None else f"{number(bounds[0], places)} to {number(bounds[1], places)}"


def places_for(summary: Mapping[str, Any]) -> int:
    """Decimals for a stored summary ({"ci95": [low, high] or None, "mean": x, ...})."""
    bounds = summary["ci95"]
    return 3 if bounds is None else decimals(bounds[0], bounds[1])


def duration(seconds: float | int) -> str:
    """A duration that a person can picture."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
