"""Many streams at once are the same as one at a time, and each kind of context holds what it says."""

import numpy as np
import pytest
import torch

from companion.plasticity.agents.ledger.agent import (
    answers_of,
    beginnings,
    exchanged,
    last_logits,
    noted,
    play,
    without_memory,
    written_notes,
)
from companion.plasticity.agents.ledger.planner import plan, readable
from companion.plasticity.agents.ledger.world import FACT, LOOK, SAY, VOCABULARY, Place, respond
from tests.plasticity.agents.ledger.agents import episodes, novice

MODEL, EPISODES = novice(), episodes(5)


def alone(of, first_words, window=None):  # type: ignore[no-untyped-def]
    """One stream, by the library's forward pass, with no helper of the package but the world."""
    context, place, earned = list(first_words), Place(), 0.0
    while place.number < len(of.pairs):
        seen = context[-window:] if window else context
        with torch.no_grad():
            logits = MODEL(input_ids=torch.tensor([seen])).logits[0, -1]
        action = LOOK + int(logits[LOOK:FACT].argmax())
        outcome = respond(of, place, action)
        earned, place = earned + outcome.reward, outcome.place
        context += [action, *outcome.words]
    return context, earned


@pytest.mark.parametrize("window", [None, 8, 20])
def test_streams_do_not_disturb_each_other(window: int | None) -> None:
    played = play(MODEL, EPISODES, window=window)
    for row, of in enumerate(EPISODES):
        context, earned = alone(of, of.question(0), window)
        assert played.contexts[row] == context
        assert played.earned[row].sum() == pytest.approx(earned)


def test_a_stream_may_stop_and_go_on() -> None:
    whole = play(MODEL, EPISODES)
    half = play(MODEL, EPISODES, last=8)
    rest = play(MODEL, EPISODES, half.contexts, first=8)
    assert rest.contexts == whole.contexts
    assert np.allclose(half.earned + rest.earned, whole.earned)
    assert (half.earned[:, 8:] == 0).all()


def test_the_planner_agrees_with_itself_and_a_novice_does_not() -> None:
    assert play(None, EPISODES).agrees == 1.0
    assert play(MODEL, EPISODES).agrees < 0.9


def test_a_forgetful_planner_looks_two_cells_up_for_each_question() -> None:
    played = play(None, EPISODES, forgets=True)
    assert played.earned == pytest.approx(np.full((5, 16), 0.6))
    assert (played.right == 1).all()


def test_contexts_are_wiped_exchanged_and_noted() -> None:
    contexts = play(None, EPISODES, last=8).contexts
    questions = [of.question(8) for of in EPISODES]
    assert without_memory(contexts) == questions
    for row, mixed in enumerate(exchanged(contexts)):
        donor = contexts[(row + 1) % 5]
        assert mixed == donor[:-3] + questions[row]
    notes = [[FACT, FACT + 5, FACT + 9] for _ in EPISODES]
    assert noted(contexts, notes, 2) == [[FACT, FACT + 5, *question] for question in questions]


def test_notes_end_and_hold_facts_alone() -> None:
    for note in written_notes(MODEL, play(None, EPISODES, last=8).contexts):
        assert len(note) <= 9
        assert set(readable(note)) == {(word - FACT) // 4 for word in note}


def test_answers_are_counted_where_the_context_decides() -> None:
    contexts = play(None, EPISODES, last=8).contexts
    decided = [set(of.pairs[8]) <= set(readable(held)) for held, of in zip(contexts, EPISODES, strict=True)]
    best = [plan(held, of.pairs[8]) for held, of in zip(contexts, EPISODES, strict=True)]
    assert answers_of(contexts, EPISODES, 8, best) == (sum(decided), sum(decided))
    assert answers_of(contexts, EPISODES, 8, [LOOK] * 5) == (0, sum(decided))
    assert all(action >= SAY for action, sure in zip(best, decided, strict=True) if sure)


def test_logits_ignore_what_fills_a_row() -> None:
    contexts = [VOCABULARY.encode("sum a b"), VOCABULARY.encode("a=1 hm so sum a b")]
    together = last_logits(MODEL, contexts)
    for row, context in enumerate(contexts):
        assert torch.allclose(together[row], last_logits(MODEL, [context])[0], atol=1e-4)


def test_bad_contexts_and_windows_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing to read"):
        last_logits(MODEL, [[]])
    with pytest.raises(ValueError, match="a window holds at least"):
        play(MODEL, EPISODES, window=2)
    assert beginnings(EPISODES)[0] == EPISODES[0].question(0)
