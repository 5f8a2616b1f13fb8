"""The card of an experiment: question, every seed, verdict. The same on its page and in a chapter."""

import html
from dataclasses import dataclass

from companion.lab import registry
from companion.site import evidence as evidences
from companion.site.evidence import Evidence
from companion.site.numerals import interval, number, places_for
from companion.site.phrases import typeset
from companion.site.strip import strip
from companion.site.verdicts import badge


@dataclass(frozen=True)
class Card:
    """A card that a notebook displays."""

    evidence: Evidence
    address: str  # of the experiment's page, seen from the page that shows the card

    def _repr_html_(self) -> str:
        return card_html(self.evidence, self.address)

    def __repr__(self) -> str:
        return f"{self.evidence.experiment.id}: {self.evidence.standing}"


def card(id: str) -> Card:
    """The card of an experiment, for a cell of a chapter; raises UsageError for an unknown id."""
    return Card(evidences.gather(registry.get(id)), f"../experiments/{id}.html")


def card_html(evidence: Evidence, address: str | None) -> str:
    """The card as HTML. Without an address it is the experiment's own page that shows it."""
    experiment = evidence.experiment
    title = typeset(experiment.title)
    heading = f'<p class="card-title"><a href="{address}">{title}</a></p>' if address else ""
    question = f'<p class="card-question">{typeset(experiment.question)}</p>' if address else ""
    facts = f"{experiment.id} &middot; version {experiment.version} &middot; claim {experiment.claim}"
    return (
        f'<section class="card" aria-label="Experiment {experiment.id}">'
        f'<div class="card-head">{heading}{badge(evidence.standing)}<p class="card-id">{facts}</p></div>'
        f"{question}{_measured(evidence)}"
        f'<p class="card-foot">{typeset(experiment.toy)} A rerun costs {typeset(experiment.cost)}</p></section>'
    )


def _measured(evidence: Evidence) -> str:
    """The strip and the sentence of numbers, or a sentence that says why there are none."""
    experiment, primary = evidence.experiment, evidence.primary
    if primary is None or evidence.result is None:
        criterion = typeset(experiment.criterion.words())
        return f'<p class="card-number">Not measured yet. It will count as supported when {criterion}.</p>'
    places = places_for(primary)
    meaning = typeset(experiment.quantities[primary["effect"]].meaning)
    against = f", minus that of arm {html.escape(str(primary['against']))}" if primary["against"] else ""
    sentence = (
        f"{meaning[:1].upper()}{meaning[1:]}{against}: <b>{number(primary['mean'], places)}</b> "
        f"({html.escape(primary['unit'])}), 95&nbsp;% interval {interval(primary['ci95'], places)} "
        f"over {len(primary['per_seed'])} seeds."
    )
    return (
        f'<div class="strip">{strip(evidence)}</div><p class="card-number">{sentence}</p>'
        f'<p class="card-number">{_sabotage(evidence)}</p>{_stale(evidence)}'
    )


def _sabotage(evidence: Evidence) -> str:
    assert evidence.result is not None
    verdict = evidence.result.document["sabotage_verdict"]
    arm = html.escape(evidence.experiment.sabotage)
    return (
        f"Judged alike, the sabotage arm <em>{arm}</em> came out {verdict}."
        if verdict
        else "The sabotage arm was not judged."
    )


def _stale(evidence: Evidence) -> str:
    if evidence.state != "stale" or evidence.result is None:
        return ""
    return (
        f'<p class="card-warning">The code has moved since this was measured; the verdict then was '
        f"{evidence.result.document['verdict']}. It holds again once <code>companion attest</code> confirms it.</p>"
    )
