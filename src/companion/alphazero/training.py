"""A training run: resumable, with its network kept at chosen moments. Runs that experiments share: see kept.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from tqdm.auto import tqdm

from companion.alphazero.checkpoint import load_run, save_run
from companion.alphazero.loop import LoopSettings, Run, new_run, remaining
from companion.alphazero.network import PolicyValueNet, new_network
from companion.lab import paths
from companion.lab.streams import Streams
from companion.tensors import digest

SCRATCH = paths.ROOT / "_build" / "alphazero"

HEADS = "heads"
"""The last layer keeps its precision in a snapshot; see inference.py."""


@dataclass(frozen=True)
class Training:
    """A run, and the iterations after which its network is kept; 0 is the network before training."""

    loop: LoopSettings
    moments: tuple[int, ...]

    def __post_init__(self) -> None:
        if list(self.moments) != sorted(set(self.moments)) or not 0 <= self.moments[0] <= self.moments[-1]:
            raise ValueError(f"moments are iterations in rising order, not {self.moments}")
        if self.moments[-1] > self.loop.iterations:
            raise ValueError(
                f"the run ends after {self.loop.iterations} iterations, before {self.moments[-1]}"
            )


def snapshot(network: PolicyValueNet) -> dict[str, Tensor]:
    """The weights as they are kept: bfloat16, as the convolutions of the search see them, but for the last layer."""
    return {
        name: tensor.detach().cpu().clone()
        if name.startswith(HEADS)
        else tensor.detach().cpu().to(torch.bfloat16)
        for name, tensor in network.state_dict().items()
    }


def restored(settings: LoopSettings, weights: Mapping[str, Tensor]) -> PolicyValueNet:
    """The network of a snapshot."""
    network = new_network(settings.board, settings.network, 0)
    network.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return network.eval().requires_grad_(False)


def train(training: Training, seed: int, device: str = "cpu", every: int = 5) -> dict[int, dict[str, Tensor]]:
    """Train, and return the snapshots by iteration. A run that was killed goes on from its last saved iteration.

    The file lies in _build/alphazero, is named by settings and seed, and is removed when the run is done.
    """
    file = SCRATCH / f"{digest(training)[:16]}-{seed}.safetensors"
    streams = Streams(seed)
    run, kept = _resumed(file, training.loop, streams, device)
    if 0 in training.moments and run.iteration == 0:
        kept[0] = snapshot(run.network)
    with tqdm(total=training.loop.iterations, initial=run.iteration, desc=f"training, seed {seed}") as bar:
        for report in remaining(run, training.loop, streams):
            bar.update()
            if report.iteration in training.moments:
                kept[report.iteration] = snapshot(run.network)
            if report.iteration % every == 0:
                save_run(file, run, training.loop, flatten(kept))
    file.unlink(missing_ok=True)
    return kept


def _resumed(
    file: Path, settings: LoopSettings, streams: Streams, device: str
) -> tuple[Run, dict[int, dict[str, Tensor]]]:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        return new_run(settings, streams, device), {}
    run, kept = load_run(file, settings, streams, device)
    return run, unflatten(kept)


def flatten(snapshots: Mapping[int, Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Snapshots as one flat mapping: "iteration/parameter"."""
    return {f"{i}/{name}": tensor for i, weights in snapshots.items() for name, tensor in weights.items()}


def unflatten(tensors: Mapping[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    """The inverse of `flatten`."""
    snapshots: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        iteration, parameter = name.split("/")
        snapshots.setdefault(int(iteration), {})[parameter] = tensor
    return snapshots
