"""What is left to the next instance says what the writer thinks, as a reader of the words sees."""

import numpy as np
import pytest

from companion.plasticity.arms import Situation
from companion.plasticity.boundary import handoff
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY, worded
from companion.plasticity.conversation.script import Script
from companion.plasticity.conversation.world import LEVELS, QUALITIES
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import write
from tests.plasticity import referee
from tests.plasticity.speaker import speaker

OF = culture(0)
ROWS = 40


@pytest.fixture(scope="module")
def told() -> Conversations:
    """Conversations by Ben on topics with a prevailing view."""
    return drawn(OF, Situation(voice="ben", strength=0.6), ROWS, np.random.default_rng(0))


def left(told: Conversations, author: str = "ana", *, exchanged: bool = False) -> handoff.Left:
    """What a model with random weights leaves."""
    return handoff.left_by(speaker(), told, author, np.random.default_rng(1), exchanged=exchanged)


def words(text: Script) -> list[list[str]]:
    """The words of each row."""
    return [VOCABULARY.decode(row.tolist()).split() for row in worded(text)]


def test_the_surest_come_first_one_of_each_trait_before_any_second() -> None:
    yes = np.random.default_rng(0).random((30, 16))
    for row, chosen in zip(yes, handoff.surest(yes, 16), strict=True):
        firsts, rest, seen = [], [], set()
        for quality in sorted(range(16), key=lambda quality: -abs(row[quality] - 0.5)):
            trait = referee.trait(QUALITIES[quality])
            (rest if trait in seen else firsts).append(quality)
            seen.add(trait)
        assert list(chosen) == firsts + rest
    np.testing.assert_array_equal(handoff.surest(yes, 3), handoff.surest(yes, 16)[:, :3])


def test_a_note_says_what_the_writer_would_answer_in_the_author_s_voice(told: Conversations) -> None:
    found = left(told, "cleo")
    for number in handoff.SENTENCES:
        for row, text in enumerate(words(found.texts[f"note_{number}"])):
            stated = list(referee.stated(text).values())
            assert len(text) == 2 + number == 2 + len(stated)
            for who, (quality,), liked in stated:
                assert who == "cleo"
                assert liked == (found.answers[row, QUALITIES.index(quality)] > 0.5)


def test_texts_are_on_the_topic_and_the_transcript_is_what_was_said(told: Conversations) -> None:
    found = left(told)
    topics = [text[1] for text in words(told.script)]
    assert all([text[1] for text in words(each)] == topics for each in found.texts.values())
    assert words(found.texts["transcript"]) == words(told.script)
    assert {len(text) for text in words(found.texts["nothing"])} == {2}


def test_the_code_is_what_the_writer_writes(told: Conversations) -> None:
    found = left(told)
    note = write(speaker(), found.state)
    expected = [["found", f"code-{code}", LEVELS[level]] for code, level in zip(*note, strict=True)]
    assert [text[2:] for text in words(found.texts["code"])] == expected


def test_exchanged_all_that_is_found_is_one_other_row_s(told: Conversations) -> None:
    own, other = left(told), left(told, exchanged=True)
    np.testing.assert_array_equal(own.answers, other.answers)
    whose = [words(own.texts["transcript"]).index([*text[:1], topic, *text[2:]])
             for text, topic in zip(words(other.texts["transcript"]), _topics_of(own, other), strict=True)]  # fmt: skip
    assert sorted(whose) == list(range(ROWS))
    assert whose != list(range(ROWS))
    for name in ("note_4", "code"):
        mine, theirs = words(own.texts[name]), words(other.texts[name])
        assert [text[2:] for text in theirs] == [mine[row][2:] for row in whose]
        assert [text[1] for text in theirs] == [text[1] for text in mine]


def _topics_of(own: handoff.Left, other: handoff.Left) -> list[str]:
    """The topic of the conversation of which each row has found the transcript."""
    by_text = {tuple(text[2:]): text[1] for text in words(own.texts["transcript"])}
    return [by_text[tuple(text[2:])] for text in words(other.texts["transcript"])]


def test_the_state_is_the_writer_and_the_transcript_says_as_much(told: Conversations) -> None:
    found = left(told)
    answers = handoff.rebuilt(speaker(), found)
    np.testing.assert_array_equal(answers["state"], found.answers)
    np.testing.assert_allclose(answers["transcript"], found.answers, atol=1e-4)
    assert np.abs(answers["nothing"] - found.answers).max() > 0.05
    other = handoff.rebuilt(speaker(seed=1), found)
    assert np.abs(other["state"] - other["transcript"]).max() > 0.05


def test_the_exact_reader_knows_all_after_four_sentences_of_a_reliable_author(told: Conversations) -> None:
    """Four traits and a voice that hardly errs: what she says of each decides all qualities of it."""
    found = left(told)
    exact = handoff.exactly_rebuilt(OF, found)
    for row, text in enumerate(words(found.texts["note_4"])):
        traits = {referee.trait(quality): referee.TURNED[quality] == "+" if liked else referee.TURNED[quality] != "+"
                  for _, (quality,), liked in referee.stated(text).values()}  # fmt: skip
        liked = [traits[referee.trait(quality)] == (referee.TURNED[quality] == "+") for quality in QUALITIES]
        assert (np.where(liked, exact["note_4"][row], 1 - exact["note_4"][row]) > 0.6).all()


def test_what_is_mended_is_a_share_of_what_differed() -> None:
    assert handoff.mended(0.9, 0.6) == pytest.approx(0.75)
    assert handoff.mended(0.6, 0.6) == 0
