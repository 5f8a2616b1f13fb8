"""The measures, on agents whose behavior is known: one that is Bayes, one that says what prevails."""

import numpy as np
import pytest

from companion.plasticity.agents.asking import measures
from companion.plasticity.agents.asking.episodes import Episodes
from companion.plasticity.agents.asking.measures import behavior, probe, unasked
from companion.plasticity.agents.asking.world import PREVAILING, STANCES, Conditions, liking
from tests.plasticity.agents.asking.agents import novice

MODEL = novice()


def bayes(_: object, episodes: Episodes) -> np.ndarray:
    return liking(episodes.believed(0.3), episodes.cases.target)


def prevailing(_: object, episodes: Episodes) -> np.ndarray:
    return (STANCES[PREVAILING[episodes.cases.topic], episodes.cases.target] > 0).astype(float)


def test_bayes_agrees_with_itself_and_is_right_as_often_as_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "says_yes", bayes)
    found = behavior(MODEL, Conditions(), 6000, np.random.default_rng(0))
    assert (found.agreement, found.distance) == (1.0, 0.0)
    assert found.right < found.reachable < 1


def test_calibrated_bayes_is_right_as_often_as_it_believes() -> None:
    """`reachable` is the accuracy of the best answer, counted here against the hidden view."""
    random = np.random.default_rng(0)
    cases = measures.drawn(8000, Conditions(), random)
    episodes = measures.converse(MODEL, cases, random)
    exact = liking(episodes.believed(0.3), cases.target)
    counted = ((exact > 0.5) == (STANCES[cases.view, cases.target] > 0)).mean()
    found = behavior(MODEL, Conditions(), 8000, np.random.default_rng(0))
    assert counted == pytest.approx(found.reachable, abs=0.02)


def test_what_prevails_is_no_answer_where_no_view_prevails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "says_yes", prevailing)
    found = behavior(MODEL, Conditions(strength=0.0), 6000, np.random.default_rng(0))
    assert found.agreement == pytest.approx(0.5, abs=0.03)
    assert found.right == pytest.approx(0.5, abs=0.03)


def test_questions_at_random_cover_what_counting_says() -> None:
    found = behavior(MODEL, Conditions(), 4000, np.random.default_rng(0), asker="anything")
    assert found.covered == pytest.approx(4 * (1 - 0.75**4), abs=0.03)


def test_who_says_what_prevails_says_it_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "says_yes", prevailing)
    assert unasked(MODEL, 200, np.random.default_rng(0)) == 1.0


def test_a_probe_reads_what_is_there_and_no_more_than_bayes() -> None:
    found = probe(MODEL, 3000, np.random.default_rng(0))
    assert 0.5 < found.by_probe < found.by_bayes + 0.02
    counted = (
        4 * (1 - 0.75**4) / 4
    )  # a trait that was asked about is known but for the error, others are guessed
    assert found.by_bayes == pytest.approx(counted * 0.98 + (1 - counted) * 0.5, abs=0.015)
