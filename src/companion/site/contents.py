"""The tree of pages, as the left column of every page shows it."""

from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx.addnodes import toctree
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from companion.lab import registry


@dataclass(frozen=True)
class Page:
    """One entry: the document and its title."""

    docname: str
    title: str


@dataclass(frozen=True)
class Part:
    """A captioned list of pages; open when the reader is in it, or when it is short."""

    caption: str
    pages: tuple[Page, ...]
    open: bool


def order_experiments(app: Sphinx, doctree: nodes.document) -> None:
    """On doctree-read, before the tree is recorded: experiments stand in the book's order, not the alphabet's."""
    place = {f"experiments/{experiment.id}": i for i, experiment in enumerate(registry.all_experiments())}
    for node in doctree.findall(toctree):
        if node["entries"] and all(doc in place for _, doc in node["entries"]):
            node["entries"].sort(key=lambda entry: place[entry[1]])
            node["includefiles"].sort(key=place.__getitem__)


def parts(env: BuildEnvironment, root: str, current: str, short: int = 14) -> list[Part]:
    """The parts of the book in the order of _toc.yml."""
    found = []
    for node in env.get_doctree(root).findall(toctree):
        pages = tuple(
            Page(doc, title or env.titles[doc].astext())
            for title, doc in node["entries"]
            if doc in env.titles
        )
        inside = any(page.docname == current for page in pages)
        if pages:
            found.append(Part(node.get("caption") or "", pages, open=inside or len(pages) <= short))
    return found


def show(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """On html-page-context: give the template the parts."""
    context["contents"] = parts(app.env, app.config.root_doc, pagename)
