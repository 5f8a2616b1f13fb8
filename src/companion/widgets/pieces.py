"""The scripts and styles of the pieces that live in the page, and the pages that load them.

A piece is made of classic scripts, because browsers load no modules from a double-clicked file. JupyterLab gets the
same scripts as one module.
"""

import html
import json
from collections.abc import Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from companion.lab.paths import ROOT

FOLDER = ROOT / "web" / "static" / "companion" / "live"
SCRIPTS = {"bandit": ("luck", "learner", "bayes", "episode", "score", "bandit_view", "bandit")}
"""Each piece's scripts, in the order in which they build on each other."""

_STATE = "application/vnd.jupyter.widget-state+json"


def module(piece: str) -> str:
    """The piece as one ES module, as JupyterLab wants it."""
    scripts = "".join((FOLDER / f"{name}.js").read_text() for name in SCRIPTS[piece])
    return f"{scripts}export default globalThis.companionLive.pieces.{piece};\n"


def style(piece: str) -> str:
    """The piece's style sheet."""
    return (FOLDER / f"{piece}.css").read_text()


def in_page(piece: str, state: Mapping[str, Any], without_scripts: str) -> str:
    """The piece's place in a page: its state, and what stands there for a reader without scripts."""
    data = json.dumps(state, allow_nan=False).replace("<", "\\u003c")
    return (
        f'<div data-live="{html.escape(piece)}">{without_scripts}'
        f'<script type="application/json">{data}</script></div>'
    )


def load(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """On html-page-context: scripts and styles for the pieces of this page, and no state of absent widgets."""
    held = pieces_of(doctree) if doctree is not None else []
    names = [name for piece in held for name in SCRIPTS[piece]]
    for name in dict.fromkeys([*names, *(["page"] if held else [])]):
        app.add_js_file(f"companion/live/{name}.js", defer="defer")
    for piece in held:
        app.add_css_file(f"companion/live/{piece}.css", priority=950)
    context["script_files"] = [
        script
        for script in context["script_files"]
        if getattr(script, "attributes", {}).get("type") != _STATE
    ]


def pieces_of(doctree: nodes.document) -> list[str]:
    """The pieces that a page holds, in the order of the table above."""
    raw = [node.astext() for node in doctree.findall(nodes.raw)]
    return [piece for piece in SCRIPTS if any(f'data-live="{piece}"' in text for text in raw)]
