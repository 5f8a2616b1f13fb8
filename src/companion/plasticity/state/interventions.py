"""What can be done to a state: put words out of it, put another's in, write it to disk and take it back."""

import hashlib
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.lab.errors import LabError
from companion.plasticity.state.instance import State
from companion.transformer.forward import KeysValues


def evicted(state: State, positions: list[int]) -> State:
    """The state without the keys and values of some words; the next word keeps its position."""
    gone = set(positions)
    if not gone <= set(range(state.held)):
        raise LabError(f"The state holds words 0 to {state.held - 1}: others cannot be evicted.")
    kept = [position for position in range(state.held) if position not in gone]
    layers = [KeysValues(layer.keys[:, :, kept], layer.values[:, :, kept]) for layer in state.layers]
    return State(layers, state.next)


def transplanted(
    donor: State, receiver: State, layers: list[int] | None = None, positions: list[int] | None = None
) -> State:
    """The receiver with the donor's keys and values, in all layers and positions or in some."""
    if _shape(donor) != _shape(receiver):
        raise LabError(
            f"A state of shape {_shape(donor)} cannot replace one of shape {_shape(receiver)}: "
            "layers, rows, heads, words and widths must be the same."
        )
    places = torch.arange(donor.held) if positions is None else torch.tensor(positions, dtype=torch.long)
    mixed = []
    for number, (theirs, own) in enumerate(zip(donor.layers, receiver.layers, strict=True)):
        keys, values = own.keys.clone(), own.values.clone()
        if layers is None or number in layers:
            keys[:, :, places], values[:, :, places] = theirs.keys[:, :, places], theirs.values[:, :, places]
        mixed.append(KeysValues(keys, values))
    return State(mixed, receiver.next)


def save_state(path: Path, state: State, model: LlamaForCausalLM) -> None:
    """Write a state, and whose it is."""
    _shape(state)
    tensors: dict[str, Tensor] = {}
    for number, layer in enumerate(state.layers):
        tensors[f"keys.{number}"] = layer.keys.contiguous()
        tensors[f"values.{number}"] = layer.values.contiguous()
    save_file(tensors, path, {"next": str(state.next), "weights": weights_digest(model)})


def load_state(path: Path, model: LlamaForCausalLM) -> State:
    """The state that `save_state` wrote; raises LabError where other weights built it or it cannot be read."""
    try:
        with safe_open(path, "pt") as file:
            of = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  not a dict
    except (SafetensorError, OSError) as error:
        raise LabError(f"{path.name} is not a readable state ({error}).") from error
    if of.get("weights") != weights_digest(model):
        raise LabError(
            f"{path.name} is the state of another model: only the weights that built it can read it."
        )
    pairs = range(len(tensors) // 2)
    state = State([KeysValues(tensors[f"keys.{i}"], tensors[f"values.{i}"]) for i in pairs], int(of["next"]))
    _shape(state)
    return state


def weights_digest(model: LlamaForCausalLM) -> str:
    """A sha256 of all weights."""
    total = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        total.update(name.encode())
        total.update(tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return total.hexdigest()


def _shape(state: State) -> tuple[int, ...]:
    """Layers, rows, heads, words and width of a head; raises LabError where the layers are not alike."""
    shapes = {tuple(part.shape) for layer in state.layers for part in layer}
    if len(shapes) != 1:
        raise LabError(f"The layers of a state have keys and values of unlike shapes: {sorted(shapes)}.")
    return (len(state.layers), *shapes.pop())
