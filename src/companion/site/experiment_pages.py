"""experiments/<id>.md: one page for each experiment, written from its declaration and its recorded result.

The pages are generated and not kept. A page is rewritten only when its text changes, so that a warm build leaves it
alone.
"""

import html
import inspect
import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import toctree
from sphinx.errors import ExtensionError

from companion.figures import ink
from companion.lab import cite, claims, criteria, paths, registry, store
from companion.lab.errors import LabError
from companion.lab.experiment import Experiment
from companion.site import tables
from companion.site.cards import card_html
from companion.site.evidence import Evidence, gather
from companion.site.front import anchor
from companion.site.numerals import duration
from companion.site.phrases import typeset


def write_all(folder: Path) -> None:
    """Write the pages, before the table of contents is read, and remove those of no experiment."""
    folder.mkdir(exist_ok=True)
    chapters = folder.parent / "chapters"
    try:
        pages = {
            f"{experiment.id}.md": page(gather(experiment), (chapters / f"{experiment.chapter}.md").exists())
            for experiment in registry.all_experiments()
        }
    except LabError as error:
        raise ExtensionError(str(error)) from error
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()


def order(doctree: nodes.document) -> None:
    """Before the tree is recorded: experiments stand in the book's order, not the alphabet's."""
    place = {f"experiments/{experiment.id}": i for i, experiment in enumerate(registry.all_experiments())}
    for node in doctree.findall(toctree):
        if node["entries"] and all(doc in place for _, doc in node["entries"]):
            node["entries"].sort(key=lambda entry: place[entry[1]])
            node["includefiles"].sort(key=place.__getitem__)


def page(evidence: Evidence, with_chapter: bool = False) -> str:
    """The page in MyST Markdown."""
    experiment = evidence.experiment
    parts = [
        f"# {experiment.title}",
        _margin(experiment, with_chapter),
        f"*{experiment.question}*",
        _raw(card_html(evidence, None)),
        *_result(evidence),
        *_declared(experiment),
        *_rerun(experiment),
        *_citation(experiment),
        *_provenance(evidence),
    ]
    return "\n\n".join(parts) + "\n"


def _raw(drawn: str) -> str:
    return f"``````{{raw}} html\n{drawn}\n``````"


def _facts(pairs: list[tuple[str, str]]) -> str:
    """A list of names and values; values are HTML."""
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs)
    return _raw(f'<dl class="facts">{rows}</dl>')


def _margin(experiment: Experiment, with_chapter: bool) -> str:
    """The claim in our words, where the essay makes it, and the chapter that builds the experiment."""
    id, section = experiment.claim, claims.section_of(experiment.claim)
    place = f'<a href="../index.html#{anchor(id)}">{id}</a>'
    lines = [
        f"```{{margin}} The claim, {id}",
        claims.claim(id).words,
        f"\nIt is {place} on the essay's map, from section {section.number}, “{section.title}”.",
    ]
    lines += (
        [f"\nThe chapter that builds this: [](../chapters/{experiment.chapter}.md)"] if with_chapter else []
    )
    return "\n".join([*lines, "```"])


def _result(evidence: Evidence) -> list[str]:
    if evidence.result is None:
        return [
            "## Result",
            "Nothing has been measured yet. What will count as which verdict is fixed below.",
        ]
    return [
        "## Result",
        _raw(_figure(evidence)),
        "## Every number",
        "The first quantity is the declared one. Everything after it was measured along the way and is exploratory.",
        _raw(tables.means(evidence)),
        _raw(f"<details><summary>Every seed</summary>{tables.seeds(evidence)}</details>"),
    ]


def _figure(evidence: Evidence) -> str:
    """The experiment's figure; the docstring of the function that draws it is the caption."""
    assert evidence.result is not None
    experiment = evidence.experiment
    caption = " ".join((inspect.getdoc(experiment.figure) or experiment.question).split())
    svg = ink.to_svg(experiment.figure(evidence.result), alt=f"{experiment.title}. {caption}")
    return f"<figure>{svg}<figcaption>{typeset(caption)}</figcaption></figure>"


def _declared(experiment: Experiment) -> list[str]:
    words = typeset(experiment.criterion.words())
    arms = "<br>".join(_arm(name, dict(changes)) for name, changes in experiment.arms.items())
    effect = criteria.parts_of(experiment.criterion)[0].effect
    source = {"pilot": "found with pilot runs", "none": "chosen without pilot runs"}[experiment.informed_by]
    settings = json.dumps(experiment.declaration()["settings"], indent=1, default=str)
    return [
        "## Declared before it was measured",
        f"**Hypothesis.** {experiment.hypothesis}",
        f"**If the claim is false.** {experiment.refuted_when}",
        _facts(
            [
                (
                    "primary effect",
                    f"<code>{effect}</code>: {typeset(experiment.quantities[effect].meaning)}",
                ),
                ("supported when", words),
                ("refuted when", "the interval lies on the other side of the margin; otherwise inconclusive"),
                ("arms", arms),
                ("sabotage arm", f"{html.escape(experiment.sabotage)}: it must not come out supported"),
                ("seeds", f"{experiment.seeds}, fixed beforehand"),
                ("settings", source),
                ("declaration", f"<code>declarations/{experiment.id}.v{experiment.version}.json</code>"),
            ]
        ),
        _raw(f"<details><summary>Full settings</summary><pre>{html.escape(settings)}</pre></details>"),
        f"**The toy.** {experiment.toy}",
        f"**Lineage.** {experiment.lineage}",
    ]


def _arm(name: str, changes: dict[str, Any]) -> str:
    changed = ", ".join(f"{key} = {value!r}" for key, value in changes.items())
    return html.escape(f"{name} ({changed})" if changed else name)


def _rerun(experiment: Experiment) -> list[str]:
    return [
        "## Run it again",
        f"Cost: {experiment.cost} `verify` takes fresh seeds and asks whether the effect falls where this record "
        "predicts; `run` measures all seeds anew, into a folder of its own, because a record is never overwritten.",
        f"```console\n$ companion verify {experiment.id}\n"
        f"$ companion run {experiment.id} --scale full --out again\n```",
    ]


def _citation(experiment: Experiment) -> list[str]:
    return ["## Cite it", cite.cite(experiment, "text"), f"```bibtex\n{cite.cite(experiment, 'bibtex')}\n```"]


def _provenance(evidence: Evidence) -> list[str]:
    if evidence.result is None:
        return []
    experiment, document = evidence.experiment, evidence.result.document
    facts = document["provenance"]
    file = paths.result_folder(experiment.id, experiment.version) / "full.json"
    address = f"../results/{experiment.id}/v{experiment.version}"
    links = [
        f'<a href="{address}/{name}" download>{name}</a>' for name in ("full.json", *document["artifacts"])
    ]
    packages = ", ".join(f"{name} {version}" for name, version in facts["packages"].items())
    commit = f"<code>{facts['commit']}</code>" if facts["commit"] else "not under version control"
    return [
        "## Provenance",
        _facts(
            [
                ("result file", " ".join(links)),
                ("sha256", f"<code>{store.sha256(file.read_bytes())}</code>"),
                ("declaration", f"sha256 <code>{document['declaration_sha256']}</code>"),
                ("commit", commit + (" with local changes" if facts["dirty"] else "")),
                ("sources", f"sha256 <code>{facts['sources_sha256']}</code>, {evidence.state}"),
                ("measured", html.escape(facts["started"].replace("T", " ").replace("Z", " UTC"))),
                (
                    "time",
                    f"{duration(facts['seconds'])} by the clock, {duration(facts['cpu_seconds'])} of computing",
                ),
                (
                    "machine",
                    html.escape(
                        f"{facts['cpu']}, {facts['device']}, {facts['threads']} thread, {facts['platform']}"
                    ),
                ),
                ("software", html.escape(f"Python {facts['python']}, {packages}")),
            ]
        ),
    ]
