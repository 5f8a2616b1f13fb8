"""The essay's map: its sections and claims, with what has been found about each, and the signs explained."""

from collections.abc import Mapping, Sequence

from companion.lab import claims, registry
from companion.lab.claims import Claim, Section
from companion.site import effects
from companion.site.evidence import Evidence, gather
from companion.site.glimpse import glimpse
from companion.site.phrases import typeset
from companion.site.verdicts import MEANING, badge

ByClaim = Mapping[str, list[Evidence]]


def by_claim(sections: Sequence[Section], evidence: Sequence[Evidence]) -> ByClaim:
    """The experiments that bear on each claim of the ledger, in the book's order."""
    return {
        claim.id: [one for one in evidence if _bears(one, claim)]
        for section in sections
        for claim in section.claims
    }


def _bears(evidence: Evidence, claim: Claim) -> bool:
    """Whether the experiment says so, or the ledger."""
    experiment = evidence.experiment
    return claim.id in (experiment.claim, *experiment.also) or experiment.id in claim.experiments


def planned(claim: Claim, evidence: Sequence[Evidence]) -> list[str]:
    """The experiments that the ledger names for a claim and nobody has built."""
    built = {one.experiment.id for one in evidence}
    return [id for id in claim.experiments if id not in built]


def essay_map(sections: Sequence[Section], evidence: Sequence[Evidence]) -> str:
    """Every section with its claims; under each claim its experiments with verdict, effect and picture."""
    bearing = by_claim(sections, evidence)
    return f'<div class="essay-map">{"".join(_section(section, bearing) for section in sections)}</div>'


def anchor(claim: str) -> str:
    """The id of a claim's place on the map: "c1-2" for C1.2."""
    return claim.lower().replace(".", "-")


def address(id: str) -> str:
    """An experiment's page, seen from the front page."""
    return f"experiments/{id}.html"


def _section(section: Section, bearing: ByClaim) -> str:
    rows = "".join(_claim(claim, bearing[claim.id]) for claim in section.claims)
    title = f'<h3 id="essay-{section.number}">{section.number}&ensp;{typeset(section.title)}</h3>'
    return f'<section class="essay-section">{title}{rows}</section>'


def _claim(claim: Claim, tested: Sequence[Evidence]) -> str:
    """A claim in our words, its chapters (named when the page is written), its experiments."""
    chapters = " ".join(dict.fromkeys(one.experiment.chapter for one in tested))
    lines = [_test(one, claim) for one in tested]
    lines += [_unbuilt(names)] if (names := planned(claim, tested)) else []
    return (
        f'<div class="claim" id="{anchor(claim.id)}"><span class="claim-id">{claim.id}</span>'
        f'<p class="claim-words">{typeset(claim.words)}</p><p class="claim-chapters" data-chapters="{chapters}"></p>'
        f'<ul class="claim-tests">{"".join(lines)}</ul></div>'
    )


def _test(evidence: Evidence, claim: Claim) -> str:
    experiment = evidence.experiment
    title = f'<a href="{address(experiment.id)}">{typeset(experiment.title)}</a>'
    found = _parts(evidence, claim) or _unmeasured(evidence)
    return (
        f'<li class="claim-test">{badge(evidence.standing)}<div class="test-found">'
        f'<p class="test-title">{title}{_then(evidence)}</p>{found}</div></li>'
    )


def _parts(evidence: Evidence, claim: Claim) -> str:
    """Each effect with its picture; what it means stands once, under the claim that the experiment is about."""
    own, parts = evidence.experiment.claim, evidence.parts
    words = [effects.meaning(evidence, part) for part in parts]
    if own != claim.id:
        elsewhere = f'For what was measured see <a href="#{anchor(own)}">{own}</a>.'
        words = [elsewhere if part is evidence.primary else "" for part in parts]
    return "".join(
        f'<div class="test-part"><p>{phrase}. <span class="test-meaning">{said}</span></p>{glimpse(part)}</div>'
        for phrase, said, part in zip(effects.all_short(parts), words, parts, strict=True)
    )


def _then(evidence: Evidence) -> str:
    """A stale result says what it said when it was measured."""
    if evidence.standing != "stale" or evidence.result is None:
        return ""
    return f" (then {evidence.result.document['verdict']})"


def _unmeasured(evidence: Evidence) -> str:
    """Why there is no number yet."""
    words = typeset(evidence.experiment.criterion.words())
    reason = (
        f"Declared, not run yet. Supported when {words}."
        if evidence.standing == "declared"
        else "Built, not declared yet: no criterion is fixed."
    )
    return f'<p class="test-meaning">{reason}</p>'


def _unbuilt(names: Sequence[str]) -> str:
    listed = ", ".join(f'<span class="id">{name}</span>' for name in names)
    return (
        f'<li class="claim-test">{badge("open")}<div class="test-found"><p class="test-meaning">'
        f"Planned, not built yet: {listed}.</p></div></li>"
    )


def drawn_map() -> str:
    """The map as it stands today."""
    return essay_map(claims.sections(), everything())


def everything() -> list[Evidence]:
    """All experiments with what is recorded of them, in the book's order."""
    return [gather(experiment) for experiment in registry.all_experiments()]


def verdict_key() -> str:
    """Every sign with its meaning."""
    rows = "".join(f"<dt>{badge(standing)}</dt><dd>{meaning}</dd>" for standing, meaning in MEANING.items())
    return f'<dl class="facts verdict-key">{rows}</dl>'
