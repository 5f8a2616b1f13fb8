"""Units in, result out. A run stops at any instant without loss and goes on with the same numbers."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from tqdm.auto import tqdm

from companion.lab import assemble, paths, provenance, sources, store
from companion.lab.engine import Engine
from companion.lab.errors import LabError, UsageError
from companion.lab.experiment import Experiment, Scale
from companion.lab.store import Result
from companion.lab.unit import Unit, finished, measure_unit, measure_unit_of, units_of


def run(
    experiment: Experiment,
    scale: Scale,
    engine: Engine,
    out: Path,
    seeds: Sequence[int] | None = None,
    arms: Sequence[str] | None = None,
) -> Result:
    """Run every unit that is not done yet, then store the result under `out` and return it."""
    chosen_seeds, chosen_arms = (
        list(seeds or range(experiment.seeds_at(scale))),
        list(arms or experiment.arms),
    )
    folder = paths.result_folder(experiment.id, experiment.version, out)
    _make(folder)
    try:
        with FileLock(folder / ".lock", timeout=0):
            return _run_locked(experiment, scale, engine, out, chosen_seeds, chosen_arms)
    except Timeout:
        raise LabError(
            f"Another run of {experiment.id} is under way: let it finish or stop it first."
        ) from None


def _make(folder: Path) -> None:
    try:
        (folder / "units").mkdir(parents=True, exist_ok=True)
        (folder / ".lock").touch()
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written ({error.strerror}): choose another folder with --out."
        ) from error


def _run_locked(
    experiment: Experiment, scale: Scale, engine: Engine, out: Path, seeds: list[int], arms: list[str]
) -> Result:
    folder = paths.result_folder(experiment.id, experiment.version, out)
    started, clock = provenance.now(), time.perf_counter()
    digest = sources.digest(experiment)
    units = units_of(experiment, scale, arms, seeds, digest)
    done = {unit: document for unit in units if (document := finished(unit, folder)) is not None}
    waiting = [unit for unit in units if unit not in done]
    with tqdm(total=len(units), initial=len(done), desc=f"{experiment.id} ({scale})", unit="unit") as bar:
        for unit, document in engine.run(waiting, measure_unit) if waiting else ():
            store.write_atomically(unit.file(folder), store.dump(document))
            done[unit] = document
            bar.update()
    wall = time.perf_counter() - clock
    result = _assemble(experiment, scale, seeds, done, digest, started, wall)
    store.save(dict(result.document), result.arrays, out)
    for unit in units:
        unit.file(folder).unlink(missing_ok=True)
    _remove_if_empty(folder / "units")
    return result


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


def _assemble(
    experiment: Experiment,
    scale: Scale,
    seeds: Sequence[int],
    done: dict[Unit, dict[str, Any]],
    digest: str,
    started: str,
    wall: float,
) -> Result:
    device = str(getattr(experiment.scales[scale], "device", "cpu"))
    cpu = sum(document["cpu_seconds"] for document in done.values())
    where = provenance.describe(digest, device, started, wall, cpu)
    documents = {(unit.arm, unit.seed): document for unit, document in done.items()}
    return assemble.assemble(experiment, scale, seeds, documents, where)


def run_here(
    experiment: Experiment,
    scale: Scale = "live",
    seeds: Sequence[int] | None = None,
    arms: Sequence[str] | None = None,
) -> Result:
    """Run in this process with a progress bar and store nothing: what a chapter does in front of the reader."""
    started, clock = provenance.now(), time.perf_counter()
    digest = sources.digest(experiment)
    chosen = list(seeds or range(experiment.seeds_at(scale)))
    units = units_of(experiment, scale, list(arms or experiment.arms), chosen, digest)
    done = {unit: measure_unit_of(experiment, unit) for unit in tqdm(units, desc=experiment.id, unit="unit")}
    return _assemble(experiment, scale, chosen, done, digest, started, time.perf_counter() - clock)
