"""Trained weights that the book keeps: checkpoints/<name>.safetensors, with sha256, size and origin in a manifest.

safetensors refuses a malformed file but loads one with a flipped bit, so the hash is checked whenever a file is used.
"""

from pathlib import Path
from typing import Any

from companion.lab import paths, provenance, store
from companion.lab.errors import LabError

FOLDER = paths.ROOT / "checkpoints"


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    return dict(store.read_json(path)) if path.exists() else {}


def keep(name: str, data: bytes, made_by: str, folder: Path = FOLDER) -> Path:
    """Store a checkpoint's bytes; `made_by` is the command that makes it again."""
    path = folder / f"{paths.check_id(name)}.safetensors"
    store.write_atomically(path, data)
    entry = {
        "sha256": store.sha256(data),
        "bytes": len(data),
        "made_by": made_by,
        "commit": provenance.git("rev-parse", "HEAD"),
        "made": provenance.now(),
    }
    store.write_atomically(folder / "manifest.json", store.dump({**_manifest(folder), name: entry}))
    return path


def find(name: str, folder: Path = FOLDER) -> Path | None:
    """The path of a checkpoint, None where the manifest lists none; raises LabError where its bytes were altered."""
    return checked(name, folder) if name in _manifest(folder) else None


def checked(name: str, folder: Path = FOLDER) -> Path:
    """The path of a checkpoint whose bytes are those of the manifest; raises LabError otherwise."""
    entry = _manifest(folder).get(name)
    path = folder / f"{paths.check_id(name)}.safetensors"
    if entry is None or not path.exists():
        raise LabError(f"There is no checkpoint '{name}': restore {folder.name}/ with 'git checkout'.")
    if store.sha256(path.read_bytes()) != entry["sha256"]:
        raise LabError(
            f"{path.name} does not have the bytes that checkpoints/manifest.json lists: restore it."
        )
    return path
