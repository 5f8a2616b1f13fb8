"""The digest of the source files that a result depends on.

A measurement depends on the experiment's module and on what it imports from the package, transitively. Left out is
what cannot change a number: drawings, and the laboratory's own bookkeeping except for its streams of randomness.
"""

import ast
import hashlib
from pathlib import Path

from companion.lab.experiment import Experiment
from companion.lab.paths import ROOT

_BOOKKEEPING = ("companion.figures", "companion.lab", "companion.site", "companion.widgets")
_COUNTED = ("companion.lab.streams",)


def _file_of(module: str, source: Path) -> Path | None:
    path = source.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _imported(file: Path) -> set[str]:
    """The dotted names a file imports; `from a import b` counts both `a` and `a.b`, whichever is a module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return {name for name in names if name.startswith("companion.")}


def _counts(module: str) -> bool:
    return module in _COUNTED or not any(
        module == top or module.startswith(top + ".") for top in _BOOKKEEPING
    )


def source_files(experiment: Experiment, source: Path = ROOT / "src") -> list[Path]:
    """Every file of the package that the experiment's numbers depend on, sorted."""
    pending, seen = {experiment.measure.__module__}, set[str]()
    while pending:
        module = pending.pop()
        seen.add(module)
        file = _file_of(module, source)
        if file is not None:
            pending |= {name for name in _imported(file) if _counts(name)} - seen
    return sorted(file for module in seen if (file := _file_of(module, source)) is not None)


def digest(experiment: Experiment, source: Path = ROOT / "src") -> str:
    """The sha256 over names and bytes of the experiment's source files."""
    total = hashlib.sha256()
    for file in source_files(experiment, source):
        total.update(file.relative_to(source).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
