"""`show_source`: a chapter prints the package's real function instead of a copy of it."""

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Source:
    """Python source that a notebook and the page display as code."""

    code: str

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.code}\n```"

    def __repr__(self) -> str:
        return self.code


def show_source(*shown: Callable[..., Any] | type) -> Source:
    """The source of functions, methods or classes as the package has it, one after the other."""
    return Source("\n\n".join(textwrap.dedent(inspect.getsource(one)).strip() for one in shown))
