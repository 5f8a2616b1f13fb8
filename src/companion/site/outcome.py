"""What came out, before anything else: how many verdicts of each kind, and what went against the essay first.

The sentences are those of the declarations. Where a hypothesis was refuted, the sentence is the one that said, before
anything was measured, what the world would then look like.
"""

from collections import Counter
from collections.abc import Sequence

from companion.lab import claims
from companion.lab.claims import Section
from companion.site import effects
from companion.site.evidence import Evidence, Standing
from companion.site.front import address, anchor, by_claim, everything, planned
from companion.site.phrases import typeset
from companion.site.verdicts import MEANING, badge, sign

_VERDICTS: tuple[Standing, ...] = ("refuted", "inconclusive", "supported")
_ORDER: tuple[Standing, ...] = (*_VERDICTS, *(standing for standing in MEANING if standing not in _VERDICTS))
_NOTE = (
    "The sentences were written before anything was measured: the hypothesis where it held, and where it was "
    "refuted what was then said of a world in which it is false. A bold number is the mean over the seeds; in "
    "parentheses stands its 95&nbsp;% interval, then what the interval had to clear. These are verdicts about small "
    "worlds, and the chapters say how far they carry."
)
_HEADS = {
    "refuted": "Against the essay",
    "inconclusive": "Undecided",
    "supported": "In its favor",
}


def outcome(sections: Sequence[Section], evidence: Sequence[Evidence]) -> str:
    """The tally, the essay's sections with a sign for each experiment, and the verdicts one by one."""
    lists = "".join(_list(verdict, [e for e in evidence if e.standing == verdict]) for verdict in _VERDICTS)
    return (
        f'<div class="outcome"><p class="tally">{tally(sections, evidence)}</p>{_overview(sections, evidence)}'
        f"{f'<p>{_NOTE}</p>' if lists else ''}{lists}</div>"
    )


def tally(sections: Sequence[Section], evidence: Sequence[Evidence]) -> str:
    """How many experiments came out how, and what that makes of the claims."""
    bearing = by_claim(sections, evidence)
    ledger = [claim for section in sections for claim in section.claims]
    counts = Counter(one.standing for one in evidence)
    missing = {id for claim in ledger for id in planned(claim, evidence)}
    counts["open"] += len(missing)
    total = len(evidence) + len(missing)
    verdicts = [{one.standing for one in bearing[claim.id]} & set(_VERDICTS) for claim in ledger]
    measured = [found for found in verdicts if found]
    held, unmeasured = sum(found == {"supported"} for found in measured), len(ledger) - len(measured)
    what = f"Of the claims {len(measured)} have" if unmeasured else "All of the claims have"
    return (
        f"The essay makes {len(ledger)} claims that an experiment can bear on; {total} experiments are planned or "
        f"done: {counted(counts)}. {what} been measured: for {held} every verdict is supported, for "
        f"{len(measured) - held} at least one is not.{f' The other {unmeasured} are open.' if unmeasured else ''}"
    )


def counted(counts: Counter[Standing]) -> str:
    """How many of each standing; what there is none of is not named."""
    return ", ".join(f"<b>{counts[standing]}&nbsp;{standing}</b>" for standing in _ORDER if counts[standing])


def _overview(sections: Sequence[Section], evidence: Sequence[Evidence]) -> str:
    """A row for each section, a sign for each experiment that bears on it."""
    bearing = by_claim(sections, evidence)
    rows = []
    for section in sections:
        tested = [one for claim in section.claims for one in bearing[claim.id]]
        distinct = {one.experiment.id: one.standing for one in tested}
        distinct |= {id: "open" for claim in section.claims for id in planned(claim, evidence)}
        standings = sorted(distinct.values(), key=_ORDER.index)
        counts = Counter(standings)
        words = ", ".join(f"{count} {standing}" for standing, count in counts.items())
        rows.append(
            f'<tr><th scope="row"><a href="#essay-{section.number}">{typeset(section.title)}</a></th>'
            f'<td><span class="signs">{"".join(map(sign, standings))}</span>'
            f'<span class="unseen">{words}</span></td></tr>'
        )
    head = (
        '<thead class="unseen"><tr><th scope="col">Section</th><th scope="col">Experiments</th></tr></thead>'
    )
    signs = " ".join(badge(standing) for standing in _ORDER)
    caption = f'<caption>A sign for each experiment on a section’s claims. <span class="key">{signs}</span></caption>'
    return f'<table class="overview">{caption}{head}<tbody>{"".join(rows)}</tbody></table>'


def _list(verdict: Standing, found: Sequence[Evidence]) -> str:
    if not found:
        return ""
    items = "".join(f"<li>{_found(one)}</li>" for one in found)
    key = f'<p class="outcome-key">{sign(verdict)}{MEANING[verdict].capitalize()}.</p>'
    return f'<h3>{_HEADS[verdict]}</h3>{key}<ul class="outcome-list outcome-{verdict}">{items}</ul>'


def _found(evidence: Evidence) -> str:
    """The sentence of the declaration that fits the verdict, then the numbers."""
    experiment = evidence.experiment
    sentence = {
        "supported": experiment.hypothesis,
        "refuted": experiment.refuted_when,
        "inconclusive": experiment.question,
    }[evidence.standing]
    return f'<p class="outcome-words">{typeset(sentence)}</p><p class="outcome-effect">{_named(evidence)}</p>'


def _named(evidence: Evidence) -> str:
    experiment = evidence.experiment
    place = f'<a href="#{anchor(experiment.claim)}">{experiment.claim}</a>'
    title = f'<a href="{address(experiment.id)}">{typeset(experiment.title)}</a>'
    numbers = "; ".join(effects.all_short(evidence.parts))
    stop = "" if experiment.title.endswith("?") else ":"
    return f"<span>{place}</span><span>{title}{stop} {numbers}.</span>"


def drawn_outcome() -> str:
    """What came out until today."""
    return outcome(claims.sections(), everything())
