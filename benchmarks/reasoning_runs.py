"""What a run of reinforcement learning takes on one core, and what it brings: from the priors of the book's runs.

The runs of the chapter, and one three times as long. Needs nothing but the book's own environment.
"""

import argparse
import os
from dataclasses import replace
from pathlib import Path
from statistics import fmean

os.environ["OMP_NUM_THREADS"] = "1"  # before torch

import torch

from companion.bench import record
from companion.bench.report import rounded
from companion.bench.timing import timed
from companion.lab.streams import Streams
from companion.reasoning.grpo import GRPOSettings, new_run, remaining
from companion.reasoning.kept import policy, run_of, task_of
from companion.reasoning.recipe import COUNTDOWN, WORD_PROBLEM, Recipe
from companion.reasoning.rollouts import completed

RUNS: dict[str, tuple[Recipe, int]] = {
    f"{name}, {steps} steps": (recipe, steps)
    for name, recipe, steps in (
        ("word problem", WORD_PROBLEM, WORD_PROBLEM.steps),
        ("word problem", WORD_PROBLEM, 3 * WORD_PROBLEM.steps),
        ("countdown", COUNTDOWN, COUNTDOWN.steps),
    )
}
SEEDS = (0, 1, 2, 3, 4)

HELD_OUT = 1000
"""Problems, each completed once, that say how good a policy is."""


def run_once(recipe: Recipe, settings: GRPOSettings, seed: int) -> tuple[float, float, float]:
    """Right completions of held-out problems before and after a run from a kept prior, and the run's CPU seconds."""
    task, streams = task_of(recipe), Streams(seed)
    run = new_run(policy(recipe, "base", seed).model, settings)
    prompts = task.problems(HELD_OUT, streams.numpy("held out"), held_out=True)

    def right(moment: str) -> float:
        said = completed(run.model, task, prompts, streams.numpy(moment))
        return float(task.correct(prompts, said).mean())

    before, done = right("before"), timed(lambda: remaining(run, task, settings, streams))
    return before, right("after"), done.cpu_s


def main() -> None:
    """Measure, print, write the record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=record.FOLDER)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows: list[list[str | float]] = []
    runs = {}
    for name, (recipe, steps) in RUNS.items():
        settings = replace(run_of(recipe, "rl"), steps=steps, once=True)
        runs[name] = [run_once(recipe, settings, seed) for seed in SEEDS]
        before, after, cpu = zip(*runs[name], strict=True)
        numbers = [fmean(before), fmean(after), min(after), max(after), max(cpu)]
        rows.append([name, *map(rounded, numbers)])
    heads = ["", "right before", "right after", "lowest run", "highest run", "CPU seconds, at most"]
    table = record.table(f"Runs of ours, {len(SEEDS)} of each", heads, rows)
    document = {
        "machine": record.machine(("torch", "numba", "transformers")),
        "settings": {"seeds": SEEDS, "held_out_problems": HELD_OUT},
        "tables": {"runs": table},
        "runs": runs,
    }
    print(record.printed(table), record.write("reasoning_runs", document, options.out).name, sep="\n")


if __name__ == "__main__":
    main()
