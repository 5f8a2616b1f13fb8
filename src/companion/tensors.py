"""Tensors in one file with their hash: safetensors loads a flipped bit without a word, this does not.

A file carries a hash of its tensors and one of the settings it belongs to, and is used only if both agree.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from companion.lab.errors import LabError


def digest(settings: Any) -> str:
    """A sha256 of a settings dataclass."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(settings), sort_keys=True).encode()).hexdigest()


def pack(tensors: Mapping[str, Tensor], settings: Any) -> bytes:
    """The bytes of a safetensors file with a hash of the tensors and one of the settings."""
    held = {name: tensor.contiguous() for name, tensor in tensors.items()}
    return save(held, {"settings": digest(settings), "tensors": _hash(held)})


def unpack(path: Path, settings: Any) -> dict[str, Tensor]:
    """The tensors of a file that `pack` made for these settings; raises LabError for any other file."""
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  not a dict
    except (SafetensorError, OSError) as error:
        raise LabError(
            f"{path.name} is not a readable checkpoint ({error}): delete it to start anew."
        ) from error
    if metadata.get("tensors") != _hash(tensors):
        raise LabError(f"{path.name} is damaged: its numbers do not have the hash it carries; delete it.")
    if metadata.get("settings") != digest(settings):
        raise LabError(f"{path.name} belongs to a run with other settings: move it away or use those.")
    return tensors


def belongs(path: Path, settings: Any) -> bool:
    """Whether the file says that `pack` made it for these settings."""
    with safe_open(path, "pt") as file:
        return bool((file.metadata() or {}).get("settings") == digest(settings))


def _hash(tensors: Mapping[str, Tensor]) -> str:
    total = hashlib.sha256()
    for name in sorted(tensors):
        total.update(f"{name} {tensors[name].dtype} {tuple(tensors[name].shape)}".encode())
        total.update(tensors[name].contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return total.hexdigest()
