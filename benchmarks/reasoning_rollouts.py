"""Our rollouts beside their peers: generate of transformers for sampling, TRL's GRPOTrainer for steps of learning.

Everybody has the same weights, the priors of the book's runs, the same problems, 16 completions of each and the same
limits, on one core, in turns, every second time in the opposite order. Ratios are taken in processor time, between
neighbors in time.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

try:
    from peers import one_core
    from peers import trl_grpo  # isort: skip  the processors first
except ImportError as missing:
    sys.exit(f"reasoning_rollouts: {missing.name} is missing; 'make bench' installs the peers.")

from companion.bench import record, rollouts
from companion.bench.report import rounded
from companion.bench.rollouts import RECIPES, Apart, Case, RolloutsBench, Sampled, case_of, prior_of
from companion.bench.timing import Timed, one_thread_each

PACKAGES = ("torch", "numba", "transformers", "trl")

BATCHES = {"word_problem": 4, "countdown": 2}
"""In one repetition."""

SAMPLING = {
    "sampling": "ours",
    "dynamic": "transformers, cache that grows",
    "static": "transformers, cache of fixed size",
}
STEPS = {
    "steps": "ours",
    "trl_512": "TRL, 512 completions at a time",
    "trl_128": "TRL, 128 completions at a time",
    "trl_32": "TRL, 32 completions at a time",
}

Work = Callable[[], Timed[Sampled]]
Runs = dict[str, list[Timed[Sampled]]]


def our_steps(case: Case, settings: RolloutsBench) -> Timed[Sampled]:
    """Our loop, counted as the peers are."""
    run, size = rollouts.steps_once(case, settings), case.run.rollouts.problems * case.run.rollouts.group
    did = Sampled(size * len(run.result), round(size * sum(step.tokens for step in run.result)))
    return Timed(did, run.wall_s, run.cpu_s)


def works(case: Case, settings: RolloutsBench) -> dict[str, Work]:
    """Everybody's work on one task."""
    return {
        "sampling": partial(rollouts.sample_once, case, settings),
        "dynamic": partial(trl_grpo.generate_once, case, settings, "dynamic"),
        "static": partial(trl_grpo.generate_once, case, settings, "static"),
        "steps": partial(our_steps, case, settings),
        "trl_512": partial(trl_grpo.steps_once, case, settings, 512),
        "trl_128": partial(trl_grpo.steps_once, case, settings, 128),
        "trl_32": partial(trl_grpo.steps_once, case, settings, 32),
    }


def in_order(works: dict[str, Work], repetitions: int) -> Runs:
    """Each work once, to compile it, which is forgotten; then all in turns, there and back. The order is kept."""
    for work in works.values():
        work()
    runs: Runs = {name: [] for name in works}
    for repetition in range(repetitions):
        for name in list(works)[:: -1 if repetition % 2 else 1]:
            runs[name].append(works[name]())
    return runs


def ratios(theirs: list[Timed[Sampled]], ours: list[Timed[Sampled]]) -> list[float]:
    """How many times less processor time ours took for a completion, in each repetition."""
    return [
        (their.cpu_s / their.result.completions) / (our.cpu_s / our.result.completions)
        for their, our in zip(theirs, ours, strict=True)
    ]


def rows(task: str, runs: Runs, labels: dict[str, str]) -> list[list[str | float | None]]:
    """A row for each program; the first is ours, against which the others are taken."""
    ours, *_ = labels
    found: list[list[str | float | None]] = []
    for name, label in labels.items():
        wall = median(run.result.completions / run.wall_s for run in runs[name])
        cpu = median(run.result.completions / run.cpu_s for run in runs[name])
        length = sum(run.result.tokens for run in runs[name]) / sum(
            run.result.completions for run in runs[name]
        )
        each = ratios(runs[name], runs[ours]) if name != ours else []
        spread = [rounded(pick(each)) if each else None for pick in (median, min, max)]
        found.append([f"{task}: {label}", rounded(wall), rounded(cpu), rounded(length), *spread])
    return found


def table(caption: str, runs: dict[str, Runs], labels: dict[str, str]) -> record.Table:
    """Both tasks."""
    heads = ["", "a second", "a CPU second", "tokens each", "ours faster by", "at least", "at most"]
    found = [row for task, each in runs.items() for row in rows(task.replace("_", " "), each, labels)]
    return record.table(caption, heads, found)


def shares(cases: dict[str, Case], apart: dict[str, list[Timed[Apart]]]) -> record.Table:
    """Where the time of our steps goes."""
    found: list[list[str | float]] = []
    for name in cases:
        sampling = median(
            run.result.sampling_cpu_s / (run.result.sampling_cpu_s + run.result.learning_cpu_s)
            for run in apart[name]
        )
        used = [step.used for step in rollouts.steps_once(cases[name], RolloutsBench(BATCHES[name])).result]
        found.append(
            [name.replace("_", " "), rounded(sampling), rounded(1 - sampling), rounded(sum(used) / len(used))]
        )
    heads = ["", "share of time in sampling", "in learning", "completions that teach"]
    return record.table("Where the time of our steps goes", heads, found)


def main() -> None:
    """Measure, print, write the record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--out", type=Path, default=record.FOLDER)
    options = parser.parse_args()
    one_core.use(1)
    cases, runs, apart = dict[str, Case](), dict[str, Runs](), dict[str, list[Timed[Apart]]]()
    with one_thread_each():
        for name, recipe in RECIPES.items():
            settings = RolloutsBench(BATCHES[name])
            cases[name] = case_of(recipe, settings, prior_of(recipe))
            runs[name] = in_order(works(cases[name], settings), options.repetitions)
            apart[name] = [rollouts.steps_apart(cases[name], settings) for _ in range(options.repetitions)]
        tables = {
            "sampling": table("Completions sampled on one core", runs, SAMPLING),
            "steps": table("Completions sampled and learned from on one core", runs, STEPS),
            "ours": shares(cases, apart),
        }
    document = {
        "machine": record.machine(PACKAGES),
        "settings": {
            "repetitions": options.repetitions,
            "batches_per_repetition": BATCHES,
            "problems": {name: case.run.rollouts.problems for name, case in cases.items()},
            "group": {name: case.run.rollouts.group for name, case in cases.items()},
            "limit": {name: case.task.limit for name, case in cases.items()},
            "recipes": {name: vars(recipe) for name, recipe in RECIPES.items()},
        },
        "tables": tables,
        "runs": {
            f"{task} {name}": record.seconds(each) for task, all in runs.items() for name, each in all.items()
        },
    }
    path = record.write("reasoning_rollouts", document, options.out)
    print(*map(record.printed, tables.values()), path.name, sep="\n\n")


if __name__ == "__main__":
    main()
