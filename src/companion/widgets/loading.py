"""Which pages load what: the scripts and styles of a piece go to the pages that hold it, and to no others.

Data that several pieces of a page share stands there once.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from companion.widgets.pieces import SCRIPTS, shared_once

_STATE = "application/vnd.jupyter.widget-state+json"


def load(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """On html-page-context: link what this page's pieces need; leave out the state of widgets it cannot show."""
    held = pieces_of(doctree) if doctree is not None else []
    names = [name for piece in held for name in SCRIPTS[piece]]
    for name in dict.fromkeys([*names, *(["page"] if held else [])]):
        app.add_js_file(f"companion/live/{name}.js", defer="defer")
    for piece in held:
        app.add_css_file(f"companion/live/{piece}.css", priority=950)
    if held:
        context["body"] = shared_once(context["body"])
    context["script_files"] = [script for script in context["script_files"] if not _is_state(script)]


def pieces_of(doctree: nodes.document) -> list[str]:
    """The pieces that a page holds."""
    raw = [node.astext() for node in doctree.findall(nodes.raw)]
    return [piece for piece in SCRIPTS if any(f'data-live="{piece}"' in text for text in raw)]


def _is_state(script: Any) -> bool:
    return getattr(script, "attributes", {}).get("type") == _STATE
