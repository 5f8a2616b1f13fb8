"""What each target of shape-targets costs in CPU seconds of one thread, which is what matches their computing time.

Run it with `make bench`, on a machine that does nothing else.
"""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from companion.bench import record
from companion.bench.report import rounded
from companion.bench.timing import Timed, in_turns, median, timed
from companion.experiments.shape_targets import Settings
from companion.lab import registry
from companion.lab.streams import Streams
from companion.one_shape import game, outcomes, traces
from companion.reasoning import kept

PACKAGES = ("torch", "numba", "numpy", "transformers")


def works(settings: Settings, seed: int) -> dict[str, Callable[[], object]]:
    """Every cell, from priors that are ready."""
    streams, task = Streams(seed), kept.task_of(settings.word)
    prior = game.weak_network(settings.game, streams)
    model = partial(kept.policy, settings.word, "base", seed)
    moves = settings.rounds * settings.game.positions
    return {
        f"game: search, {moves:,} moves": lambda: game.searched(
            prior, settings.game, settings.rounds, "search", streams
        ),
        f"game: outcome, {settings.moves_at_equal_cpu:,} moves": lambda: outcomes.rewarded(
            prior, settings.moves_at_equal_cpu, settings.game, settings.outcome, streams
        ),
        f"language: outcome, {settings.completions:,} completions": lambda: traces.rewarded(
            model().model, task, settings.completions, settings.words, streams
        ),
        f"language: traces, {settings.completions_at_equal_cpu:,} completions": lambda: traces.imitated(
            model().model, task, settings.completions_at_equal_cpu, settings.words, "verified", streams
        ),
    }


def main() -> None:
    """Measure, print, write the record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--out", type=Path, default=record.FOLDER)
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = registry.get("shape-targets").settings("full", "swapped")
    timings = {name: partial(timed, work) for name, work in works(settings, 0).items()}
    runs: dict[str, list[Timed[object]]] = in_turns(timings, options.repetitions)
    rows = [[name, rounded(median(each).cpu_s)] for name, each in runs.items()]
    table = record.table("CPU seconds of one thread", ["target", "seconds"], rows)
    document = {
        "machine": record.machine(PACKAGES),
        "settings": {"repetitions": options.repetitions, "seed": 0},
        "tables": {"cost": table},
        "runs": {name: record.seconds(each) for name, each in runs.items()},
    }
    path = record.write("one_shape_targets", document, options.out)
    print(record.printed(table), path.name, sep="\n\n")


if __name__ == "__main__":
    main()
