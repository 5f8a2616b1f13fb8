"""Every place an interval can lie relative to a margin has one verdict."""

import pytest

from companion.lab import criteria
from companion.lab.criteria import Above, All, Within


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((0.6, 0.9), "supported"),
        ((0.1, 0.4), "refuted"),
        ((0.4, 0.6), "inconclusive"),
        ((0.5, 0.9), "inconclusive"),
        (None, "inconclusive"),
    ],
)
def test_above(interval: tuple[float, float] | None, verdict: str) -> None:
    assert Above("gain", 0.5).verdict(interval) == verdict


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((-0.05, 0.08), "supported"),
        ((0.2, 0.3), "refuted"),
        ((-0.3, -0.2), "refuted"),
        ((-0.05, 0.2), "inconclusive"),
        ((-0.5, 0.5), "inconclusive"),
    ],
)
def test_within(interval: tuple[float, float], verdict: str) -> None:
    assert Within("change", 0.1).verdict(interval) == verdict


def test_all_parts_must_hold() -> None:
    assert criteria.combine(["supported", "supported"]) == "supported"
    assert criteria.combine(["supported", "inconclusive"]) == "inconclusive"
    assert criteria.combine(["inconclusive", "refuted"]) == "refuted"


def test_criteria_are_data_and_words() -> None:
    both = All((Above("gain", 0.5, against="wiped"), Within("drift", 0.1)))
    assert [part["kind"] for part in criteria.as_data(both)] == ["above", "within"]
    assert both.words() == (
        "the 95 % interval of mean gain minus that of arm “wiped” lies above 0.5; "
        "and the 95 % interval of mean drift lies within ±0.1"
    )
