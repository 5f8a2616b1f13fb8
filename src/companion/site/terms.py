"""`{index-of-terms}`: where the words of the glossary are used most, chapter by chapter.

Nobody has to mark anything in a chapter: the index is made from the words that stand there.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import start_of_file
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

OFTEN = 2
"""A chapter is listed where it uses a term so often, and the section of it that does so most."""

APART = ("Exercises", "Sources")
"""Sections in which nobody looks a word up."""


class Pending(nodes.General, nodes.Element):
    """Where the index is to stand, until all chapters are read."""


class IndexOfTerms(SphinxDirective):
    """```{index-of-terms}```"""

    def run(self) -> list[nodes.Node]:
        """A place for the index."""
        return [Pending()]


class Place(NamedTuple):
    """A section that uses a term."""

    title: str
    anchor: str
    times: int


def pattern(term: str) -> re.Pattern[str]:
    """The term as a word of its own, in the plural, too, in capitals or not."""
    words = r"\s+".join(map(re.escape, term.split()))
    return re.compile(rf"(?<!\w){words}(?:s|es)?(?!\w)", re.IGNORECASE)


def main_place(doctree: nodes.document, term: str) -> Place | None:
    """The section that uses the term most often, the first of several; None where the chapter hardly uses it."""
    wanted, places = pattern(term), []
    for section in doctree.findall(nodes.section):
        title, own = section.next_node(nodes.title).astext(), " ".join(_running_text(section))
        if title not in APART:
            places.append(Place(title, section["ids"][0], len(wanted.findall(own))))
    if sum(place.times for place in places) < OFTEN:
        return None
    return max(places, key=lambda place: place.times)


def _running_text(section: nodes.section) -> Iterator[str]:
    """The paragraphs of a section, without those of the sections in it."""
    for paragraph in section.findall(nodes.paragraph):
        parent = paragraph.parent
        while not isinstance(parent, nodes.section):
            parent = parent.parent
        if parent is section:
            yield paragraph.astext()


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """On doctree-resolved: write the index where one is to stand."""
    for place in list(doctree.findall(Pending)):
        here = place
        while here.parent is not None and not isinstance(here, start_of_file):
            here = here.parent
        place.replace_self(_index(app, here.get("docname", docname)))


def _index(app: Sphinx, docname: str) -> nodes.Element:
    chapters = [doc for doc in _in_order(app.env) if doc.startswith("chapters/")]
    read = {doc: app.env.get_doctree(doc) for doc in chapters}
    entries = nodes.definition_list(classes=["index-of-terms"])
    for term, (where, anchor) in sorted(_glossary(app.env).items(), key=lambda entry: entry[0].lower()):
        found = {doc: main_place(tree, term) for doc, tree in read.items()}
        links = [
            _link(app, docname, doc, place.anchor, f"{app.env.titles[doc].astext()}: {place.title}")
            if place.title != app.env.titles[doc].astext()
            else _link(app, docname, doc, place.anchor, place.title)
            for doc, place in found.items()
            if place
        ]
        if links:
            name = nodes.term("", "", _link(app, docname, where, anchor, term))
            items = nodes.bullet_list(
                "", *(nodes.list_item("", nodes.paragraph("", "", one)) for one in links)
            )
            entries += nodes.definition_list_item("", name, nodes.definition("", items))
    return entries


def _in_order(env: BuildEnvironment) -> list[str]:
    return list(env.toctree_includes.get(env.config.root_doc, ()))


def _glossary(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """Terms with the document and the anchor of their entries."""
    objects = env.domaindata["std"]["objects"]
    return {name: place for (kind, name), place in objects.items() if kind == "term"}


def _link(app: Sphinx, here: str, doc: str, anchor: str, text: str) -> nodes.reference:
    uri = f"{app.builder.get_relative_uri(here, doc)}#{anchor}"
    return nodes.reference("", text, internal=True, refuri=uri)


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """On env-updated: the index is written again with every build that read anything."""
    return [doc for doc in env.found_docs if any(True for _ in env.get_doctree(doc).findall(Pending))]
