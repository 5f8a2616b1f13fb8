"""A declaration that could not be run or judged as written is refused by name."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from companion.lab import claims, registry
from companion.lab.criteria import Above
from companion.lab.errors import LabError, UsageError
from companion.lab.experiment import Experiment, Quantity


@dataclass(frozen=True)
class Settings:
    pulls: int = 3


def toy(**changed: Any) -> Experiment:
    declared: dict[str, Any] = {
        "id": "toy",
        "version": 1,
        "title": "",
        "claim": "C1.1",
        "chapter": "two-clocks",
        "question": "",
        "hypothesis": "",
        "refuted_when": "",
        "criterion": Above("gain", 0.5),
        "arms": {"main": {}, "broken": {"pulls": 0}},
        "sabotage": "broken",
        "informed_by": "none",
        "scales": {"smoke": Settings(1), "live": Settings(2), "full": Settings(3)},
        "quantities": {"gain": Quantity("1", "")},
        "toy": "",
        "lineage": "",
        "cost": "",
        "measure": lambda settings, streams: {},
        "figure": lambda result: None,
    }
    return Experiment(**{**declared, **changed})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"arms": {"main": {}, "broken": {"pull": 0}}},
            "'pull', which is not a setting; the settings are pulls",
        ),
        ({"claim": "C9.9"}, "no claim C9.9"),
        ({"sabotage": "main"}, "must be an arm other than the first"),
        ({"criterion": Above("loss", 1.0)}, "'loss' is not among its quantities"),
        ({"criterion": Above("gain", 1.0, against="wiped")}, "'wiped', which is not an arm"),
        ({"scales": {"smoke": Settings()}}, "smoke, live and full"),
    ],
)
def test_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(LabError, match=said):
        toy(**changed)


@pytest.mark.parametrize("id", ["../etc", "a/b", "A-b", "", "a--b", "-a", "a_b"])
def test_ids_cannot_leave_their_folder(id: str) -> None:
    with pytest.raises(UsageError, match="cannot be an experiment id"):
        toy(id=id)


def test_an_arm_replaces_settings() -> None:
    assert toy().settings("full", "broken") == Settings(0)
    assert toy().settings("live", "main") == Settings(2)


def test_any_change_of_what_was_said_changes_the_declaration() -> None:
    said = toy().declaration_bytes()
    for changed in (
        {"hypothesis": "x"},
        {"seeds": 11},
        {"criterion": Above("gain", 0.6)},
        {"informed_by": "pilot"},
    ):
        assert replace(toy(), **changed).declaration_bytes() != said


def test_the_ledger_has_every_claim_once_and_in_order() -> None:
    ids = [claim.id for section in claims.sections() for claim in section.claims]
    assert ids == sorted(set(ids), key=lambda id: [int(part) for part in id[1:].split(".")])
    assert len(ids) == 27
    assert all(
        claim.experiments and claim.words.endswith((".", ")"))
        for s in claims.sections()
        for claim in s.claims
    )


def test_every_registered_experiment_is_in_the_ledger_under_its_claims() -> None:
    for experiment in registry.all_experiments():
        for id in (experiment.claim, *experiment.also):
            assert experiment.id in claims.claim(id).experiments
