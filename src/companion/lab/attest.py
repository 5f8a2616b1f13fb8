"""Sources moved: are the numbers the same? Smoke runs at the old and the new sources, on this machine, one thread."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from companion.lab import judge, paths, provenance, sources, store, worktree
from companion.lab.engine import ONE_THREAD
from companion.lab.errors import LabError
from companion.lab.experiment import Experiment
from companion.lab.store import Result

TOLERANCE = 1e-6


def attest(experiment: Experiment) -> float | None:
    """Attest the stored result for the sources as they are now; None where nothing has to be attested.

    Returns the largest difference found; raises LabError where the numbers moved by more than 1e-6.
    """
    result = store.load(experiment.id, experiment.version)
    if result is None or judge.is_fresh(experiment, result):
        return None
    old = worktree.at(_measured_at(result))
    difference = largest_difference(_smoke(experiment.id, old), _smoke(experiment.id, paths.ROOT))
    if difference > TOLERANCE:
        raise LabError(
            f"{experiment.id} is stale: at the new sources its smoke run differs by {difference:.2g} "
            f"from commit {old.name}; measure it again as a new version."
        )
    _record(experiment, difference)
    return difference


def _measured_at(result: Result) -> str:
    commit = result.document["provenance"]["commit"]
    if commit is None:
        raise LabError(
            f"{result.document['id']} was measured outside git, so there are no old sources to compare with."
        )
    return str(commit)


def _smoke(id: str, root: Path) -> Result:
    """A smoke run of the experiment with the package taken from a checkout."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "companion.cli", "run", id, "--scale", "smoke", "--out", out]
        environment = {**worktree.environment(root), **ONE_THREAD}
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = (done.stderr.strip() or "nothing").splitlines()[-1]
            raise LabError(f"The smoke run of {id} at {root.name} failed; it said: {said}")
        (path,) = Path(out).glob(f"{id}/v*/smoke.json")
        version = int(path.parent.name[1:])
        stored = store.load(id, version, "smoke", Path(out))
    assert stored is not None
    return stored


def largest_difference(old: Result, new: Result) -> float:
    """The largest difference between any two corresponding numbers; infinite where they do not correspond."""
    first, second = _numbers(old), _numbers(new)
    if {name: value.shape for name, value in first.items()} != {
        name: value.shape for name, value in second.items()
    }:
        return float("inf")
    return max(float(np.max(np.abs(first[name] - second[name]))) for name in first)


def _numbers(result: Result) -> dict[str, np.ndarray]:
    scalars = {name: np.array(m["per_seed"]) for name, m in result.document["measurements"].items()}
    return {**scalars, **{f"{name}[]": values for name, values in result.arrays.items()}}


def _record(experiment: Experiment, difference: float) -> None:
    path = paths.result_folder(experiment.id, experiment.version) / "attested.json"
    entry: dict[str, Any] = {
        "sources_sha256": sources.digest(experiment),
        "attested": provenance.now(),
        "largest_difference": difference,
    }
    data = json.dumps([*judge.attestations(experiment), entry], indent=1).encode() + b"\n"
    store.write_atomically(path, data)
    store.list_in_manifest({path: data})
