"""An experiment with its recorded result and its state, gathered once for whatever shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from companion.lab import assemble, judge, store
from companion.lab.experiment import Experiment
from companion.lab.judge import State
from companion.lab.store import Result

Standing = Literal["supported", "refuted", "inconclusive", "stale", "declared", "open"]


@dataclass(frozen=True)
class Evidence:
    """What the book knows about one experiment."""

    experiment: Experiment
    result: Result | None
    state: State

    @property
    def standing(self) -> Standing:
        """The verdict where it holds today, else why there is none."""
        if self.result is None:
            return "declared" if self.state == "declared" else "open"
        if self.state == "stale":
            return "stale"
        verdict = self.result.document["verdict"]
        return "open" if verdict is None else verdict

    @property
    def primary(self) -> Mapping[str, Any] | None:
        """The primary effect of the main arm, as the result file has it."""
        return None if self.result is None else self.result.document["primary"]

    @property
    def parts(self) -> tuple[Mapping[str, Any], ...]:
        """Every part of the criterion as it was judged, the primary effect first; empty without a result."""
        return () if self.primary is None else (self.primary, *self.primary["also"])

    @property
    def sabotage(self) -> Mapping[str, Any] | None:
        """The same effect with the sabotage arm in the main arm's place; None where that compares it with itself."""
        if self.result is None or self.result.document["sabotage_verdict"] is None:
            return None
        measurements = self.result.document["measurements"]
        _, parts = assemble.judge_arm(self.experiment.criterion, self.experiment.sabotage, measurements)
        return None if parts[0]["against"] == self.experiment.sabotage else parts[0]


def gather(experiment: Experiment) -> Evidence:
    """Read what is recorded of an experiment; a broken file raises LabError."""
    return Evidence(experiment, store.load(experiment.id, experiment.version), judge.state(experiment))
