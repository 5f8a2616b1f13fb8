"""A comparison with peers, written down: benchmarks/recorded/<name>.json, which the page of the book prints.

Tables hold a label and plain numbers in each row, so that one directive can print them all.
"""

import os
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from companion.bench.report import rounded
from companion.bench.timing import Timed
from companion.lab import paths, provenance, store

FOLDER = paths.ROOT / "benchmarks" / "recorded"

Table = dict[str, Any]


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str | float | int | None]]) -> Table:
    """Each row begins with its label; None stands where there is nothing to say."""
    assert all(len(row) == len(columns) for row in rows)
    return {"caption": caption, "columns": list(columns), "rows": [list(row) for row in rows]}


def printed(table: Table) -> str:
    """A table for a reader at a terminal."""
    rows = [table["columns"], *table["rows"]]
    return "\n".join(" | ".join("-" if cell is None else str(cell) for cell in row) for row in rows)


def machine(packages: Sequence[str]) -> dict[str, Any]:
    """What the numbers were measured on, and the versions of what was compared."""
    described = provenance.describe("", "cpu", provenance.now(), 0.0, 0.0)
    fields = ("commit", "dirty", "python", "platform", "cpu", "isa")
    return {
        **{field: described[field] for field in fields},
        "processors": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "packages": {name: metadata.version(name) for name in packages},
    }


def seconds(runs: Sequence[Timed[Any]]) -> list[dict[str, float]]:
    """Every repetition, so that a reader can see the scatter."""
    return [{"wall_s": rounded(run.wall_s), "cpu_s": rounded(run.cpu_s)} for run in runs]


def write(name: str, document: dict[str, Any], folder: Path = FOLDER) -> Path:
    """Write the record whole or not at all."""
    path = folder / f"{name}.json"
    store.write_atomically(path, store.dump({"benchmark": name, "made": provenance.now(), **document}))
    return path
