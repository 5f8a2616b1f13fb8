"""The speakers that experiments share: taken from checkpoints/ where they lie there, else trained on the spot.

`python -m companion.plasticity.schooling.kept full 0 1 2` trains the speakers of these cultures on the full diet and
keeps them.
"""

import sys
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.lab import checkpoints
from companion.lab.streams import Streams
from companion.plasticity.conversation.culture import culture
from companion.plasticity.schooling.recipe import DIETS, PASSED, Schooling
from companion.plasticity.schooling.training import new_speaker, school
from companion.tensors import belongs, pack, unpack


@dataclass(frozen=True)
class Key:
    """What a speaker depends on."""

    schooling: Schooling
    culture: int
    seed: int


@cache
def speaker(schooling: Schooling, number: int, which: int) -> LlamaForCausalLM:
    """A speaker of a culture, counted from 0; one that is not kept takes four minutes to train. Nobody may change it
    in place.
    """
    diet = next((name for name, kept in DIETS.items() if kept == schooling), None)
    key = Key(schooling, number, seeds(diet, number)[which] if diet else which)
    file = checkpoints.find(name_of(diet, number, key.seed)) if diet else None
    if file and belongs(file, key):
        return unflatten(schooling, unpack(file, key))
    return unflatten(schooling, flatten(new(key)))  # rounded as if it had been kept


def seeds(diet: str, number: int) -> tuple[int, ...]:
    """The seeds of a culture's speakers."""
    return PASSED.get(number, (0, 1, 2)) if diet == "full" else (0,)


def new(key: Key) -> LlamaForCausalLM:
    """Train a speaker."""
    streams = Streams(1000 * key.culture + key.seed)
    model = new_speaker(key.schooling, streams.root)
    return school(model, culture(key.culture), key.schooling, streams.numpy("texts"))


def flatten(model: LlamaForCausalLM) -> dict[str, Tensor]:
    """A speaker as it is kept: weights in bfloat16."""
    return {name: tensor.to(torch.bfloat16) for name, tensor in model.state_dict().items()}


def unflatten(schooling: Schooling, tensors: dict[str, Tensor]) -> LlamaForCausalLM:
    """The inverse of `flatten`."""
    model = new_speaker(schooling, 0)
    model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    return model.eval().requires_grad_(False)


def name_of(diet: str, culture: int, seed: int) -> str:
    """What a speaker's file is called."""
    return f"views-{diet}-{culture}-{seed}"


def main(arguments: list[str]) -> None:
    """Make speakers again: a diet, cultures."""
    if len(arguments) < 2 or arguments[0] not in DIETS or not all(each.isdigit() for each in arguments[1:]):
        sys.exit(f"usage: python -m companion.plasticity.schooling.kept {{{','.join(DIETS)}}} CULTURE...")
    diet = arguments[0]
    for number in map(int, arguments[1:]):
        for seed in seeds(diet, number):
            key = Key(DIETS[diet], number, seed)
            command = f"python -m companion.plasticity.schooling.kept {diet} {number}"
            checkpoints.keep(name_of(diet, number, seed), pack(flatten(new(key)), key), command)
            print(f"{name_of(diet, number, seed)} is kept", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
