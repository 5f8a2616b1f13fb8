"""From finished units to a result document: means, intervals, the primary effect and the verdicts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from companion.lab import criteria, statistics, store
from companion.lab.criteria import Verdict
from companion.lab.experiment import Experiment, Scale
from companion.lab.unit import settings_of

Documents = Mapping[tuple[str, int], Mapping[str, Any]]  # (arm, seed) -> the unit's document


def measurement(values: Sequence[Any], unit: str) -> dict[str, Any]:
    """One measured name over the seeds: every seed, the mean, the 95 % interval."""
    if isinstance(values[0], dict):
        hits, trials = [v["hits"] for v in values], [v["trials"] for v in values]
        shares = [h / n for h, n in zip(hits, trials, strict=True)]
        interval = statistics.share_interval(hits, trials)
        return {**_summary(shares, interval, unit), "hits": hits, "trials": trials}
    return _summary(values, statistics.t_interval(values), unit)


def _summary(values: Sequence[float], interval: statistics.Interval | None, unit: str) -> dict[str, Any]:
    return {
        "per_seed": list(values),
        "mean": float(np.mean(values)),
        "ci95": None if interval is None else list(interval),
        "unit": unit,
    }


def judge_arm(
    criterion: criteria.Criterion, arm: str, measurements: Mapping[str, Mapping[str, Any]]
) -> tuple[Verdict, list[dict[str, Any]]]:
    """Apply the declared criterion with `arm` in the main arm's place; return the verdict and each part's numbers."""
    parts = []
    for part in criteria.parts_of(criterion):
        found = measurements[f"{arm}.{part.effect}"]
        if part.against is not None:
            other = measurements[f"{part.against}.{part.effect}"]
            difference = (np.array(found["per_seed"]) - np.array(other["per_seed"])).tolist()
            found = measurement(difference, found["unit"])
        verdict = part.verdict(None if found["ci95"] is None else tuple(found["ci95"]))
        named = {
            "kind": type(part).__name__.lower(),
            "effect": part.effect,
            "arm": arm,
            "against": part.against,
        }
        summary = {key: found[key] for key in ("per_seed", "mean", "ci95", "unit")}
        parts.append({**named, "margin": part.margin, **summary, "verdict": verdict})
    return criteria.combine(part["verdict"] for part in parts), parts


def assemble(
    experiment: Experiment,
    scale: Scale,
    seeds: Sequence[int],
    documents: Documents,
    provenance: Mapping[str, Any],
) -> store.Result:
    """The result of a run whose units are all done. Only the full scale is judged."""
    arms = [arm for arm in experiment.arms if (arm, seeds[0]) in documents]
    measurements: dict[str, Any] = {}
    arrays: dict[str, np.ndarray] = {}
    for arm in arms:
        for name, first in documents[arm, seeds[0]]["values"].items():
            values = [documents[arm, seed]["values"][name] for seed in seeds]
            if isinstance(first, dict) and "array" in first:
                arrays[f"{arm}.{name}"] = np.array([value["array"] for value in values])
            else:
                measurements[f"{arm}.{name}"] = measurement(values, experiment.quantities[name].unit)
    verdict, parts = judge_arm(experiment.criterion, experiment.main_arm, measurements)
    sabotage = (
        judge_arm(experiment.criterion, experiment.sabotage, measurements)[0]
        if experiment.sabotage in arms
        else None
    )
    judged = scale == "full"
    declared = store.sha256(experiment.declaration_bytes()) if judged else None
    document = {
        "schema": store.SCHEMA,
        "id": experiment.id,
        "version": experiment.version,
        "claim": experiment.claim,
        "declaration_sha256": declared,
        "scale": scale,
        "settings": {arm: settings_of(experiment, scale, arm) for arm in arms},
        "seeds": list(seeds),
        "measurements": measurements,
        "primary": {**parts[0], "also": parts[1:]},
        "verdict": verdict if judged else None,
        "sabotage_verdict": sabotage if judged else None,
        "provenance": dict(provenance),
        "artifacts": {},
    }
    return store.Result(document, arrays)
