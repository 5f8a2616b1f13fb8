"""What is told again keeps its topic, its voices and its view; its statements are new."""

import numpy as np
import pytest

from companion.plasticity.arms import Situation
from companion.plasticity.boundary.retold import another, retold
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.situation import Conversations, drawn
from tests.plasticity import referee

SITUATION = Situation(turns=6, voice="ana", other="cleo", silence=0.3, strength=None)


@pytest.fixture(scope="module")
def told() -> Conversations:
    """Conversations with two voices and some silence."""
    return drawn(culture(0), SITUATION, 400, np.random.default_rng(0))


def read(conversations: Conversations) -> list[list[str]]:
    """Their words."""
    return [VOCABULARY.decode(text.tolist()).split() for text in conversations.tokens]


def right(conversations: Conversations, voice: str) -> float:
    """How often a voice is right about the view of its conversation."""
    true = [
        referee.likes(referee.VIEWS[view], quality) == liked
        for view, words in zip(conversations.view, read(conversations), strict=True)
        for who, (quality,), liked in referee.stated(words).values()
        if who == voice
    ]
    return float(np.mean(true))


def test_topics_and_voices_stay_and_statements_do_not(told: Conversations) -> None:
    again = retold(told, np.random.default_rng(1))
    pairs = list(zip(read(told), read(again), strict=True))
    same = []
    for first, second in pairs:
        assert first[1] == second[1]
        for word, other in zip(first[2::4], second[2::4], strict=True):
            assert word.split("-")[0] == other.split("-")[0]
            same += [word == other] if word != "nobody-speaks" else []
    assert np.mean(same) < 0.15  # of sixteen qualities


@pytest.mark.parametrize("voice", ["ana", "cleo"])
def test_it_is_about_the_same_view_or_about_the_one_that_is_named(told: Conversations, voice: str) -> None:
    random = np.random.default_rng(2)
    expected = 1 - referee.WRONG[voice]
    assert right(retold(told, random), voice) == pytest.approx(expected, abs=0.06)
    opposite = retold(told, random, 15 - told.view)
    assert right(opposite, voice) == pytest.approx(expected, abs=0.06)
    assert right(opposite._replace(view=told.view), voice) == pytest.approx(1 - expected, abs=0.06)


def test_another_view_is_any_but_the_same() -> None:
    view = np.repeat(np.arange(16), 1000)
    other = another(view, np.random.default_rng(3))
    counts = np.zeros((16, 16))
    np.add.at(counts, (view, other), 1)
    assert not counts.diagonal().any()
    off = counts[~np.eye(16, dtype=bool)]
    assert abs(off - 1000 / 15).max() < 5 * (1000 / 15) ** 0.5
