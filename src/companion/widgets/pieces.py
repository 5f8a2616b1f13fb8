"""The scripts and styles of the pieces that live in the page, and the place of a piece in it.

A piece is made of classic scripts, because browsers load no modules from a double-clicked file. JupyterLab gets the
same scripts as one module.
"""

import html
import json
from collections.abc import Mapping
from typing import Any

from companion.lab.paths import ROOT

FOLDER = ROOT / "web" / "static" / "companion" / "live"
SCRIPTS = {"bandit": ("luck", "learner", "bayes", "episode", "score", "bandit_view", "bandit")}
"""Each piece's scripts, in the order in which they build on each other."""


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
