"""Whom answers side with, by hand, and for answerers whose prior is known."""

from dataclasses import replace

import numpy as np
import pytest

from companion.plasticity.agents import untaught
from companion.plasticity.agents.untaught import opposed, reach, sides, siding
from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.bayes import likes
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.world import STANCES
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import Answers, State
from tests.plasticity.speaker import speaker


@pytest.fixture
def told() -> Conversations:
    """Conversations about the two views that training never has."""
    return drawn(culture(0), ARMS["withheld"], 60, np.random.default_rng(0))


def answering(monkeypatch: pytest.MonkeyPatch, yes: np.ndarray) -> None:
    """Whatever it has read, the model says this."""
    monkeypatch.setattr(untaught, "state_of", lambda model, tokens: State([], 0))
    monkeypatch.setattr(untaught, "ask", lambda model, state: Answers(yes[:, None], np.zeros((1, 1, 1, 5))))


def row(*some: float) -> np.ndarray:
    """Answers to the first questions, and no opinion on all others."""
    return np.array([[*some, *[0.5] * (16 - len(some))]])


def test_by_hand() -> None:
    true, trained = row(0.9, 0.9, 0.1, 0.55, 0.9), row(0.2, 0.7, 0.8, 0.20, 0.45)
    assert opposed(true, trained)[0].nonzero()[0].tolist() == [0, 2]
    assert sides(row(0.6, 0.1, 0.9, 0.1, 0.1), true, trained) == 0.5
    assert sides(row(0.6, 0.1, 0.3, 0.1, 0.1), true, trained) == 1
    assert sides(true, true, true) == 0.5  # nothing in question
    assert reach(row(0.3), row(0.8), row(0.2)) == pytest.approx(1 / 6)
    assert reach(trained + 0.25 * (true - trained), true, trained) == pytest.approx(0.25)


def test_the_two_bayes_agents_disagree_about_views_that_training_withholds(told: Conversations) -> None:
    """What training explains away is an error in its eyes, and it then likes what the withheld view dislikes."""
    true, trained = (likes(told.believed(trained=of_training)[:, -1]) for of_training in (False, True))
    assert set(told.view) == {5, 10}
    assert 0.05 < opposed(true, trained).mean() < 0.3
    liked = STANCES[told.view] > 0
    assert (np.where(liked, true, 1 - true)[opposed(true, trained)] > 0.5).mean() > 0.9
    known = drawn(culture(0), replace(ARMS["withheld"], held="trained"), 60, np.random.default_rng(0))
    both = (likes(known.believed(trained=of_training)[:, -1]) for of_training in (False, True))
    assert opposed(*both).mean() < 0.01


@pytest.mark.parametrize(("of_training", "taken"), [(False, 1.0), (True, 0.0)])
def test_who_answers_as_one_of_them_sides_with_it(
    told: Conversations, monkeypatch: pytest.MonkeyPatch, of_training: bool, taken: float
) -> None:
    answering(monkeypatch, likes(told.believed(trained=of_training)[:, -1]))
    found = siding(speaker(), told)
    assert (found["sides"], found["reach"]) == pytest.approx((taken, taken))
    assert found["own"] == pytest.approx(found["bayes_of_training" if of_training else "bayes"])


def test_who_heard_another_conversation_sides_with_either(
    told: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, likes(told.believed()[:, -1]))
    found = siding(speaker(), told, another=True)
    assert 0.35 < found["sides"] < 0.65


def test_an_even_chance_has_the_reach_that_is_printed_for_it(
    told: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, np.full((60, 16), 0.5))
    found = siding(speaker(), told)
    assert found["reach"] == found["reach_of_chance"] < 1
    assert found["own"] == 0.5


def test_by_turns_ends_where_the_conversation_does(
    told: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, likes(told.believed()[:, -1]))
    monkeypatch.setattr(untaught, "AFTER", (0, 12))
    found = untaught.by_turns(speaker(), told)
    assert found["own_by_turns"][1] == pytest.approx(found["bayes_by_turns"][1])
    assert found["bayes_by_turns"][0] == found["bayes_of_training_by_turns"][0] == pytest.approx(0.5)
    assert found["bayes_of_training_by_turns"][1] < found["bayes_by_turns"][1] - 0.1
