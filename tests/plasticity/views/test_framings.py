"""The referee answers alike in all wordings; hand-made answers disagree as often as they were made to."""

from itertools import pairwise

import numpy as np
import pytest

from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import EVERY_FRAMING, FRAMINGS, QUALITIES, TOPICS
from companion.plasticity.schooling.corpus import batch
from companion.plasticity.schooling.recipe import Diet
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.views import framings
from tests.plasticity import reader, referee
from tests.plasticity.speaker import speaker

MODEL = speaker()


def told(arm: str = "told", rows: int = 20) -> Conversations:
    """Conversations of a kind."""
    return drawn(reader.OF, ARMS[arm], rows, np.random.default_rng(0))


def test_no_training_asks_what_counts_as_untrained_and_it_asks_all_else() -> None:
    asked = np.zeros((12, 6, 16), bool)
    random = np.random.default_rng(0)
    for _ in range(60):
        for text in batch(reader.OF, Diet(), 64, random).tokens:
            words = VOCABULARY.decode(text.tolist()).split()
            for framing, quality in pairwise(words):
                if framing in FRAMINGS:
                    asked[TOPICS.index(words[1]), FRAMINGS.index(framing), QUALITIES.index(quality)] = True
    new = framings.untrained(np.arange(12))
    assert not (asked & new).any()
    assert (asked | new).mean() > 0.99


@pytest.mark.parametrize("arm", ["told", "by-dan", "silent"])
def test_what_is_decided_is_what_the_referee_would_hear_from_ana(arm: str) -> None:
    given = told(arm)
    script = given.script._replace(silent=np.zeros_like(given.script.silent))
    for words, decided in zip(
        reader.state_of(None, given._replace(script=script).tokens), framings.decided(given), strict=True
    ):
        by_ana = [word.replace("dan-", "ana-") for word in words]
        sure = [max(likes, 1 - likes) >= 0.75 for likes in reader.likes(by_ana)]
        assert decided.tolist() == sure


def test_agreement_counts_the_wordings_that_are_asked() -> None:
    yes = np.full((1, 3, 2), 0.9)
    yes[0, 2, 1] = 0.2
    everything = np.ones((1, 3, 2), bool)
    assert framings.agreement(yes, everything) == 0.75
    everything[0, 1] = False
    assert framings.agreement(yes, everything) == 0.5
    assert framings.agreement(yes, np.zeros((1, 3, 2), bool)) == 1.0


def test_a_view_is_coherent_and_loses_a_trait_with_an_answer() -> None:
    view = referee.VIEWS[6]
    yes = np.array([[0.9 if referee.likes(view, quality) else 0.1 for quality in QUALITIES]])
    assert framings.coherence(yes) == 1.0
    yes[0, 3] = 1 - yes[0, 3]
    assert framings.coherence(yes) == 0.75


def test_the_referee_agrees_with_itself_and_is_as_right_as_bayes(monkeypatch: pytest.MonkeyPatch) -> None:
    reader.in_place_of_models(monkeypatch, framings)
    given = told(rows=40)
    found = framings.at_once(MODEL, given)
    assert found["agrees"] == found["agrees_trained"] == found["like_bayes"] == 1.0
    assert found["right"] == found["bayes_right"] > 0.9
    assert found["from_bayes"] < 1e-9
    nobody = framings.at_once(MODEL, told("silent"))
    assert nobody["like_bayes"] == 0.5  # nothing to be sure of
    assert abs(nobody["right"] - 0.5) < 0.1


@pytest.mark.parametrize("told_last", [False, True])
def test_silent_turns_and_dan_leave_the_referee_where_it_was(
    monkeypatch: pytest.MonkeyPatch, told_last: bool
) -> None:
    reader.in_place_of_models(monkeypatch, framings)
    given = told()
    before = framings.at_once(MODEL, given)["right"]
    for kind in framings.FURTHER:
        more = framings.further(given, kind, 8, np.random.default_rng(1))
        after = framings.later(MODEL, given, more, 8, told_last=told_last)
        assert after == {"agrees": 1.0, "right": before}


def test_further_turns_stand_where_they_should(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr(
        framings, "state_of", lambda model, tokens: read.append(reader.state_of(model, tokens))
    )
    monkeypatch.setattr(framings, "ask", lambda *_: reader.ask(None, read[-1], EVERY_FRAMING))
    given = told(rows=2)
    more = framings.further(given, "silent", 8, np.random.default_rng(1))
    framings.later(MODEL, given, more, 5)
    framings.later(MODEL, given, more, 5, told_last=True)
    for after, first in zip(*read, strict=True):
        assert after[:2] == first[:2]
        assert after[2:50] == first[22:]
        assert after[50::4] == first[2:22:4] == ["nobody-speaks"] * 5


def test_curves_begin_where_the_conversation_ends() -> None:
    given = framings.some_of(told(), 6)
    assert len(given.tokens) == 6
    curves = framings.curves(MODEL, given, (0, 2), Streams(0))
    now = framings.at_once(MODEL, given)
    for name in ("silent", "dan", "first"):
        assert curves[f"agrees_{name}"][0] == pytest.approx(now["agrees"])
        assert curves[f"right_{name}"][0] == pytest.approx(now["right"])
        assert curves[f"agrees_{name}"].shape == (2,)
