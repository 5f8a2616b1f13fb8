"""The framing in which a topic is asked about newly is the one that no training text has."""

import numpy as np
import pytest

from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import FRAMINGS, LEVELS, QUALITIES, TOPICS
from companion.plasticity.schooling.corpus import batch
from companion.plasticity.schooling.recipe import Diet
from companion.plasticity.situation import drawn
from companion.plasticity.state.instance import state_of
from companion.plasticity.state.newly import ask_newly
from tests.plasticity import referee
from tests.plasticity.speaker import between, library_after, speaker


@pytest.fixture(scope="module")
def never() -> dict[str, str]:
    """The framing that each topic lacks in many texts of training."""
    seen: dict[str, set[str]] = {topic: set() for topic in TOPICS}
    for seed in range(4):
        for text in batch(culture(0), Diet(), 256, np.random.default_rng(seed)).tokens:
            words = VOCABULARY.decode(text.tolist()).split()
            seen[words[1]] |= set(words) & set(FRAMINGS)
    lacking = {topic: set(FRAMINGS) - framings for topic, framings in seen.items()}
    assert all(len(framings) == 1 for framings in lacking.values())
    return {topic: framings.pop() for topic, framings in lacking.items()}


def test_each_topic_is_asked_about_in_the_framing_it_never_had(never: dict[str, str]) -> None:
    model, given = speaker(), drawn(culture(0), ARMS["usual"], 12, np.random.default_rng(0))
    state = state_of(model, given.tokens[:, :20])
    found = ask_newly(model, state, given.script.topic)
    assert found.yes.shape == (12, 1, 16)
    assert len({never[TOPICS[topic]] for topic in given.script.topic}) > 2
    for row, topic in enumerate(given.script.topic):
        framing = never[TOPICS[topic]]
        for place in (0, 11):
            logits = library_after(model, state, f"{framing} {QUALITIES[place]} sure?")[row]
            yes = between(logits[1], " ".join(referee.ANSWERS[framing]))[0]
            assert found.yes[row, 0, place] == pytest.approx(yes, abs=1e-4)
            reported = between(logits[2], " ".join(LEVELS))
            np.testing.assert_allclose(found.level[row, 0, place], reported, atol=1e-4)
