"""The policies that experiments share: taken from checkpoints/ where they lie there, else trained on the spot.

`python -m companion.reasoning.kept word-problem rl 0 1 2` trains policies and keeps them.
"""

import sys
from dataclasses import replace
from typing import NamedTuple, get_args

import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.lab import checkpoints
from companion.lab.streams import Streams
from companion.reasoning import countdown_texts, word_problem
from companion.reasoning.checkpoint import trained
from companion.reasoning.countdown import Countdown
from companion.reasoning.grpo import GRPOSettings, Step
from companion.reasoning.recipe import (
    COUNTDOWN,
    SHORT_WORD_PROBLEM,
    WORD_PROBLEM,
    Made,
    Recipe,
    TaskName,
    Variant,
)
from companion.reasoning.rollouts import RolloutSettings
from companion.reasoning.task import Task
from companion.reasoning.word_problem import WordProblem
from companion.tensors import belongs, digest, pack, unpack
from companion.transformer.model import ModelSettings, new_model
from companion.transformer.training import OnStep, TrainingSettings, joined, train

WORD_TASK = WordProblem()
SHORT_WORD_TASK = WordProblem((1, 2, 3, 4, 6, 8))
COUNTDOWN_TASK = Countdown()

TASKS: dict[TaskName, Task] = {
    "word-problem": WORD_TASK,
    "short-word-problem": SHORT_WORD_TASK,
    "countdown": COUNTDOWN_TASK,
}

RECIPES: dict[TaskName, Recipe] = {
    "word-problem": WORD_PROBLEM,
    "short-word-problem": SHORT_WORD_PROBLEM,
    "countdown": COUNTDOWN,
}

INGREDIENTS = {
    "full": word_problem.Ingredients(),
    "no-full-traces": word_problem.Ingredients(full_traces=0.0),
    "random-steps": word_problem.Ingredients(step_error=0.9),
    "wrong-answers": word_problem.Ingredients(answer_error=0.9),
}

ROLLOUTS: dict[Variant, RolloutSettings] = {
    "rl": RolloutSettings(),
    "traced": RolloutSettings(opening="think"),
    "no-trace": RolloutSettings(opening="answer"),
    "random": RolloutSettings(flipped=0.5),
    "self-graded": RolloutSettings(grader="own mark"),
}


class Policy(NamedTuple):
    """A policy and how it came about."""

    model: LlamaForCausalLM
    history: list[Step]  # of its reinforcement learning; empty for a prior


def task_of(recipe: Recipe) -> Task:
    """The task of a recipe."""
    return TASKS[recipe.task]


def shape_of(recipe: Recipe) -> ModelSettings:
    """The size of a recipe's model: its window holds a prompt, the longest trace, and an answer that is forced then."""
    task = task_of(recipe)
    window = task.prompt_length + task.limit + 1 + task.answer_limit
    return ModelSettings(recipe.width, recipe.layers, recipe.heads, recipe.feedforward, window)


def new_prior(recipe: Recipe, streams: Streams, on_step: OnStep | None = None) -> LlamaForCausalLM:
    """Train the weak prior of a recipe on its corpus."""
    task = task_of(recipe)
    model = new_model(shape_of(recipe), task.vocabulary, streams.seed("weights"))
    settings = TrainingSettings(parts=4 if isinstance(task, Countdown) else 2)
    match task:
        case Countdown():
            first = joined(
                countdown_texts.drills(task, recipe.drills, streams.numpy("drills")),
                countdown_texts.comparisons(task, recipe.comparisons, streams.numpy("comparisons")),
                countdown_texts.checks(task, recipe.checks, streams.numpy("checks")),
                pad=task.vocabulary.pad,
            )
            train(model, first, settings, streams.numpy("order of drills"), on_step)
            texts = joined(
                countdown_texts.corpus(
                    task, recipe.texts, countdown_texts.Ingredients(), streams.numpy("texts")
                ),
                countdown_texts.checks(task, recipe.late_checks, streams.numpy("late checks")),
                pad=task.vocabulary.pad,
            )
        case WordProblem():
            texts = task.corpus(recipe.texts, INGREDIENTS[recipe.corpus], streams.numpy("texts"))
        case _:
            raise TypeError(f"no corpus is known for {task}")
    return train(model, texts, settings, streams.numpy("order of texts"), on_step)


def run_of(recipe: Recipe, variant: Variant) -> GRPOSettings:
    """The settings of a variant's reinforcement learning."""
    rollouts = replace(ROLLOUTS[variant], problems=recipe.problems, group=recipe.group)
    # The runs that are kept were made row by row; the same sums in another order would end at other weights.
    return GRPOSettings(recipe.steps, recipe.rate, once=False, rollouts=rollouts)


def policy(recipe: Recipe, variant: Variant, seed: int) -> Policy:
    """The policy of a recipe; one that is not kept takes up to minutes to train and may be interrupted."""
    file = checkpoints.find(name_of(recipe.task, variant, seed))
    if file and belongs(file, key_of(recipe, variant)):
        return unflatten(recipe, unpack(file, key_of(recipe, variant)))
    return unflatten(recipe, flatten(made(recipe, variant, seed)))  # rounded as if it had been kept


def key_of(recipe: Recipe, variant: Variant) -> Made:
    """What a policy depends on; a prior knows nothing of the run that follows."""
    usual = Recipe()
    if variant == "base":
        recipe = replace(
            recipe, steps=usual.steps, problems=usual.problems, group=usual.group, rate=usual.rate
        )
    return Made(recipe, variant)


def made(recipe: Recipe, variant: Variant, seed: int) -> Policy:
    """Train a policy, from the prior of the same seed."""
    streams = Streams(seed)
    if variant == "base":
        return Policy(new_prior(recipe, streams), [])
    model = policy(recipe, "base", seed).model
    name = f"{recipe.task}-{variant}-{digest(recipe)[:8]}"
    return Policy(model, trained(model, task_of(recipe), run_of(recipe, variant), streams, name))


def with_flipped_rewards(recipe: Recipe, share: float, seed: int) -> Policy:
    """The policy whose verifier turns this share of its rewards around; those of 0 and a half may be kept."""
    if share in (0.0, 0.5):
        return policy(recipe, "rl" if share == 0 else "random", seed)
    run, streams = run_of(recipe, "rl"), Streams(seed)
    run = replace(run, rollouts=replace(run.rollouts, flipped=share))
    model = policy(recipe, "base", seed).model
    return Policy(
        model, trained(model, task_of(recipe), run, streams, f"{recipe.task}-flipped-{digest(recipe)[:8]}")
    )


def flatten(policy: Policy) -> dict[str, Tensor]:
    """A policy as it is kept: weights in bfloat16, which moves a probability by about a percent of itself."""
    tensors = {
        f"model/{name}": tensor.to(torch.bfloat16) for name, tensor in policy.model.state_dict().items()
    }
    return tensors | {"history": torch.tensor(policy.history, dtype=torch.float32)}


def unflatten(recipe: Recipe, tensors: dict[str, Tensor]) -> Policy:
    """The inverse of `flatten`."""
    model = new_model(shape_of(recipe), task_of(recipe).vocabulary, 0)
    held = {name.removeprefix("model/"): tensor for name, tensor in tensors.items() if name != "history"}
    model.load_state_dict({name: tensor.float() for name, tensor in held.items()})
    return Policy(model.eval(), [Step(*row) for row in tensors["history"].tolist()])


def name_of(task: TaskName, variant: Variant, seed: int) -> str:
    """What a policy's file is called."""
    return f"cot-{task}-{variant}-{seed}"


def keep_policy(task: TaskName, variant: Variant, seed: int) -> None:
    """Train a policy and keep it."""
    recipe = RECIPES[task]
    data = pack(flatten(made(recipe, variant, seed)), key_of(recipe, variant))
    checkpoints.keep(
        name_of(task, variant, seed), data, f"python -m companion.reasoning.kept {task} {variant} {seed}"
    )


def main(arguments: list[str]) -> None:
    """Make policies again: a task, a variant, seeds."""
    variants = {variant: variant for variant in get_args(Variant)}
    known = len(arguments) > 2 and arguments[0] in RECIPES and arguments[1] in variants
    if not known or not all(seed.isdigit() for seed in arguments[2:]):
        sys.exit(
            f"usage: python -m companion.reasoning.kept {{{','.join(RECIPES)}}} {{{','.join(variants)}}} SEED..."
        )
    task = next(name for name in RECIPES if name == arguments[0])
    for seed in arguments[2:]:
        keep_policy(task, variants[arguments[1]], int(seed))


if __name__ == "__main__":
    main(sys.argv[1:])
