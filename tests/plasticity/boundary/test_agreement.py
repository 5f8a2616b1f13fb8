"""Agreement of instances against answers that are drawn, counted or read by the whole text."""

import numpy as np
import pytest

from companion.plasticity.arms import Situation
from companion.plasticity.boundary import agreement
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import QUALITIES, WITHHELD
from companion.plasticity.situation import drawn
from companion.plasticity.state.instance import ask, state_of
from tests.plasticity import referee
from tests.plasticity.speaker import speaker, texts

OF = culture(0)


def readings(rows: int = 5, strength: float = 0.9) -> agreement.Readings:
    """Conversations by Ben."""
    random = np.random.default_rng(0)
    return agreement.readings(drawn(OF, Situation(voice="ben", strength=strength), rows, random), random)


def test_answers_are_alike_as_often_as_drawn_ones_are() -> None:
    random = np.random.default_rng(0)
    first, second = random.random((2, 3, 16))
    drawn_first, drawn_second = (random.random((40_000, 3, 16)) < each for each in (first, second))
    counted = (drawn_first == drawn_second).mean((0, 2))
    np.testing.assert_allclose(agreement.alike(first, second), counted, atol=0.005)


def test_the_same_choice_is_counted_and_an_even_chance_counts_half() -> None:
    first, second = np.full((2, 16), 0.9), np.full((2, 16), 0.6)
    second[0, :4], second[1, :2] = 0.4, 0.5
    np.testing.assert_allclose(agreement.same_choice(first, second), [12 / 16, 15 / 16])


def test_an_instance_is_asked_after_the_words_of_so_many_turns() -> None:
    model, read = speaker(), readings()
    found = agreement.answers(model, read)
    assert found.shape == (3, len(agreement.AFTER), 5, 16)
    for i, conversations in enumerate(read):
        for j, number in enumerate(agreement.AFTER):
            words = conversations.tokens[:, : 2 + 4 * number]
            expected = ask(model, state_of(model, words)).yes[:, 0]
            np.testing.assert_allclose(found[i, j], expected, atol=1e-4)


@pytest.mark.parametrize("trained", [False, True])
def test_the_exact_agent_answers_as_the_referee(trained: bool) -> None:
    read = readings(3)
    found = agreement.exact_answers(OF, read, trained=trained)
    possible = [view for view in range(16) if not (trained and WITHHELD.views[view])]
    for i, conversations in enumerate(read):
        for row, text in enumerate(conversations.tokens):
            prevailing = int(OF.prevailing[conversations.script.topic[row]])
            words = VOCABULARY.decode(text.tolist()).split()
            before = referee.prior(words[1], prevailing, possible)
            for j, number in enumerate(agreement.AFTER):
                states = [
                    list(weights.values()) for _, weights in referee.weights_after(words[: 2 + 4 * number])
                ]
                likelihood = states[-1] if states else [1.0] * 16
                weights = np.array(before) * likelihood
                likes = [[referee.likes(view, quality) for view in referee.VIEWS] for quality in QUALITIES]
                np.testing.assert_allclose(
                    found[i, j, row], np.array(likes) @ weights / weights.sum(), atol=1e-9
                )


def test_the_same_weights_and_words_agree_wholly_in_the_likelier_answer() -> None:
    own = agreement.answers(speaker(), readings())
    alike, same = agreement.between(own, own)
    assert (same[0] == 1).all()
    assert (alike[0] < 1).all()
    assert (same[1:, -1] < 1).all()


def test_a_state_is_taken_back_to_the_words_that_were_read_first() -> None:
    model, words = speaker(), texts(3, 9)
    back, first = agreement.until(state_of(model, words), 4), state_of(model, words[:, :4])
    assert (back.next, back.held) == (4, 4)
    np.testing.assert_allclose(ask(model, back).yes, ask(model, first).yes, atol=1e-5)
    with pytest.raises(ValueError, match="cannot be taken back to 10"):
        agreement.until(state_of(model, words), 10)


def test_every_culture_is_the_neighbor_of_one_other_within_its_five() -> None:
    neighbors = [agreement.neighbor(number) for number in range(10)]
    assert sorted(neighbors) == list(range(10))
    assert all(a != b and a // 5 == b // 5 for a, b in enumerate(neighbors))
