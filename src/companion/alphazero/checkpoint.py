"""All of a run in one file: a run that was killed goes on from there to the same final weights, to the last bit.

The file is safetensors, which loads a flipped bit without a word; so the file carries a hash of its tensors and of the
settings it belongs to, and is used only if both agree.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from companion.alphazero.loop import LoopSettings, Run, new_run
from companion.lab.errors import LabError
from companion.lab.store import write_atomically
from companion.lab.streams import Streams


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


def save_run(path: Path, run: Run, settings: LoopSettings, also: Mapping[str, Tensor] | None = None) -> None:
    """Write the run's whole state, and further tensors to go with it; the file is replaced as a whole or not at all."""
    tensors = {f"network.{name}": tensor for name, tensor in run.network.state_dict().items()}
    for index, state in run.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": tensor for name, tensor in state.items()}
    tensors |= {
        "replay.samples": _as_bytes(run.replay.samples),
        "replay.written": _as_bytes(run.replay.written),
    }
    tensors |= {"games": _as_bytes(run.games), "iteration": torch.tensor(run.iteration)}
    tensors |= {f"also.{name}": tensor for name, tensor in (also or {}).items()}
    write_atomically(path, pack({name: tensor.detach().cpu() for name, tensor in tensors.items()}, settings))


def load_run(
    path: Path, settings: LoopSettings, streams: Streams, device: str = "cpu"
) -> tuple[Run, dict[str, Tensor]]:
    """The run as it was saved, and what was saved with it; raises LabError for a file that cannot be used."""
    tensors, run = unpack(path, settings), new_run(settings, streams, device)
    run.network.load_state_dict(_below("network.", tensors))
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _below("optimizer.", tensors).items():
        index, key = name.split(".")
        state.setdefault(int(index), {})[key] = tensor
    run.optimizer.load_state_dict({**run.optimizer.state_dict(), "state": state})
    for array, name in ((run.replay.samples, "replay.samples"), (run.replay.written, "replay.written")):
        array[:] = tensors[name].numpy().view(array.dtype)
    run.games[:] = tensors["games"].numpy().view(run.games.dtype)
    run.iteration = int(tensors["iteration"])
    return run, _below("also.", tensors)


def _as_bytes(records: np.ndarray) -> Tensor:
    return torch.from_numpy(records.view(np.uint8).copy())


def _below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
