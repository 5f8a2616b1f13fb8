"""A unit of work: one seed of one arm, at most fifteen minutes, with a file of its own once it is done.

A unit's key holds everything its numbers depend on. A file whose key differs belongs to other settings or other
sources and is measured again; a file whose key agrees is as good as a fresh run.
"""

import dataclasses
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from companion.lab import registry, store
from companion.lab.errors import LabError
from companion.lab.experiment import Experiment, Measured, Scale, Share
from companion.lab.streams import Streams


@dataclass(frozen=True)
class Unit:
    """One seed of one arm of an experiment at a scale."""

    id: str
    version: int
    scale: Scale
    arm: str
    seed: int
    sources_sha256: str
    settings_sha256: str

    def file(self, folder: Path) -> Path:
        """Where the finished unit lies."""
        return folder / "units" / f"{self.scale}-{self.arm}-{self.seed}.json"


def settings_of(experiment: Experiment, scale: Scale, arm: str) -> dict[str, Any]:
    """One arm's settings as plain data."""
    return dataclasses.asdict(experiment.settings(scale, arm))


def units_of(
    experiment: Experiment, scale: Scale, arms: list[str], seeds: list[int], sources: str
) -> list[Unit]:
    """The units of a run, seed by seed, so that an early look has every arm."""
    hashes = {arm: store.sha256(json.dumps(settings_of(experiment, scale, arm)).encode()) for arm in arms}
    return [
        Unit(experiment.id, experiment.version, scale, arm, seed, sources, hashes[arm])
        for seed in seeds
        for arm in arms
    ]


def measure_unit(unit: Unit) -> dict[str, Any]:
    """Measure one unit and return the document of its file."""
    return measure_unit_of(registry.get(unit.id), unit)


def measure_unit_of(experiment: Experiment, unit: Unit) -> dict[str, Any]:
    """The same for an experiment at hand (a chapter's own, or a test's)."""
    wall, cpu = time.perf_counter(), time.process_time()
    measured = experiment.measure(experiment.settings(unit.scale, unit.arm), Streams(unit.seed))
    return {
        "unit": dataclasses.asdict(unit),
        "values": _plain(experiment, measured),
        "seconds": time.perf_counter() - wall,
        "cpu_seconds": time.process_time() - cpu,
    }


def _plain(experiment: Experiment, measured: Measured) -> dict[str, Any]:
    """Measured values as JSON: a number, {"hits", "trials"} or {"array": nested lists}; non-finite ones are refused."""
    values: dict[str, Any] = {}
    for name, value in measured.items():
        if isinstance(value, Share):
            values[name] = dataclasses.asdict(value)
            continue
        if not np.all(np.isfinite(value)):
            raise LabError(
                f"Experiment {experiment.id} measured a {name} that is not finite: nothing was recorded."
            )
        if isinstance(value, np.ndarray):
            values[name] = {"array": value.astype(np.float64).tolist()}
        elif name in experiment.quantities:
            values[name] = float(value)
        else:
            raise LabError(
                f"Experiment {experiment.id} measured '{name}', which is not among its declared quantities."
            )
    return values


def finished(unit: Unit, folder: Path) -> dict[str, Any] | None:
    """The document of a finished unit, or None where it is missing, broken or another unit's."""
    try:
        document = store.read_json(unit.file(folder))
    except LabError:
        return None
    same = isinstance(document, dict) and document.get("unit") == dataclasses.asdict(unit)
    return document if same else None
