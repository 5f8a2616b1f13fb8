"""`show_source(f, g)`: a chapter shows the functions it runs, as they stand in the package."""

import html
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from companion.lab.paths import ROOT


@dataclass(frozen=True)
class Source:
    """The text of some functions of one or more files, in the order in which they were named."""

    pieces: tuple[tuple[str, str], ...]  # (path in the checkout, source)

    def _repr_html_(self) -> str:
        return "".join(_html(path, text) for path, text in self.pieces)

    def __repr__(self) -> str:
        return "\n\n".join(f"# {path}\n{text}" for path, text in self.pieces)


def show_source(*functions: Callable[..., Any] | type) -> Source:
    """The source of functions, methods or classes of the package; neighbors from one file stand together."""
    pieces: list[tuple[str, str]] = []
    for function in functions:
        plain = inspect.unwrap(getattr(function, "py_func", function))  # numba keeps the function it compiled
        path = Path(inspect.getfile(plain)).resolve().relative_to(ROOT).as_posix()
        text = textwrap.dedent(inspect.getsource(plain)).rstrip()
        if pieces and pieces[-1][0] == path:
            text = f"{pieces.pop()[1]}\n\n\n{text}"
        pieces.append((path, text))
    return Source(tuple(pieces))


def _html(path: str, text: str) -> str:
    code = highlight(text, PythonLexer(), HtmlFormatter(wrapcode=True))
    return f'<div class="source"><p class="source-path">{html.escape(path)}</p>{code}</div>'
