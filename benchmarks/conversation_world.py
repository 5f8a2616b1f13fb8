"""Our training on conversations and our questions to instances, beside the Trainer of transformers and its models.

Everybody has the same weights to begin with, the same lessons from all over the recipe, and the same optimizers, on one
core, in turns, every second time in the opposite order. Ratios are taken in processor time, between neighbors in time.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

try:
    from peers import one_core
    from peers import hf_trainer  # isort: skip  the processors first
except ImportError as missing:
    sys.exit(f"conversation_world: {missing.name} is missing; 'make bench' installs the peers.")

import numpy as np

from companion.bench import record, world
from companion.bench.report import rounded
from companion.bench.timing import Timed, one_thread_each
from companion.bench.world import QUESTIONS, WorldBench
from companion.plasticity.schooling.training import new_speaker

PACKAGES = ("torch", "transformers", "accelerate")

TRAINING = {
    "learning": "ours, steps alone",
    "training": "ours, with drawing the conversations",
    "trainer": "transformers, Trainer",
}
ASKING = {"ours": "ours", "library": "transformers, cache repeated"}

Runs = dict[str, list[Timed[Any]]]


def in_order(works: dict[str, Callable[[], Timed[Any]]], repetitions: int) -> Runs:
    """Each work once, which is forgotten; then all in turns, there and back. The order is kept."""
    for work in works.values():
        work()
    runs: Runs = {name: [] for name in works}
    for repetition in range(repetitions):
        for name in list(works)[:: -1 if repetition % 2 else 1]:
            runs[name].append(works[name]())
    return runs


def spread(theirs: Sequence[Timed[Any]], ours: Sequence[Timed[Any]]) -> list[float]:
    """Their processor time against ours for the same work: median, least, most."""
    each = [their.cpu_s / our.cpu_s for their, our in zip(theirs, ours, strict=True)]
    return [rounded(pick(each)) for pick in (median, min, max)]


def training_table(runs: Runs) -> record.Table:
    """Steps and words a second; both of ours against the Trainer."""
    rows: list[list[str | float | None]] = []
    for name, label in TRAINING.items():
        each = runs[name]
        faster = spread(runs["trainer"], each) if name != "trainer" else [None] * 3
        steps = [
            median(run.result.steps / getattr(run, clock) for run in each) for clock in ("wall_s", "cpu_s")
        ]
        words = median(run.result.words / run.cpu_s for run in each)
        rows.append([label, *map(rounded, steps), rounded(words), *faster])
    heads = ["", "steps a second", "a CPU second", "words a CPU second", "faster than the Trainer by"]
    return record.table("Steps of the recipe on one core", [*heads, "at least", "at most"], rows)


def asking_table(runs: Runs) -> record.Table:
    """Answers a second; theirs against ours."""
    rows: list[list[str | float | None]] = []
    for name, label in ASKING.items():
        each, faster = runs[name], spread(runs["library"], runs[name]) if name == "ours" else [None] * 3
        answers = [
            median(run.result.conversations * QUESTIONS / getattr(run, clock) for run in each)
            for clock in ("wall_s", "cpu_s")
        ]
        rows.append([label, *map(rounded, answers), *faster])
    heads = ["", "answers a second", "a CPU second", "ours faster by", "at least", "at most"]
    return record.table("Questions answered after conversations of twelve turns, on one core", heads, rows)


def probe_table(runs: list[Timed[Any]]) -> record.Table:
    """How long a whole probe takes."""
    found: list[str | float | int | None] = ["ours", runs[0].result.conversations, QUESTIONS]
    found += [rounded(pick(run.wall_s for run in runs)) for pick in (median, max)]
    heads = ["", "conversations", "questions to each", "seconds", "at most"]
    return record.table("A whole probe on one core", heads, [found])


def main() -> None:
    """Measure, print, write the record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--out", type=Path, default=record.FOLDER)
    options = parser.parse_args()
    one_core.use(1)
    settings = WorldBench()
    with one_thread_each():
        lessons, tokens = world.lessons(settings), world.conversations(settings)
        model = new_speaker(settings.schooling, settings.seed).eval()
        trained = in_order(
            {
                "learning": partial(world.learn_once, settings, lessons),
                "training": partial(world.train_once, settings),
                "trainer": partial(hf_trainer.learn_once, settings, lessons),
            },
            options.repetitions,
        )
        few = tokens[:128]
        asked = in_order(
            {
                "ours": partial(world.ask_once, model, few),
                "library": partial(hf_trainer.ask_once, model, few),
            },
            options.repetitions,
        )
        np.testing.assert_allclose(*(asked[name][0].result.yes for name in ASKING), atol=1e-4)
        probes = in_order({"probe": partial(world.ask_once, model, tokens)}, options.repetitions)["probe"]
    tables = {
        "training": training_table(trained),
        "asking": asking_table(asked),
        "probe": probe_table(probes),
    }
    document = {
        "machine": record.machine(PACKAGES),
        "settings": {
            "repetitions": options.repetitions,
            "steps_per_repetition": settings.steps,
            "conversations": {"beside the peer": len(few), "probe": len(tokens)},
            "batch": settings.schooling.batch,
            "width": settings.schooling.width,
            "layers": settings.schooling.layers,
        },
        "tables": tables,
        "runs": {name: record.seconds(each) for name, each in {**trained, **asked, "probe": probes}.items()},
    }
    path = record.write("conversation_world", document, options.out)
    print(*map(record.printed, tables.values()), path.name, sep="\n\n")


if __name__ == "__main__":
    main()
