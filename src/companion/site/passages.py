"""The text of every section, so that search results can quote what matched.

Sphinx's search fetches each page to quote from it, which a browser refuses to a page that was opened from disk. The
search page loads this text as a script instead (web/static/companion/search.js).
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

_QUOTABLE = (nodes.paragraph, nodes.term, nodes.caption)


def collect(doctree: nodes.document) -> dict[str, str]:
    """The text under each section's id; the whole page under the empty id."""
    found = {"": _text(doctree)}
    for section in doctree.findall(nodes.section):
        found |= {f"#{id}": _text(section) for id in section["ids"]}
    return found


def _text(within: nodes.Element) -> str:
    pieces = (node.astext() for node in within.findall() if isinstance(node, _QUOTABLE))
    return " ".join(" ".join(piece.split()) for piece in pieces)


def write(app: Sphinx, failure: Exception | None) -> None:
    """On build-finished: the script that the search page loads."""
    if failure is not None or app.builder.name != "html":
        return
    passages = {doc: collect(app.env.get_doctree(doc)) for doc in sorted(app.env.found_docs)}
    text = f"window.PASSAGES = {json.dumps(passages, ensure_ascii=False)};\n"
    (Path(app.outdir) / "_static" / "companion" / "passages.js").write_text(text, encoding="utf-8")
