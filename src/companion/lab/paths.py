"""Where things lie in the checkout."""

import re
from pathlib import Path

from companion.lab.errors import UsageError

ROOT = Path(__file__).resolve().parents[3]
DECLARATIONS = ROOT / "declarations"
RESULTS = ROOT / "results"
SCRATCH = ROOT / "_build" / "runs"  # smoke and live runs of a reader: never mistaken for the record

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check_id(id: str) -> str:
    """Return `id` if it is a permanent experiment id (lower case words joined by hyphens)."""
    if not _ID.fullmatch(id):
        raise UsageError(
            f"'{id}' cannot be an experiment id: use lower-case words joined by hyphens, such as az-loop."
        )
    return id


def declaration_path(id: str, version: int) -> Path:
    """The file that holds what was declared before measuring."""
    return DECLARATIONS / f"{check_id(id)}.v{version}.json"


def result_folder(id: str, version: int, results: Path = RESULTS) -> Path:
    """The folder of one version's results, units and attestations."""
    return results / check_id(id) / f"v{version}"


def require_checkout() -> None:
    """The commands work on a checkout of the book, not on an installed copy of the package."""
    if not (ROOT / "_config.yml").is_file() and not DECLARATIONS.is_dir():
        raise UsageError(
            "companion works inside a checkout of the book: clone it, run 'make book' there, use .venv/bin/companion."
        )
