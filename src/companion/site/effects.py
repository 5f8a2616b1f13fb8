"""A measured effect in words: the mean over the seeds, its 95 % interval, and what had to come out."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from companion.site.evidence import Evidence
from companion.site.numerals import interval, number, places_for, plain
from companion.site.phrases import typeset
from companion.site.verdicts import sign

Part = Mapping[str, Any]  # one part of a criterion with what was measured, as the result file has it


def short(part: Part) -> str:
    """The effect as a phrase of HTML: "0.395 share of the gain (0.340 to 0.451), needed: above 0.5"."""
    places = places_for(part)
    return (
        f"<b>{number(part['mean'], places)}</b> {html.escape(part['unit'])} "
        f"({interval(part['ci95'], places)}), needed: {needed(part)}"
    )


def all_short(parts: Sequence[Part]) -> list[str]:
    """Every part of a criterion as such a phrase; where there are several, each with its own verdict in front."""
    if len(parts) < 2:
        return [short(part) for part in parts]
    return [f"{_own_verdict(part)}{short(part)}" for part in parts]


def _own_verdict(part: Part) -> str:
    return f'<span class="part-sign">{sign(part["verdict"])}</span><span class="unseen">{part["verdict"]}: </span>'


def needed(part: Part) -> str:
    """What the declaration asks of the interval."""
    return {"above": "above ", "within": "within ±"}[part["kind"]] + plain(part["margin"])


def meaning(evidence: Evidence, part: Part) -> str:
    """What was measured, as a sentence of HTML."""
    words = typeset(evidence.experiment.quantities[part["effect"]].meaning)
    against = f", minus that of arm {html.escape(str(part['against']))}" if part["against"] else ""
    return f"{words[:1].upper()}{words[1:]}{against}."
