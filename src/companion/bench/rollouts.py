"""Completions a second, sampled alone and in whole steps of reinforcement learning, on both tasks.

The models are the priors of the book's runs, since an untrained one hardly ever ends a text. Every repetition begins
with the same weights and the same problems: those of the first steps of a run.
"""

import copy
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.bench.report import Numbers, Report, rounded
from companion.bench.timing import Timed, in_turns, median, require_processors, timed
from companion.lab.streams import Streams
from companion.reasoning.grpo import GRPOSettings, Step, learn, new_run, remaining
from companion.reasoning.kept import policy, run_of, task_of
from companion.reasoning.recipe import COUNTDOWN, WORD_PROBLEM, Recipe
from companion.reasoning.rollouts import rollouts
from companion.reasoning.task import Task
from companion.transformer.sampling import sample

RECIPES = {"word_problem": WORD_PROBLEM, "countdown": COUNTDOWN}


@dataclass(frozen=True)
class RolloutsBench:
    """How much is done in a repetition, and how often."""

    batches: int = 2  # completed, or learned from in as many steps
    repetitions: int = 5
    seed: int = 0


class Case(NamedTuple):
    """A task, the model that every repetition begins with, and the run it is at the beginning of."""

    task: Task
    prior: LlamaForCausalLM
    run: GRPOSettings


class Sampled(NamedTuple):
    """What one repetition drew."""

    completions: int
    tokens: int


class Apart(NamedTuple):
    """The processor time of one repetition's steps in two parts."""

    sampling_cpu_s: float  # problems and verifier included
    learning_cpu_s: float


def prior_of(recipe: Recipe) -> LlamaForCausalLM:
    """The prior of the first run."""
    return policy(recipe, "base", 0).model


def case_of(recipe: Recipe, settings: RolloutsBench, model: LlamaForCausalLM) -> Case:
    """The first steps of a recipe's run."""
    return Case(task_of(recipe), model, replace(run_of(recipe, "rl"), steps=settings.batches, once=True))


def problems(case: Case, settings: RolloutsBench) -> list[Int[Tensor, "problems time"]]:
    """The prompts that each step of the run begins with."""
    count, streams = case.run.rollouts.problems, Streams(settings.seed)
    return [
        torch.from_numpy(case.task.problems(count, streams.numpy(f"rollouts {step}")))
        for step in range(settings.batches)
    ]


def sample_once(case: Case, settings: RolloutsBench) -> Timed[Sampled]:
    """Complete each batch of problems."""
    random, group = Streams(settings.seed).numpy("draws"), case.run.rollouts.group
    batches = problems(case, settings)
    run = timed(lambda: [sample(case.prior, each, case.task.limit, random, copies=group) for each in batches])
    masks = [completions.mask for completions in run.result]
    did = Sampled(sum(map(len, masks)), sum(int(mask.sum()) for mask in masks))
    return Timed(did, run.wall_s, run.cpu_s)


def steps_once(case: Case, settings: RolloutsBench) -> Timed[list[Step]]:
    """The loop itself, as runs call it."""
    run, seen = new_run(copy.deepcopy(case.prior), case.run), list[Step]()
    done = timed(
        lambda: remaining(run, case.task, case.run, Streams(settings.seed), lambda _, step: seen.append(step))
    )
    return Timed(seen, done.wall_s, done.cpu_s)


def steps_apart(case: Case, settings: RolloutsBench) -> Timed[Apart]:
    """What the loop does in a step, called from here, so that a clock can stand between the two parts."""
    run, streams, clock = new_run(copy.deepcopy(case.prior), case.run), Streams(settings.seed), [0.0, 0.0]

    def steps() -> None:
        for step in range(settings.batches):
            begun = time.process_time()
            batch = rollouts(run.model, case.task, case.run.rollouts, streams.numpy(f"rollouts {step}"))
            drawn = time.process_time()
            learn(run, batch, case.run, float(batch.drawn.sum()))
            clock[0] += drawn - begun
            clock[1] += time.process_time() - drawn

    done = timed(steps)
    return Timed(Apart(*clock), done.wall_s, done.cpu_s)


def sampling_numbers(run: Timed[Sampled]) -> Numbers:
    """The case of sampling alone."""
    did = run.result
    found = {
        "completions_per_s": did.completions / run.wall_s,
        "tokens_per_s": did.tokens / run.wall_s,
        "completions_per_cpu_s": did.completions / run.cpu_s,
        "tokens_per_cpu_s": did.tokens / run.cpu_s,
        "tokens_per_completion": did.tokens / did.completions,
    }
    return {name: rounded(number) for name, number in found.items()}


def steps_numbers(run: Timed[list[Step]], apart: Timed[Apart], completions: int) -> Numbers:
    """The case of whole steps, of so many completions each. Shares are taken in processor time."""
    seen, parts = run.result, apart.result
    total = parts.sampling_cpu_s + parts.learning_cpu_s
    found = {
        "completions_per_s": len(seen) * completions / run.wall_s,
        "completions_per_cpu_s": len(seen) * completions / run.cpu_s,
        "tokens_per_completion": sum(step.tokens for step in seen) / len(seen),
        "sampling_share": parts.sampling_cpu_s / total,
        "learning_share": parts.learning_cpu_s / total,
        "used_share": sum(step.used for step in seen) / len(seen),
    }
    return {name: rounded(number) for name, number in found.items()}


@contextmanager
def torch_threads(threads: int) -> Iterator[None]:
    """Inside, torch shares its work among so many threads; the kernels of sampling stay in one."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def measure(
    threads: int = 1,
    settings: RolloutsBench = RolloutsBench(),
    recipes: Mapping[str, Recipe] = RECIPES,
    prior: Callable[[Recipe], LlamaForCausalLM] = prior_of,
) -> Report:
    """For each task sampling alone and whole steps; `used_share` counts completions whose group differs in reward."""
    require_processors(threads)
    cases = {name: case_of(recipe, settings, prior(recipe)) for name, recipe in recipes.items()}
    report: Report = {}
    with torch_threads(threads):
        sampled, stepped, apart = (
            in_turns(
                {name: partial(once, case, settings) for name, case in cases.items()}, settings.repetitions
            )
            for once in (sample_once, steps_once, steps_apart)
        )
    for name, case in cases.items():
        completions = case.run.rollouts.problems * case.run.rollouts.group
        report[f"{name}_sampling"] = sampling_numbers(median(sampled[name]))
        report[f"{name}_steps"] = steps_numbers(median(stepped[name]), median(apart[name]), completions)
    return {**report, "batches": settings.batches, "threads": threads}
