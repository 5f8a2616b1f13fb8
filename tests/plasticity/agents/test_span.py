"""Conversations that go on, and coherence of answers now and later, against answers asked one by one."""

from dataclasses import replace

import numpy as np
import pytest
from transformers import LlamaForCausalLM

from companion.plasticity.agents import span
from companion.plasticity.agents.coherence import across, within
from companion.plasticity.agents.span import answers, exactly, judged, prolonged
from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY, worded
from companion.plasticity.conversation.script import first
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import state_of
from tests.plasticity.speaker import speaker

TOLD, TURNS = 3, 7


@pytest.fixture(scope="module")
def model() -> LlamaForCausalLM:
    """A model with random weights."""
    return speaker()


@pytest.fixture(scope="module")
def given() -> Conversations:
    """Conversations on open topics."""
    return drawn(culture(0), replace(ARMS["told"], turns=TURNS), 6, np.random.default_rng(0))


def words(of: Conversations) -> list[list[str]]:
    return [VOCABULARY.decode(tokens.tolist()).split() for tokens in of.tokens]


@pytest.mark.parametrize("dan", [False, True])
def test_a_conversation_goes_on_without_its_voice(given: Conversations, dan: bool) -> None:
    going_on = prolonged(given, TOLD, np.random.default_rng(1), dan=dan)
    start = worded(first(given.script, TOLD)).shape[1]
    np.testing.assert_array_equal(going_on.tokens[:, 2:start:4] >= 0, True)
    for before, after in zip(words(given), words(going_on), strict=True):
        voices = [word.split("-")[0] for word in after if word.split("-")[0] in ("ana", "dan", "nobody")]
        assert voices == ["ana"] * TOLD + ["dan" if dan else "nobody"] * (TURNS - TOLD)
        if not dan:
            assert after[:start] == before[:start]


def test_silence_and_dan_change_nothing_for_bayes(given: Conversations) -> None:
    for dan in (False, True):
        going_on = prolonged(given, TOLD, np.random.default_rng(1), dan=dan)
        np.testing.assert_allclose(exactly(going_on, TOLD), exactly(going_on, TURNS), atol=1e-12)


def test_the_judged_span_is_coherence_with_later_answers_less_that_of_others(
    model: LlamaForCausalLM, given: Conversations
) -> None:
    found = judged(model, given, TOLD)
    early = answers(model, state_of(model, worded(first(given.script, TOLD))))
    late = answers(model, state_of(model, given.tokens))
    assert found["kept"] == pytest.approx(within(early, late))
    assert found["others"] == pytest.approx(across(early, late, given.script.topic))
    assert found["span"] == pytest.approx(found["kept"] - found["others"])
    assert found["kept"] != pytest.approx(within(late, late), abs=1e-4)


def test_before_anything_is_said_within_and_across_are_the_same(
    model: LlamaForCausalLM, given: Conversations
) -> None:
    """All conversations on a topic are then one and the same text."""
    (own, others), *_ = span.within_and_across(model, given, 0)
    same = given.script._replace(topic=np.zeros_like(given.script.topic))
    (alone, together), *_ = span.within_and_across(model, given._replace(script=same), 0)
    assert alone == pytest.approx(together, abs=1e-6)
    assert abs(own - others) < 0.2


def test_delays_begin_with_the_answers_themselves(
    model: LlamaForCausalLM, given: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(span, "LATER", (0, 2, 4))
    early = answers(model, state_of(model, worded(first(given.script, TOLD))))
    for between in ("silence", "distance"):
        found = span.by_delay(model, given, TOLD, between)
        assert found[0] == pytest.approx(within(early, early), abs=1e-6)
    late = answers(model, state_of(model, given.tokens))
    assert span.by_delay(model, given, TOLD, "silence")[2] == pytest.approx(within(early, late), abs=1e-6)
    state = state_of(model, worded(first(given.script, TOLD)))
    far = answers(model, state._replace(next=given.tokens.shape[1]))
    assert found[2] == pytest.approx(within(early, far), abs=1e-6)
