"""The tree of pages, as the left column of every page shows it."""

from dataclasses import dataclass
from typing import Any

from sphinx.addnodes import toctree
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


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
