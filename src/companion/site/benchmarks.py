"""The tables of recorded benchmarks, for the page that compares engines with their peers."""

import html
from pathlib import Path
from typing import Any

from companion.lab import paths, store
from companion.lab.errors import LabError
from companion.site.numerals import number

FOLDER = paths.ROOT / "benchmarks" / "recorded"


def path_of(name: str) -> Path:
    """The file of a record; a page that shows it depends on it."""
    return FOLDER / f"{name}.json"


def drawn_table(name: str, table: str) -> str:
    """One table of a record as HTML; raises LabError where there is no such record or table."""
    if not path_of(name).exists():
        raise LabError(f"benchmarks/recorded/{name}.json is missing: 'make bench' measures it.")
    document = store.read_json(path_of(name))
    if table not in document["tables"]:
        raise LabError(f"benchmarks/recorded/{name}.json has no table '{table}'.")
    found = document["tables"][table]
    first, *heads = found["columns"]
    cells = "".join(f'<th scope="col" class="number">{html.escape(head)}</th>' for head in heads)
    rows = "".join(
        f'<tr><th scope="row">{html.escape(label)}</th>'
        + "".join(f'<td class="number">{_printed(value, found.get("digits"))}</td>' for value in values)
        + "</tr>"
        for label, *values in found["rows"]
    )
    return (
        f'<div class="scroll"><table class="measured"><caption>{html.escape(found["caption"])}</caption>'
        f'<thead><tr><th scope="col">{html.escape(first)}</th>{cells}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def drawn_machine(name: str) -> str:
    """When and on what a record was measured, a sentence."""
    document: dict[str, Any] = store.read_json(path_of(name))
    machine = document["machine"]
    versions = ", ".join(f"{package} {version}" for package, version in machine["packages"].items())
    load = (
        f" The load average was {machine['load'][0]}; by itself this makes about 1."
        if machine["load"]
        else ""
    )
    return html.escape(
        f"Measured on {document['made'][:10]} on one of the {machine['processors']} processors of a machine with "
        f"{machine['cpu']}, Python {machine['python']}, {versions}.{load}"
    )


def _printed(value: float | int | None, digits: int | None = None) -> str:
    """Three digits of a small number, all of a large one; where a table fixes decimals, those, and none of a count."""
    if value is None:
        return "\N{EN DASH}"
    if digits is not None:
        return f"{value:,}" if isinstance(value, int) else number(value, digits)
    return f"{value:,.0f}" if value >= 1000 else number(value, 0 if value >= 100 else 1 if value >= 10 else 2)
