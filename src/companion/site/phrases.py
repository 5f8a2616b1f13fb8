"""Sentences that stand as plain strings in code, set as HTML: typographic quotes, `code` between backticks."""

import html
import re

from docutils.utils.smartquotes import smartyPants


def typeset(text: str) -> str:
    """Plain text as inline HTML."""
    pieces = re.split(r"`([^`]+)`", " ".join(text.split()))
    return "".join(f"<code>{html.escape(p)}</code>" if i % 2 else _quoted(p) for i, p in enumerate(pieces))


def _quoted(text: str) -> str:
    return html.escape(html.unescape(smartyPants(text, "qde")), quote=False)
