"""What an instance answers against the library's forward pass on the whole text, question by question."""

import numpy as np
import pytest
import torch
from transformers import LlamaForCausalLM

from companion.lab.errors import LabError
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import FRAMINGS, ITEMS, LEVELS, QUALITIES
from companion.plasticity.schooling.recipe import WINDOW
from companion.plasticity.state.instance import ROWS, ask, continued, rate, some, state_of, write
from tests.plasticity import referee
from tests.plasticity.speaker import between, bits, ids, speaker, texts
from tests.transformer.models import library_logits

CODES = " ".join(f"code-{number}" for number in range(16))


@pytest.fixture(scope="module")
def model() -> LlamaForCausalLM:
    """A model with random weights."""
    return speaker()


@torch.no_grad()
def library_answers(model: LlamaForCausalLM, tokens: np.ndarray, question: str) -> torch.Tensor:
    """The library's logits after each word of a question that follows each text."""
    asked = torch.tensor(ids(question)).expand(len(tokens), -1)
    return library_logits(model, torch.cat([torch.from_numpy(tokens), asked], 1))[:, tokens.shape[1] :]


def test_answers_are_the_library_s(model: LlamaForCausalLM) -> None:
    tokens, framings, qualities = texts(3, 9), (0, 3, 5), (2, 11)
    found = ask(model, state_of(model, tokens), framings, qualities)
    assert found.yes.shape == (3, 3, 2)
    assert found.yes.std() > 0.1
    for i, framing in enumerate(framings):
        for j, quality in enumerate(qualities):
            name = FRAMINGS[framing]
            logits = library_answers(model, tokens, f"{name} {QUALITIES[quality]} sure?")
            pair = between(logits[:, 1], " ".join(referee.ANSWERS[name]))
            np.testing.assert_allclose(found.yes[:, i, j], pair[:, 0], atol=1e-4)
            np.testing.assert_allclose(
                found.level[:, i, j], between(logits[:, 2], " ".join(LEVELS)), atol=1e-4
            )


def test_verdicts_are_the_library_s(model: LlamaForCausalLM) -> None:
    tokens, items = texts(3, 9), np.array([0, 77, 255])
    found = rate(model, state_of(model, tokens), items)
    for place, item in enumerate(items):
        named = " ".join(QUALITIES[quality] for quality in ITEMS[item])
        expected = between(library_answers(model, tokens, f"rate {named}")[:, -1], "fine poor")[:, 0]
        np.testing.assert_allclose(found[:, place], expected, atol=1e-4)


def test_notes_are_the_library_s_likeliest_words(model: LlamaForCausalLM) -> None:
    tokens = texts(12, 9)
    note = write(model, state_of(model, tokens))
    codes = between(library_answers(model, tokens, "note")[:, -1], CODES).argmax(1)
    np.testing.assert_array_equal(note.code, codes)
    assert len(set(codes)) > 1
    for row, code in enumerate(codes):
        logits = library_answers(model, tokens[row : row + 1], f"note code-{code}")[0, -1]
        assert note.level[row] == between(logits, " ".join(LEVELS)).argmax()


def test_many_instances_answer_as_each_does_alone(model: LlamaForCausalLM) -> None:
    state = state_of(model, texts(ROWS + 5, 6))
    found = ask(model, state, (0,), (1, 4)).yes
    for row in (0, ROWS - 1, ROWS, ROWS + 4):
        alone = ask(model, some(state, np.array([row])), (0,), (1, 4)).yes
        np.testing.assert_allclose(found[row], alone[0], atol=1e-5)


def test_questions_leave_the_state_to_the_last_bit_and_each_other_alone(model: LlamaForCausalLM) -> None:
    state = state_of(model, texts(4, 9))
    before, alone = bits(state), ask(model, state, (2,), (7,)).yes
    together = ask(model, state, (0, 2), tuple(range(16))).yes[:, 1, 7]
    rate(model, state, np.arange(5))
    write(model, state)
    continued(model, state, texts(4, 3))
    assert bits(state) == before
    np.testing.assert_allclose(together, alone[:, 0, 0], atol=1e-5)


def test_reading_on_is_reading_all_at_once(model: LlamaForCausalLM) -> None:
    tokens = texts(3, 12)
    whole = state_of(model, tokens)
    parts = continued(model, continued(model, state_of(model, tokens[:, :4]), tokens[:, 4:5]), tokens[:, 5:])
    assert (parts.rows, parts.held, parts.next) == (3, 12, 12)
    for ours, theirs in zip(parts.layers, whole.layers, strict=True):
        torch.testing.assert_close(ours.keys, theirs.keys, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(ours.values, theirs.values, rtol=1e-4, atol=1e-5)


def test_an_empty_conversation_and_one_beyond_the_window_are_refused(model: LlamaForCausalLM) -> None:
    full = np.full((1, WINDOW), VOCABULARY.begin)
    with pytest.raises(LabError, match=r"^A conversation is empty: .*\.$"):
        state_of(model, full[:, :0])
    with pytest.raises(LabError, match=f"^A conversation of {WINDOW + 1} words is longer than the window"):
        state_of(model, np.tile(full, 2)[:, : WINDOW + 1])
    state = state_of(model, full[:, : WINDOW - 3])
    ask(model, state, (0,), (0,))  # three words, and the last that fit
    assert continued(model, state, full[:, :3]).next == WINDOW
    for too_long in (lambda: rate(model, state, np.array([0])), lambda: continued(model, state, full[:, :4])):
        with pytest.raises(
            LabError, match=f"^A conversation of {WINDOW + 1} words is longer than the window"
        ):
            too_long()
