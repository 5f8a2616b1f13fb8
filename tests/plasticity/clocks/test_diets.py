"""The referee dissents as Bayes with the true prior does; a prior without dissent cannot be moved."""

import numpy as np
import pytest

from companion.plasticity.arms import ARMS
from companion.plasticity.clocks import diets
from companion.plasticity.situation import drawn
from tests.plasticity import reader
from tests.plasticity.speaker import speaker

NUMBERS = (0, 2, 12)


@pytest.mark.parametrize(("arm", "told"), [("dissent", True), ("dissent-by-dan", False)])
def test_the_referee_can_be_told(monkeypatch: pytest.MonkeyPatch, arm: str, told: bool) -> None:
    reader.in_place_of_models(monkeypatch, diets)
    given = drawn(reader.OF, ARMS[arm], 10, np.random.default_rng(0))
    found = diets.by_statements(speaker(), given, NUMBERS, 1.0)
    np.testing.assert_allclose(found["curve"], found["exact_curve"], atol=1e-9)
    assert found["curve"][0] == pytest.approx(0.05)
    assert found["moved"][0] == 0.0
    assert bool(found["curve"][-1] > 0.8) is told
    assert bool(found["moved"][-1] > 0.7) is told


def test_priors_are_those_of_the_diets() -> None:
    given = drawn(reader.OF, ARMS["dissent"], 10, np.random.default_rng(0))
    curves = [diets.by_statements(speaker(), given, NUMBERS, rare)["fed_curve"] for rare in (1.0, 0.1, 0.0)]
    full, rare, none = curves
    np.testing.assert_allclose(none, 0.0, atol=1e-12)
    assert full[0] == pytest.approx(0.05)
    assert rare[0] == pytest.approx(0.005)
    assert (full[1:] > rare[1:]).all()
    assert (rare[1:] > 0.01).all()
