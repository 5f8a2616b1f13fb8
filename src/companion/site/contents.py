"""The tree of pages, as the left column of every page shows it, and the names of chapters on the front page."""

import html
import re
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


_CHAPTERS = re.compile(r'<p class="claim-chapters" data-chapters="(?P<names>[^"]*)"></p>')


def name_chapters(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """On html-page-context: the essay's map names chapters by their files; write their titles, with links."""

    def link(name: str) -> str:
        doc = f"chapters/{name}"
        href = app.builder.get_relative_uri(pagename, doc)
        return f'<a href="{href}">{html.escape(app.env.titles[doc].astext())}</a>'

    def links(found: re.Match[str]) -> str:
        named = [link(name) for name in found["names"].split() if f"chapters/{name}" in app.env.titles]
        return f'<p class="claim-chapters">Chapter: {"; ".join(named)}</p>' if named else ""

    context["body"] = _CHAPTERS.sub(links, context.get("body", ""))
