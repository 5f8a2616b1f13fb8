"""The scripts and styles of the pieces that live in the page, and the place of a piece in it.

A piece is made of classic scripts, because browsers load no modules from a double-clicked file. JupyterLab gets the
same scripts as one module.
"""

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from companion.lab.paths import ROOT

FOLDER = ROOT / "web" / "static" / "companion" / "live"
SCRIPTS = {
    "bandit": ("luck", "learner", "bayes", "episode", "score", "bandit_view", "bandit"),
    "connect_four": (
        *("episode", "score", "connection", "residual", "puct"),
        *("four_board", "four_thought", "connect_four_view", "connect_four"),
    ),
    "conversation": ("score", "llama", "views", "conversation_news", "conversation_view", "conversation"),
    "trace_editor": ("luck", "score", "llama", "shuffles", "trace_editor_view", "trace_editor"),
}
"""Each piece's scripts, in the order in which they build on each other."""

_SHARED = re.compile(r'<script type="text/plain" data-shared="(?P<name>[^"]*)">[^<]*</script>')


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


def shared(name: str, data: str) -> str:
    """Data that several pieces of a page may need, to stand beside a piece; a page's scripts look it up by its name."""
    return f'<script type="text/plain" data-shared="{html.escape(name)}">{data}</script>'


def shared_once(body: str) -> str:
    """A page's body in which each shared datum stands where it is first needed, and nowhere else."""
    seen: set[str] = set()

    def keep(found: re.Match[str]) -> str:
        again = found["name"] in seen
        seen.add(found["name"])
        return "" if again else found[0]

    return _SHARED.sub(keep, body)
