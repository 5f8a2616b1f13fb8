"""All of a run in one file: a run that was killed goes on from there to the same final weights, to the last bit."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from companion.alphazero.loop import LoopSettings, Run, new_run
from companion.lab.store import write_atomically
from companion.lab.streams import Streams
from companion.tensors import pack, unpack


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
