"""Results on disk: written atomically, checked against a schema, hashed in a manifest, never edited."""

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import numpy as np
from filelock import FileLock

from companion.lab import paths
from companion.lab.errors import LabError, UsageError
from companion.lab.paths import RESULTS

SCHEMA = 1


@dataclass(frozen=True)
class Result:
    """A result document and its arrays. Scalars are keyed "arm.name"; arrays likewise, first axis the seeds."""

    document: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def main_arm(self) -> str:
        """The arm that the claim is about."""
        return str(self.document["primary"]["arm"])

    @property
    def verdict(self) -> str | None:
        """supported, refuted or inconclusive; None below full scale."""
        verdict: str | None = self.document["verdict"]
        return verdict

    def scalar(self, name: str, arm: str | None = None) -> np.ndarray:
        """One value a seed, shape (seeds,)."""
        return np.array(self.document["measurements"][f"{arm or self.main_arm}.{name}"]["per_seed"])

    def array(self, name: str, arm: str | None = None) -> np.ndarray:
        """One array a seed, shape (seeds, ...)."""
        return self.arrays[f"{arm or self.main_arm}.{name}"]


def sha256(data: bytes) -> str:
    """The hexadecimal sha256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Write to a temporary file, flush to disk, rename: a reader sees the old file or the whole new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UsageError(
            f"{path.parent} cannot be written ({error.strerror}): choose another folder with --out."
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def dump(document: Any) -> bytes:
    """A document as JSON bytes; NaN and infinity are refused."""
    return (json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read_json(path: Path) -> Any:
    """A JSON file, strictly; every way of being broken is one sentence."""

    def refuse(constant: str) -> None:
        raise ValueError(f"it holds {constant}")

    try:
        return json.loads(path.read_bytes(), parse_constant=refuse)
    except OSError as error:
        raise LabError(f"{_shown(path)} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise LabError(
            f"{_shown(path)} is not a JSON file ({error}): restore it with 'git checkout'."
        ) from error


def _shown(path: Path) -> str:
    return str(path.relative_to(paths.ROOT)) if path.is_relative_to(paths.ROOT) else str(path)


@cache
def _validator() -> Callable[[Any], Any]:
    schema = Path(__file__).with_name("result.schema.json").read_text(encoding="utf-8")
    validate: Callable[[Any], Any] = fastjsonschema.compile(json.loads(schema))
    return validate


def check_document(document: Any, name: str) -> None:
    """Raise LabError unless the document is a result this version of the book can read."""
    version = document.get("schema") if isinstance(document, dict) else None
    if isinstance(version, int) and version > SCHEMA:
        raise LabError(
            f"{name} was written by a newer version of the book (schema {version}): update the checkout."
        )
    try:
        _validator()(document)
    except fastjsonschema.JsonSchemaValueException as error:
        raise LabError(f"{name} is not a result file: {error.message[:160]}.") from error


def pack(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Arrays as the bytes of an .npz file (no pickles; the same arrays give the same bytes)."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def save(document: dict[str, Any], arrays: Mapping[str, np.ndarray], out: Path = RESULTS) -> Path:
    """Store a result as <out>/<id>/v<n>/<scale>.json, its arrays beside it, and both hashes in <out>/manifest.json."""
    folder = paths.result_folder(document["id"], document["version"], out)
    path = folder / f"{document['scale']}.json"
    files: dict[Path, bytes] = {}
    if arrays:
        files[path.with_suffix(".npz")] = pack(arrays)
    document["artifacts"] = {file.name: sha256(data) for file, data in files.items()}
    check_document(document, path.name)
    files[path] = dump(document)
    for file, data in files.items():
        write_atomically(file, data)
    list_in_manifest(files, out)
    return path


def list_in_manifest(files: Mapping[Path, bytes], out: Path = RESULTS) -> None:
    """Record the sha256 of stored files."""
    manifest = out / "manifest.json"
    with FileLock(out / ".manifest.lock"):
        known = read_json(manifest) if manifest.exists() else {}
        known |= {file.relative_to(out).as_posix(): sha256(data) for file, data in files.items()}
        write_atomically(manifest, dump(dict(sorted(known.items()))))


def load(id: str, version: int, scale: str = "full", results: Path = RESULTS) -> Result | None:
    """A stored result, or None where none was recorded; a broken file raises LabError."""
    path = paths.result_folder(id, version, results) / f"{scale}.json"
    if not path.exists():
        return None
    document = read_json(path)
    check_document(document, _shown(path))
    arrays: dict[str, np.ndarray] = {}
    for name, expected in document["artifacts"].items():
        data = _bytes(path.with_name(name))
        if sha256(data) != expected:
            raise LabError(
                f"{_shown(path.with_name(name))} does not have the bytes that {path.name} lists: restore it."
            )
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays |= {key: archive[key] for key in archive.files}
    return Result(document, arrays)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LabError(f"{_shown(path)} cannot be read: {error.strerror}.") from error


def changed_bytes(folder: Path, results: Path = RESULTS) -> list[str]:
    """Files of one version's folder whose bytes are not those in the manifest, or that it does not list."""
    manifest = results / "manifest.json"
    known = read_json(manifest) if manifest.exists() else {}
    files = [
        file
        for file in folder.glob("*.*")
        if file.suffix in (".json", ".npz") and not file.name.startswith(".")
    ]
    return [
        _shown(file)
        for file in sorted(files)
        if known.get(file.relative_to(results).as_posix()) != sha256(_bytes(file))
    ]
