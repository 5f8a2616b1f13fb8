"""The agents that experiments share: taken from checkpoints/ where they lie there, else trained on the spot.

`python -m companion.plasticity.agents.asking.kept unused 0 1 2` trains priors and keeps them; `outcome` in
place of a prior's name does so for the agents that learned from the outcome.
"""

import sys
from dataclasses import replace
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.lab import checkpoints
from companion.lab.streams import Streams
from companion.plasticity.agents.asking.recipe import FULL, Prior, Recipe
from companion.plasticity.agents.asking.training import Step, reinforce, teach
from companion.plasticity.agents.asking.world import VOCABULARY
from companion.tensors import belongs, pack, unpack
from companion.transformer.model import ModelSettings, new_model

Variant = Literal["unused", "weak", "no-dissent", "supervised", "outcome"]
"""A prior by its name, or the agent that learned from the outcome on the prior `unused`."""

WINDOW = 64
"""Words that a model has places for."""


class Agent(NamedTuple):
    """An agent and how it came about."""

    model: LlamaForCausalLM
    history: list[Step]  # of its reinforcement learning; empty for a prior


def shape_of(recipe: Recipe) -> ModelSettings:
    """The size of a recipe's model."""
    return ModelSettings(recipe.width, recipe.layers, recipe.heads, recipe.feedforward, WINDOW)


def prior_key(recipe: Recipe) -> Recipe:
    """What a prior depends on: it knows nothing of what is learned after it."""
    sizes = {name: getattr(recipe, name) for name in ("width", "layers", "heads", "feedforward")}
    return Recipe(prior=recipe.prior, texts=recipe.texts, lessons=recipe.lessons, **sizes)


def prior(recipe: Recipe, seed: int) -> LlamaForCausalLM:
    """The prior of a recipe; one that is not kept takes about half a minute to train."""
    key = prior_key(recipe)
    file = checkpoints.find(name_of(recipe.prior, seed))
    if file and belongs(file, key):
        return unflatten(recipe, unpack(file, key)).model
    return unflatten(
        recipe, flatten(Agent(new_prior(recipe, seed), []))
    ).model  # rounded as if it had been kept


def new_prior(recipe: Recipe, seed: int) -> LlamaForCausalLM:
    """Train a prior."""
    streams = Streams(seed)
    model = new_model(shape_of(recipe), VOCABULARY, streams.seed("weights"))
    return teach(model, recipe, streams.numpy("texts"))


def agent(recipe: Recipe, seed: int) -> Agent:
    """The agent that learned by reward on the prior of the same seed."""
    file = checkpoints.find(name_of("outcome", seed))
    if file and belongs(file, recipe):
        return unflatten(recipe, unpack(file, recipe))
    return unflatten(recipe, flatten(new_agent(recipe, seed)))


def new_agent(recipe: Recipe, seed: int) -> Agent:
    """Train an agent."""
    model = prior(recipe, seed)
    return Agent(model, reinforce(model, recipe, Streams(seed)))


def flatten(agent: Agent) -> dict[str, Tensor]:
    """An agent as it is kept: weights in bfloat16."""
    tensors = {
        f"model/{name}": tensor.to(torch.bfloat16) for name, tensor in agent.model.state_dict().items()
    }
    return tensors | {
        "history": torch.tensor(agent.history, dtype=torch.float32).reshape(-1, len(Step._fields))
    }


def unflatten(recipe: Recipe, tensors: dict[str, Tensor]) -> Agent:
    """The inverse of `flatten`."""
    model = new_model(shape_of(recipe), VOCABULARY, 0)
    held = {name.removeprefix("model/"): tensor for name, tensor in tensors.items() if name != "history"}
    model.load_state_dict({name: tensor.float() for name, tensor in held.items()})
    return Agent(model.eval(), [Step(*row) for row in tensors["history"].tolist()])


def name_of(variant: Variant | Prior, seed: int) -> str:
    """What an agent's file is called."""
    return f"agent-asking-{variant}-{seed}"


def keep(variant: Variant, seed: int) -> None:
    """Train a prior or an agent and keep it."""
    if variant == "outcome":
        data = pack(flatten(new_agent(FULL, seed)), FULL)
    else:
        recipe = replace(FULL, prior=variant)
        data = pack(flatten(Agent(new_prior(recipe, seed), [])), prior_key(recipe))
    checkpoints.keep(
        name_of(variant, seed), data, f"python -m companion.plasticity.agents.asking.kept {variant} {seed}"
    )


def main(arguments: list[str]) -> None:
    """Make agents again: a variant, seeds."""
    variants = {variant: variant for variant in get_args(Variant)}
    known = len(arguments) > 1 and arguments[0] in variants
    if not known or not all(seed.isdigit() for seed in arguments[1:]):
        sys.exit(f"usage: python -m companion.plasticity.agents.asking.kept {{{','.join(variants)}}} SEED...")
    for seed in arguments[1:]:
        keep(variants[arguments[0]], int(seed))


if __name__ == "__main__":
    main(sys.argv[1:])
