"""Does the result hold here, with fresh seeds? Compared with a prediction interval, never with bits."""

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from companion.lab import run, statistics, store
from companion.lab.engine import Engine
from companion.lab.errors import LabError
from companion.lab.experiment import Experiment, Scale


@dataclass(frozen=True)
class Verification:
    """The recorded and the new mean of the primary effect, and where the new one was to be expected (99 %)."""

    id: str
    scale: Scale
    effect: str
    recorded: float
    measured: float
    interval: tuple[float, float]
    seeds: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether the new mean lies inside the prediction interval."""
        return self.interval[0] <= self.measured <= self.interval[1]


def verify(
    experiment: Experiment, scale: Scale, engine: Engine, first_seed: int | None = None
) -> Verification:
    """Run the judged arms with seeds never used before and compare the primary effect."""
    recorded = store.load(experiment.id, experiment.version, scale)
    if recorded is None:
        raise LabError(f"There is no recorded {scale} result of {experiment.id} to compare with.")
    old = recorded.document["primary"]["per_seed"]
    if len(old) < 2:
        raise LabError(
            f"The {scale} result of {experiment.id} has one seed: a prediction interval needs two."
        )
    start = secrets.randbelow(2**31) + 2**20 if first_seed is None else first_seed
    seeds = list(range(start, start + len(old)))
    with tempfile.TemporaryDirectory() as out:
        new = run.run(experiment, scale, engine, Path(out), seeds, experiment.judged_arms)
    measured = float(np.mean(new.document["primary"]["per_seed"]))
    effect = str(recorded.document["primary"]["effect"])
    interval = statistics.prediction_interval(old, len(seeds))
    return Verification(experiment.id, scale, effect, float(np.mean(old)), measured, interval, tuple(seeds))
