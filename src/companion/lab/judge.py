"""Is a stored result untouched, fresh and declared first; and what does its criterion say, applied anew?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from companion.lab import assemble, declare, paths, sources, store
from companion.lab.errors import LabError
from companion.lab.experiment import Experiment
from companion.lab.store import Result

State = Literal["fresh", "stale", "declared", "undeclared"]


@dataclass(frozen=True)
class Judgment:
    """What judging one experiment found; `problems` are sentences, empty when all is well."""

    id: str
    version: int
    state: State
    verdict: str | None
    sabotage_verdict: str | None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def attestations(experiment: Experiment) -> list[dict[str, Any]]:
    """The later sources for which the stored result was attested, oldest first."""
    path = paths.result_folder(experiment.id, experiment.version) / "attested.json"
    return list(store.read_json(path)) if path.exists() else []


def is_fresh(experiment: Experiment, result: Result) -> bool:
    """Whether the result was measured, or attested, at the sources as they are now."""
    known = {entry["sources_sha256"] for entry in attestations(experiment)}
    return sources.digest(experiment) in known | {result.document["provenance"]["sources_sha256"]}


def state(experiment: Experiment) -> State:
    """Where an experiment stands: undeclared, declared, or measured and fresh or stale."""
    result = store.load(experiment.id, experiment.version)
    if result is None:
        return "declared" if declare.is_declared(experiment) else "undeclared"
    return "fresh" if is_fresh(experiment, result) else "stale"


def judge(experiment: Experiment) -> Judgment:
    """Re-apply the criterion to the stored numbers and check everything around them."""
    try:
        result = store.load(experiment.id, experiment.version)
        tampered = store.changed_bytes(paths.result_folder(experiment.id, experiment.version))
        current = state(experiment)
    except LabError as error:
        return Judgment(experiment.id, experiment.version, "stale", None, None, (str(error),))
    if result is None:
        return Judgment(experiment.id, experiment.version, current, None, None)
    problems = [
        f"{file} does not have the bytes that results/manifest.json lists: restore it." for file in tampered
    ]
    problems += filter(None, [declare.disagreement(experiment, result), _stale(experiment, current)])
    problems += _recomputed(experiment, result)
    first = declare.declared_first(experiment)
    if first is False:
        problems.append(
            f"The declaration of {experiment.id} does not precede its result in the history of commits."
        )
    notes = (
        ("the order of declaration and result was not checked (shallow or uncommitted)",)
        if first is None
        else ()
    )
    document = result.document
    verdicts = (document["verdict"], document["sabotage_verdict"])
    return Judgment(experiment.id, experiment.version, current, *verdicts, tuple(problems), notes)


def _stale(experiment: Experiment, current: State) -> str | None:
    if current == "fresh":
        return None
    return f"The sources of {experiment.id} have moved since it was measured: run 'companion attest {experiment.id}'."


def _recomputed(experiment: Experiment, result: Result) -> list[str]:
    """Compare every stored mean, interval and verdict with what the stored seeds give now."""
    document = result.document
    problems = [
        f"{experiment.id}: the stored summary of {name} does not follow from its seeds."
        for name, stored in document["measurements"].items()
        if not _agrees(stored)
    ]
    verdict, parts = assemble.judge_arm(experiment.criterion, experiment.main_arm, document["measurements"])
    sabotage, _ = assemble.judge_arm(experiment.criterion, experiment.sabotage, document["measurements"])
    if (verdict, sabotage) != (document["verdict"], document["sabotage_verdict"]):
        problems.append(f"{experiment.id}: the stored verdicts do not follow from its seeds.")
    if parts[0]["per_seed"] != document["primary"]["per_seed"]:
        problems.append(f"{experiment.id}: the primary effect is not the one that its seeds give.")
    if sabotage == "supported":
        problems.append(f"{experiment.id}: its sabotage arm '{experiment.sabotage}' came out supported.")
    return problems


def _agrees(stored: Mapping[str, Any]) -> bool:
    counted = [
        {"hits": h, "trials": n}
        for h, n in zip(stored.get("hits", ()), stored.get("trials", ()), strict=True)
    ]
    again = assemble.measurement(counted or stored["per_seed"], stored["unit"])
    old, new = ([m["mean"], *(m["ci95"] or ()), *m["per_seed"]] for m in (stored, again))
    return len(old) == len(new) and bool(np.allclose(old, new, rtol=1e-9, atol=1e-12))


def orphans(known: list[Experiment], results: Path = paths.RESULTS) -> list[str]:
    """Files under results/ whose bytes moved and that belong to no current version: old versions stay readable."""
    current = {paths.result_folder(e.id, e.version, results) for e in known}
    folders = [folder for folder in sorted(results.glob("*/v*")) if folder not in current]
    return [file for folder in folders for file in store.changed_bytes(folder, results)]
