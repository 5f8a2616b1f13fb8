"""Gradient steps leave their model as it is and lower the loss; what they are to learn is what was to be learned."""

import numpy as np
import pytest
import torch
from torch.nn import functional
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import FRAMINGS, QUALITIES, TOPICS
from companion.plasticity.schooling.expectation import Expectation, expected_loss
from companion.plasticity.schooling.slow import Texts, answers, rehearsal, some_of, stepped
from tests.plasticity import referee
from tests.plasticity.speaker import speaker
from tests.transformer.models import gradients, library_logits, weights

FRAMED, ASKED = [0, 3, 4, 5], [2, 9, 14]
YES = np.random.default_rng(0).random((4, 3))
WANTED = answers(6, YES, FRAMED, ASKED)


def always(texts: Expectation) -> Texts:
    """The same texts in each step."""
    return lambda random: texts


def loss(model: LlamaForCausalLM, texts: Expectation) -> float:
    """A number."""
    return expected_loss(model, texts).item()


def some_rows(texts: Expectation, rows: slice) -> Expectation:
    """Some of the texts."""
    return Expectation(texts.tokens[rows], texts.places, texts.words[rows], texts.probabilities[rows])


def library_loss(model: LlamaForCausalLM, texts: Expectation) -> torch.Tensor:
    """The mean cross-entropy after the last words, with the library's logits and probabilities for labels."""
    logits = library_logits(model, torch.from_numpy(texts.tokens))[:, -1]
    labels = np.zeros(logits.shape, np.float32)
    np.put_along_axis(labels, texts.words[:, 0], texts.probabilities[:, 0].astype(np.float32), 1)
    return functional.cross_entropy(logits, torch.from_numpy(labels))


def test_an_empty_context_is_to_answer_in_the_words_of_each_framing() -> None:
    assert WANTED.places.tolist() == [3]  # after the last of four words
    found = {}
    for text, words, probabilities in zip(WANTED.tokens, WANTED.words, WANTED.probabilities, strict=True):
        said = [VOCABULARY.words[word] for word in words[0]]
        found[VOCABULARY.decode(text.tolist())] = dict(zip(said, probabilities[0], strict=True))
    assert len(found) == 12
    for i, framing in enumerate(FRAMINGS[number] for number in FRAMED):
        for j, quality in enumerate(QUALITIES[number] for number in ASKED):
            yes, no = referee.ANSWERS[framing]
            wanted = {yes: YES[i, j], no: 1 - YES[i, j]}
            assert found[f"<s> {TOPICS[6]} {framing} {quality}"] == pytest.approx(wanted)


def test_steps_lower_the_loss_and_leave_the_model_to_the_last_bit() -> None:
    model = speaker()
    before = weights(model)
    pupil = stepped(model, [(always(WANTED), 1.0)], 20, np.random.default_rng(0))
    assert weights(model) == before
    assert all(parameter.grad is None for parameter in model.parameters())
    assert loss(pupil, WANTED) < 0.9 * loss(model, WANTED)
    assert not pupil.training


def test_no_steps_give_the_same_model() -> None:
    model = speaker()
    assert weights(stepped(model, [(always(WANTED), 1.0)], 0, np.random.default_rng(0))) == weights(model)


def test_a_model_that_nobody_may_change_can_be_copied_and_stepped() -> None:
    model = speaker().requires_grad_(False)
    pupil = stepped(model, [(always(WANTED), 1.0)], 1, np.random.default_rng(0))
    assert weights(pupil) != weights(model)


def test_a_step_of_two_lessons_follows_the_weighted_sum_of_their_gradients() -> None:
    model, halves = speaker(), (some_rows(WANTED, slice(0, 3)), some_rows(WANTED, slice(3, 12)))
    lessons = [(always(half), weight) for half, weight in zip(halves, (0.3, 0.7), strict=True)]
    pupil = stepped(model, lessons, 1, np.random.default_rng(0), rate=1e-3)
    for half, weight in zip(halves, (0.3, 0.7), strict=True):
        (weight * library_loss(model, half)).backward()
    moved = dict(pupil.named_parameters())
    for name, gradient in gradients(model).items():
        # AdamW's first step is the rate, against the sign of the gradient
        clear = gradient.abs() > 1e-3 * gradient.abs().max() + 1e-6
        step = (moved[name] - model.get_parameter(name))[clear]
        torch.testing.assert_close(step, -1e-3 * gradient[clear].sign(), rtol=0.02, atol=1e-6)


def test_some_texts_keep_their_own_answers() -> None:
    texts = {VOCABULARY.decode(text.tolist()): place for place, text in enumerate(WANTED.tokens)}
    drawn = [some_of(WANTED, 5)(np.random.default_rng(seed)) for seed in range(20)]
    seen = set()
    for few in drawn:
        places = [texts[VOCABULARY.decode(text.tolist())] for text in few.tokens]
        assert len(set(places)) == 5
        seen |= set(places)
        np.testing.assert_array_equal(few.words, WANTED.words[places])
        np.testing.assert_array_equal(few.probabilities, WANTED.probabilities[places])
    assert len(seen) == 12
    assert len(some_of(WANTED, 50)(np.random.default_rng(0)).tokens) == 12


def test_rehearsal_is_the_model_s_own_distribution() -> None:
    model = speaker()
    texts = rehearsal(model, culture(0), 6)(np.random.default_rng(0))
    with torch.no_grad():
        own = library_logits(model, torch.from_numpy(texts.tokens))[:, texts.places].softmax(-1).numpy()
    given = np.zeros_like(own)
    np.put_along_axis(given, texts.words, texts.probabilities.astype(given.dtype), 2)
    np.testing.assert_allclose(given, own, atol=1e-5)


def test_nothing_pulls_an_unchanged_model_away_from_what_it_rehearses() -> None:
    model = speaker()
    texts = rehearsal(model, culture(0), 6)(np.random.default_rng(0))
    pulls = []
    for probabilities in (texts.probabilities, np.roll(texts.probabilities, 1, 0)):
        model.zero_grad()
        expected_loss(model, texts._replace(probabilities=probabilities)).backward()
        pulls.append(sum(float(gradient.square().sum()) for gradient in gradients(model).values()) ** 0.5)
    assert pulls[0] < 1e-4 * pulls[1]
