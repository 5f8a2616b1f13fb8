"""The essay's claims with what has been found about each, and the signs explained: what the front page shows."""

from collections import Counter
from collections.abc import Mapping, Sequence

from companion.lab import claims, registry
from companion.lab.claims import Claim, Section
from companion.site.evidence import Evidence, gather
from companion.site.phrases import typeset
from companion.site.verdicts import MEANING, badge


def essay_map(sections: Sequence[Section], evidence: Sequence[Evidence]) -> str:
    """Every section with its claims; under each claim its experiments and their verdicts."""
    by_claim: dict[str, list[Evidence]] = {}
    for found in evidence:
        for claim in (found.experiment.claim, *found.experiment.also):
            by_claim.setdefault(claim, []).append(found)
    drawn = "".join(_section(section, by_claim) for section in sections)
    return f'<p class="tally">{tally(sections, evidence)}</p><div class="essay-map">{drawn}</div>'


def tally(sections: Sequence[Section], evidence: Sequence[Evidence]) -> str:
    """How far the book has come, in two sentences."""
    ledger = [claim for section in sections for claim in section.claims]
    planned = {id for claim in ledger for id in claim.experiments} | {e.experiment.id for e in evidence}
    counts = Counter(e.standing for e in evidence)
    found = [
        f"{counts[standing]} {standing}" for standing in MEANING if counts[standing] and standing != "open"
    ]
    so_far = ", ".join(found) or "none declared yet"
    return f"{len(ledger)} claims, {len(planned)} experiments planned or done. So far: {so_far}."


def anchor(claim: str) -> str:
    """The id of a claim's place on the map: "c1-2" for C1.2."""
    return claim.lower().replace(".", "-")


def _section(section: Section, by_claim: Mapping[str, list[Evidence]]) -> str:
    rows = "".join(_claim(claim, by_claim.get(claim.id, [])) for claim in section.claims)
    title = f"<h3>{section.number}&ensp;{typeset(section.title)}</h3>"
    return f'<section class="essay-section">{title}{rows}</section>'


def _claim(claim: Claim, tested: Sequence[Evidence]) -> str:
    known = {found.experiment.id for found in tested}
    planned = [id for id in claim.experiments if id not in known]
    lines = [
        (e.standing, f'<a href="experiments/{e.experiment.id}.html">{e.experiment.id}</a>') for e in tested
    ]
    named = ", ".join(f'<span class="id">{id}</span>' for id in planned)
    lines += [("open", f"planned: {named}")] if planned else []
    tests = "".join(f'<p class="claim-test">{badge(sign)}<span>{words}</span></p>' for sign, words in lines)
    return (
        f'<div class="claim" id="{anchor(claim.id)}"><span class="claim-id">{claim.id}</span>'
        f'<p class="claim-words">{typeset(claim.words)}</p><div class="claim-tests">{tests}</div></div>'
    )


def drawn_map() -> str:
    """The map as it stands today."""
    return essay_map(claims.sections(), [gather(experiment) for experiment in registry.all_experiments()])


def verdict_key() -> str:
    """Every sign with its meaning."""
    rows = "".join(f"<dt>{badge(standing)}</dt><dd>{meaning}</dd>" for standing, meaning in MEANING.items())
    return f'<dl class="facts verdict-key">{rows}</dl>'
