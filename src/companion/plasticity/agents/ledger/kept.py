"""The agents that experiments share: taken from checkpoints/ where they lie there, else trained on the spot.

`python -m companion.plasticity.agents.ledger.kept varied 0 1 2` trains agents and keeps them.
"""

import sys
from typing import get_args

import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.lab import checkpoints
from companion.lab.streams import Streams
from companion.plasticity.agents.ledger.recipe import Recipe, Variant
from companion.plasticity.agents.ledger.training import new_agent, shape_of
from companion.plasticity.agents.ledger.world import VOCABULARY
from companion.tensors import belongs, pack, unpack
from companion.transformer.model import new_model


def agent(recipe: Recipe, seed: int) -> LlamaForCausalLM:
    """The agent of a recipe; one that is not kept takes about a minute to train."""
    file = checkpoints.find(name_of(recipe.variant, seed))
    if file and belongs(file, recipe):
        return unflatten(recipe, unpack(file, recipe))
    return unflatten(recipe, flatten(new_agent(recipe, Streams(seed))))  # rounded as if it had been kept


def flatten(model: LlamaForCausalLM) -> dict[str, Tensor]:
    """An agent as it is kept: weights in bfloat16."""
    return {name: tensor.to(torch.bfloat16) for name, tensor in model.state_dict().items()}


def unflatten(recipe: Recipe, tensors: dict[str, Tensor]) -> LlamaForCausalLM:
    """The inverse of `flatten`."""
    model = new_model(shape_of(recipe), VOCABULARY, 0)
    model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    return model.eval()


def name_of(variant: Variant, seed: int) -> str:
    """What an agent's file is called."""
    return f"agent-ledger-{variant}-{seed}"


def keep_agent(recipe: Recipe, seed: int) -> None:
    """Train an agent and keep it."""
    data = pack(flatten(new_agent(recipe, Streams(seed))), recipe)
    command = f"python -m companion.plasticity.agents.ledger.kept {recipe.variant} {seed}"
    checkpoints.keep(name_of(recipe.variant, seed), data, command)


def main(arguments: list[str]) -> None:
    """Make agents again: a variant, seeds."""
    variants = {variant: variant for variant in get_args(Variant)}
    known = len(arguments) > 1 and arguments[0] in variants
    if not known or not all(seed.isdigit() for seed in arguments[1:]):
        sys.exit(f"usage: python -m companion.plasticity.agents.ledger.kept {{{','.join(variants)}}} SEED...")
    for seed in arguments[1:]:
        keep_agent(Recipe(variants[arguments[0]]), int(seed))


if __name__ == "__main__":
    main(sys.argv[1:])
