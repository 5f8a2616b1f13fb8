"""The agent asks what its logits say, hears what the collaborator says, and is scored on the framing's two answers."""

import numpy as np
import pytest
import torch

from companion.plasticity.agents.asking.episodes import converse, draw, right_answer, says_yes
from companion.plasticity.agents.asking.training import decisions
from companion.plasticity.agents.asking.world import (
    ANSWER,
    ANSWER_OF,
    NEW_QUALITIES,
    PREVAILING,
    QUALITY,
    REPLY,
    STANCES,
    Conditions,
    drawn,
)
from tests.plasticity.agents.asking.agents import novice

MODEL = novice()
CASES = drawn(40, Conditions(), np.random.default_rng(3))


def test_a_conversation_is_worded_as_texts_are() -> None:
    episodes = converse(MODEL, CASES, np.random.default_rng(0))
    assert episodes.tokens.shape == (40, 3 + 4 * 3 + 2)
    asked = episodes.tokens[:, 4:15:3].numpy() - QUALITY
    heard = episodes.tokens[:, 5:15:3].numpy() - REPLY
    assert (asked == episodes.asked).all()
    assert (heard // 4 == asked).all()
    assert (np.where(heard % 4 >= 2, -1, 1) == episodes.stances).all()


def test_questions_are_drawn_with_the_probabilities_that_are_reported() -> None:
    """By the library's own forward pass, among the allowed qualities alone."""
    episodes = converse(MODEL, CASES, np.random.default_rng(0))
    with torch.no_grad():
        logits = MODEL(input_ids=episodes.tokens).logits[:, 3:15:3, QUALITY : QUALITY + 12]
    chances = logits.log_softmax(-1).gather(2, torch.from_numpy(episodes.asked)[..., None])[..., 0]
    assert torch.allclose(chances, episodes.log_chosen, atol=1e-4)
    with torch.no_grad():
        again, answer = decisions(MODEL, episodes)
    assert torch.allclose(again, episodes.log_chosen, atol=1e-4)
    with torch.no_grad():
        assert torch.allclose(answer, MODEL(input_ids=episodes.tokens).logits[:, -1], atol=1e-3)


def test_a_choice_follows_the_likelier_question() -> None:
    many = drawn(
        3000, Conditions(topics=np.array([2]), collaborators=np.array([1])), np.random.default_rng(0)
    )
    episodes = converse(MODEL, many, np.random.default_rng(1), questions=1)
    with torch.no_grad():
        logits = MODEL(input_ids=episodes.tokens[:1, :4]).logits[0, -1, QUALITY : QUALITY + 12]
    counted = np.bincount(episodes.asked[:, 0], minlength=12) / 3000
    assert np.abs(counted - logits.softmax(-1).numpy()).max() < 0.04


def test_only_allowed_questions_are_asked() -> None:
    for asker in ("agent", "anything"):
        found = converse(MODEL, CASES, np.random.default_rng(0), asker=asker, allowed=NEW_QUALITIES)
        assert set(found.asked.flatten()) <= set(NEW_QUALITIES)


def test_replies_may_tell_of_another_view() -> None:
    sure = drawn(400, Conditions(collaborators=np.array([0])), np.random.default_rng(0))
    told = 15 - sure.view
    episodes = converse(MODEL, sure, np.random.default_rng(0), told=told)
    truth = STANCES[told[:, None], episodes.asked]
    assert (episodes.stances == truth).mean() == pytest.approx(0.98, abs=0.01)


def test_nothing_need_be_asked() -> None:
    episodes = converse(MODEL, CASES, np.random.default_rng(0), questions=0)
    assert episodes.tokens.shape == (40, 5)
    assert np.allclose(episodes.believed(0.0), 1 / 16)


def test_the_probability_of_yes_is_that_of_the_framing_s_two_answers() -> None:
    episodes = converse(MODEL, CASES, np.random.default_rng(0))
    with torch.no_grad():
        chances = MODEL(input_ids=episodes.tokens).logits[:, -1].softmax(-1).numpy()
    yes, no = (ANSWER + ANSWER_OF[CASES.framing, side] for side in (0, 1))
    rows = np.arange(40)
    assert np.allclose(
        says_yes(MODEL, episodes), chances[rows, yes] / (chances[rows, yes] + chances[rows, no]), atol=1e-4
    )


def test_right_answers_are_those_of_the_hidden_or_of_the_prevailing_view() -> None:
    for view, wanted in (
        (CASES.view, right_answer(CASES)),
        (PREVAILING[CASES.topic], right_answer(CASES, prevailing=True)),
    ):
        for row in range(40):
            side = 0 if STANCES[view[row], CASES.target[row]] > 0 else 1
            assert wanted[row] == ANSWER + ANSWER_OF[CASES.framing[row], side]


def test_draws_have_the_softmax_s_frequencies() -> None:
    logits = torch.tensor([[0.0, 1.0, -torch.inf, 2.0]]).repeat(20_000, 1)
    words, chances = draw(logits, np.random.default_rng(0))
    assert np.bincount(words, minlength=4) / 20_000 == pytest.approx(logits[0].softmax(-1).numpy(), abs=0.012)
    assert torch.allclose(chances, logits[0].log_softmax(-1)[torch.from_numpy(words)])


@pytest.mark.parametrize(
    "wrong", [{"questions": -1}, {"allowed": np.array([], int)}, {"allowed": np.array([16])}]
)
def test_impossible_questions_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no negative number of questions"):
        converse(MODEL, CASES, np.random.default_rng(0), **wrong)  # type: ignore[arg-type]
