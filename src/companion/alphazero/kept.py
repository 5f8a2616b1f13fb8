"""The runs and test sets that experiments share: taken from checkpoints/ where they lie there, else made on the spot.

`python -m companion.alphazero.kept search 0 1 2` trains runs and keeps them, `... kept problems` labels the test set.
"""

import sys
from dataclasses import replace
from typing import get_args

import torch

from companion.alphazero.learning import LearningSettings
from companion.alphazero.loop import LoopSettings
from companion.alphazero.network import NetworkSettings, PolicyValueNet
from companion.alphazero.problems import Problems, off_policy
from companion.alphazero.recipe import LONG, SHORT, Recipe, TestSet, Variant
from companion.alphazero.self_play import SelfPlaySettings
from companion.alphazero.training import Training, flatten, restored, train, unflatten
from companion.games.board import CONNECT_FOUR
from companion.lab import checkpoints
from companion.search.settings import SearchSettings
from companion.tensors import belongs, pack, unpack

PROBLEMS = "connect-four-problems"


def loop_of(recipe: Recipe, variant: Variant) -> LoopSettings:
    """The settings of a run of Connect Four; recipe.py says what each variant changes."""
    searching, blind = variant != "no-search", variant.startswith("blind")
    play = SelfPlaySettings(
        games=recipe.games,
        simulations=recipe.simulations if searching else 0,
        quick_simulations=recipe.quick_simulations if searching else 0,
        full_share=recipe.full_share,
        noise=0.25 if searching else 0.0,
        random_opening=0 if variant == "empty-board" else recipe.random_opening,
    )
    learning = LearningSettings(
        batch=recipe.batch,
        reuse=recipe.reuse,
        learning_rate=recipe.learning_rate,
        outcome_share={"outcome": 1.0, "own": 0.0}.get(variant.partition("-")[2], 0.5),
        targets="shuffled" if variant.endswith("shuffled") else "own",
    )
    if variant == "blind-shuffled":
        learning = replace(learning, outcome_share=0.0)
    return LoopSettings(
        network=NetworkSettings(recipe.channels, recipe.blocks),
        search=SearchSettings(blind=blind),
        play=play,
        learning=learning,
        iterations=recipe.iterations,
        positions=recipe.positions,
        window=recipe.window,
    )


def training_of(recipe: Recipe, variant: Variant) -> Training:
    """The run and the moments at which its network is kept."""
    return Training(loop_of(recipe, variant), recipe.moments)


def networks(recipe: Recipe, variant: Variant, seed: int) -> dict[int, PolicyValueNet]:
    """The networks of a run by iteration; training one takes minutes and may be interrupted."""
    training = training_of(recipe, variant)
    file = checkpoints.find(name_of(variant, seed))
    kept = unflatten(unpack(file, training)) if file and belongs(file, training) else train(training, seed)
    return {moment: restored(training.loop, kept[moment]) for moment in recipe.moments}


def strong_network() -> PolicyValueNet:
    """The last network of the first run."""
    recipe = Recipe()
    return networks(recipe, "search", 0)[recipe.moments[-1]]


def problems(test: TestSet) -> Problems:
    """The problems of a test set of Connect Four; labeling thousands takes the solver a minute."""
    file = checkpoints.find(PROBLEMS)
    if file and belongs(file, test):
        tensors = unpack(file, test)
        return Problems(*(tensors[name].numpy() for name in Problems._fields))
    return off_policy(CONNECT_FOUR, test.candidates, (test.first_ply, test.last_ply), test.seed)


def name_of(variant: Variant, seed: int) -> str:
    """What a run's file is called."""
    return f"az-{variant}-{seed}"


def recipe_of(variant: Variant) -> Recipe:
    """How long the kept runs of a variant last."""
    if variant == "long":
        return LONG
    return SHORT if variant.startswith(("sees", "blind")) else Recipe()


def keep_run(recipe: Recipe, variant: Variant, seed: int) -> None:
    """Train a run and keep its networks."""
    training = training_of(recipe, variant)
    data = pack(flatten(train(training, seed)), training)
    checkpoints.keep(name_of(variant, seed), data, f"python -m companion.alphazero.kept {variant} {seed}")


def keep_problems(test: TestSet) -> None:
    """Label a test set and keep it."""
    found = off_policy(CONNECT_FOUR, test.candidates, (test.first_ply, test.last_ply), test.seed)
    data = pack({name: torch.from_numpy(array) for name, array in found._asdict().items()}, test)
    checkpoints.keep(PROBLEMS, data, "python -m companion.alphazero.kept problems")


def main(arguments: list[str]) -> None:
    """Make the named thing again: `problems`, or a variant and seeds."""
    if arguments == ["problems"]:
        keep_problems(TestSet())
        return
    variants = {variant: variant for variant in get_args(Variant)}
    if len(arguments) < 2 or arguments[0] not in variants or not all(a.isdigit() for a in arguments[1:]):
        sys.exit(f"usage: python -m companion.alphazero.kept problems | {{{','.join(variants)}}} SEED...")
    variant = variants[arguments[0]]
    recipe = recipe_of(variant)
    for seed in arguments[1:]:
        keep_run(recipe, variant, int(seed))


if __name__ == "__main__":
    main(sys.argv[1:])
