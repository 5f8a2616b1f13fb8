"""`{essay-map}`: the essay's sections and claims, with what has been found about each."""

import html
from collections.abc import Mapping, Sequence

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from companion.lab import claims, registry
from companion.lab.claims import Claim, Section
from companion.site.evidence import Evidence, gather
from companion.site.verdicts import badge


def essay_map(sections: Sequence[Section], evidence: Sequence[Evidence]) -> str:
    """Every section with its claims; under each claim its experiments and their verdicts."""
    by_claim: dict[str, list[Evidence]] = {}
    for found in evidence:
        for claim in (found.experiment.claim, *found.experiment.also):
            by_claim.setdefault(claim, []).append(found)
    return f'<div class="essay-map">{"".join(_section(section, by_claim) for section in sections)}</div>'


def _section(section: Section, by_claim: Mapping[str, list[Evidence]]) -> str:
    rows = "".join(_claim(claim, by_claim.get(claim.id, [])) for claim in section.claims)
    return f'<section class="essay-section"><h3>{section.number}&ensp;{html.escape(section.title)}</h3>{rows}</section>'


def _claim(claim: Claim, tested: Sequence[Evidence]) -> str:
    anchor = claim.id.lower().replace(".", "-")
    known = {found.experiment.id for found in tested}
    planned = [id for id in claim.experiments if id not in known]
    lines = [
        f'<a href="experiments/{e.experiment.id}.html">{e.experiment.id}</a> {badge(e.standing)}'
        for e in tested
    ]
    if planned:
        lines.append(
            f'<span class="planned">planned: {", ".join(planned)}</span>{"" if tested else " " + badge("open")}'
        )
    tests = "".join(f'<p class="claim-tests">{line}</p>' for line in lines)
    return (
        f'<div class="claim" id="{anchor}"><span class="claim-id">{claim.id}</span>'
        f'<div><p class="claim-words">{html.escape(claim.words)}</p>{tests}</div></div>'
    )


class EssayMap(SphinxDirective):
    """```{essay-map}```"""

    def run(self) -> list[nodes.Node]:
        """The map as raw HTML."""
        drawn = essay_map(
            claims.sections(), [gather(experiment) for experiment in registry.all_experiments()]
        )
        return [nodes.raw("", drawn, format="html")]
