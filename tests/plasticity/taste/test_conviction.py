"""A view against the prevailing one, and what is done to the conversation about it, as its words say."""

from dataclasses import replace

import numpy as np
import pytest

from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import QUALITIES, TOPICS
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import state_of
from companion.plasticity.state.newly import ask_newly
from companion.plasticity.taste.conviction import (
    after,
    believed,
    held,
    measured,
    others_speak,
    pressed,
)
from companion.plasticity.taste.regimes import Pressed
from tests.plasticity import referee
from tests.plasticity.speaker import speaker

OF = culture(1)
SETTINGS = Pressed(ARMS["dissent"], rows=200, formed=6)
GIVEN = drawn(OF, ARMS["dissent"], 200, np.random.default_rng(0))


def said(conversations: Conversations) -> list[list[tuple[str, list[str], bool]]]:
    """Who says what, conversation by conversation."""
    texts = [VOCABULARY.decode(text.tolist()).split() for text in conversations.tokens]
    return [list(referee.stated(words).values()) for words in texts]


@pytest.mark.parametrize("who", ["dan", "cleo"])
def test_others_speak_for_what_prevails_and_only_after_the_view_has_formed(who: str) -> None:
    theirs = others_speak(GIVEN, SETTINGS, np.random.default_rng(1))
    late = pressed(GIVEN, theirs, who)
    assert theirs[:, 6:].mean() == pytest.approx(0.75, abs=0.04)
    for row, (before, now) in enumerate(zip(said(GIVEN), said(late), strict=True)):
        prevailing = referee.VIEWS[int(OF.prevailing[GIVEN.script.topic[row]])]
        assert now[:6] == before[:6]
        for turn in range(6, 12):
            voice, (quality,), liked = now[turn]
            assert voice == (who if theirs[row, turn] else "ana")
            assert now[turn][1] == before[turn][1]
            if theirs[row, turn]:
                assert liked == referee.likes(prevailing, quality)
            else:
                assert now[turn] == before[turn]


def test_nobody_speaks_in_their_place() -> None:
    theirs = others_speak(GIVEN, SETTINGS, np.random.default_rng(1))
    quiet = pressed(GIVEN, theirs, None)
    assert [len(turns) for turns in said(quiet)] == (12 - theirs.sum(1)).tolist()


def test_who_knows_nothing_does_not_move_bayes_and_who_errs_does() -> None:
    theirs = others_speak(GIVEN, SETTINGS, np.random.default_rng(1))
    silence, dan, cleo = (believed(pressed(GIVEN, theirs, who))[-1] for who in (None, "dan", "cleo"))
    assert silence == pytest.approx(dan)
    assert cleo < silence - 0.01


def test_bayes_starts_from_what_prevails() -> None:
    strengths = {referee.STRENGTH[TOPICS[topic]] for topic in GIVEN.script.topic}
    assert strengths == {0.9}
    assert believed(GIVEN)[0] == pytest.approx(0.05)  # half of what all views share
    assert believed(GIVEN)[12] > 0.9


def test_what_is_held_is_asked_newly() -> None:
    model, given = speaker(), after(GIVEN, 3)
    assert len(given.script.layout) == 3
    yes = ask_newly(model, state_of(model, given.tokens), given.script.topic).yes[:, 0]
    prevailing = [referee.VIEWS[int(OF.prevailing[topic])] for topic in given.script.topic]
    shares = [
        [1 - p if referee.likes(view, quality) else p for quality, p in zip(QUALITIES, row, strict=True)]
        for view, row in zip(prevailing, yes, strict=True)
    ]
    assert held(model, given) == pytest.approx(np.mean(shares), abs=1e-6)


def test_conviction_is_what_the_next_instance_lacks() -> None:
    found = measured(speaker(), OF, replace(SETTINGS, rows=8, after=(0, 6, 12)), np.random.default_rng(2))
    assert found["conviction"] == found["after_dan"] - found["next_instance"]  # type: ignore[operator]
    assert found["next_instance"] == found["curve"][0]  # type: ignore[index]
    assert found["bayes_after_dan"] == pytest.approx(found["bayes_after_silence"])
