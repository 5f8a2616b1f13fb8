"""Barriers for screen readers in what docutils writes, taken away."""

from typing import Any

from sphinx.application import Sphinx

# A list whose entries are bibliography entries is not a list of list items, which the role would promise.
_MENDED = {'<div role="list" class="citation-list">': '<div class="citation-list">'}


def mend(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """On html-page-context: correct the page's HTML."""
    for written, right in _MENDED.items():
        context["body"] = context.get("body", "").replace(written, right)
