"""A run of reinforcement learning that may be interrupted: it goes on from its last saved step to the same weights."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor
from tqdm.auto import tqdm
from transformers import LlamaForCausalLM

from companion.lab import paths
from companion.lab.store import write_atomically
from companion.lab.streams import Streams
from companion.reasoning.grpo import GRPOSettings, Run, Step, new_run, remaining
from companion.reasoning.task import Task
from companion.tensors import digest, pack, unpack

SCRATCH = paths.ROOT / "_build" / "reasoning"


def save_run(path: Path, run: Run, settings: GRPOSettings, history: list[Step]) -> None:
    """Write all that the run needs to go on; the file is replaced as a whole or not at all."""
    tensors = {f"model.{name}": tensor for name, tensor in run.model.state_dict().items()}
    for index, state in run.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": tensor for name, tensor in state.items()}
    tensors |= {"steps": torch.tensor(run.steps), "history": torch.tensor(history, dtype=torch.float64)}
    write_atomically(path, pack({name: tensor.detach() for name, tensor in tensors.items()}, settings))


def load_run(path: Path, model: LlamaForCausalLM, settings: GRPOSettings) -> tuple[Run, list[Step]]:
    """The run as it was saved, in the given model; raises LabError for a file that cannot be used."""
    tensors, run = unpack(path, settings), new_run(model, settings)
    model.load_state_dict(_below("model.", tensors))
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _below("optimizer.", tensors).items():
        index, key = name.split(".")
        state.setdefault(int(index), {})[key] = tensor
    run.optimizer.load_state_dict({**run.optimizer.state_dict(), "state": state})
    run.steps = int(tensors["steps"])
    return run, [Step(*row) for row in tensors["history"].tolist()]


def _below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def trained(
    model: LlamaForCausalLM,
    task: Task,
    settings: GRPOSettings,
    streams: Streams,
    name: str,
    every: int = 10,
) -> list[Step]:
    """Train the model in place; returns what every step saw.

    Every few steps the run is saved in _build/reasoning under its name; one that was killed goes on from there, and the
    file is removed when the run is done.
    """
    file = SCRATCH / f"{name}-{digest(settings)[:16]}-{streams.root}.safetensors"
    file.parent.mkdir(parents=True, exist_ok=True)
    run, history = load_run(file, model, settings) if file.exists() else (new_run(model, settings), [])
    with tqdm(total=settings.steps, initial=run.steps, desc=f"{name}, seed {streams.root}") as bar:

        def after(run: Run, step: Step) -> None:
            history.append(step)
            bar.update()
            bar.set_postfix(correct=f"{step.correct:.2f}")
            if run.steps % every == 0:
                save_run(file, run, settings, history)

        remaining(run, task, settings, streams, after)
    file.unlink(missing_ok=True)
    return history
