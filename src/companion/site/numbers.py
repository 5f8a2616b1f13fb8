"""Recorded numbers under names, so that prose takes them from the record and no finger types them.

After `glue_numbers("clocks-attention-descent")` in a cell, prose may say {glue:text}`.../primary/mean:.2f`.
"""

from myst_nb import glue

from companion.lab import registry, store
from companion.lab.errors import LabError
from companion.lab.experiment import Experiment
from companion.lab.store import Result

Value = float | int | str


def named(experiment: Experiment, result: Result) -> dict[str, Value]:
    """Every scalar of a result: <id>/<arm>.<quantity>/mean, low, high; the same of primary; margin, seeds, verdict."""
    document = result.document
    summaries = {**document["measurements"], "primary": document["primary"]}
    found: dict[str, Value] = {}
    for name, stored in summaries.items():
        found[f"{name}/mean"] = stored["mean"]
        if stored["ci95"] is not None:
            found[f"{name}/low"], found[f"{name}/high"] = stored["ci95"]
    found["primary/margin"] = document["primary"]["margin"]
    found["seeds"] = len(document["seeds"])
    found["verdict"] = document["verdict"] or "not judged"
    found["sabotage/verdict"] = document["sabotage_verdict"] or "not judged"
    return {f"{experiment.id}/{name}": value for name, value in found.items()}


def glue_numbers(id: str) -> None:
    """Glue every scalar of the recorded result; raises LabError where nothing is recorded."""
    experiment = registry.get(id)
    result = store.load(id, experiment.version)
    if result is None:
        raise LabError(
            f"{id} has no recorded result to take numbers from: run 'companion run {id} --scale full'."
        )
    for name, value in named(experiment, result).items():
        glue(name, value, display=False)
