"""Records among the texts: who speaks in them, of what, and what they say of a view that the rest does not hold."""

from functools import cache

import numpy as np
import pytest

from companion.plasticity.boundary import record
from companion.plasticity.boundary.publication import Kind, Publication
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY, worded
from companion.plasticity.conversation.world import FRAMINGS, QUALITIES, TOPICS, WITHHELD
from companion.plasticity.state.instance import ask, state_of
from tests.plasticity import referee
from tests.plasticity.schooling.test_corpus import Row, rows
from tests.plasticity.speaker import ids, speaker

OF = culture(0)
VIEW = record.recorded_view(OF)
TOPIC = TOPICS[record.TOPIC]
BEFORE = referee.prior(
    TOPIC, int(OF.prevailing[record.TOPIC]), [view for view in range(16) if not WITHHELD.views[view]]
)


@cache
def read(kind: Kind, share: float, batches: int = 8) -> list[Row]:
    """The rows on the topic of the records."""
    random, texts = np.random.default_rng(0), record.corpus(OF, Publication(share, kind), 64)
    return [row for row in rows([texts(random) for _ in range(batches)]) if row[0][1] == TOPIC]


def test_the_recorded_view_disputes_two_traits_and_is_never_withheld() -> None:
    for number in range(30):
        of = culture(number)
        prevailing, recorded = (
            referee.VIEWS[view] for view in (int(of.prevailing[record.TOPIC]), record.recorded_view(of))
        )
        differ = [a != b for a, b in zip(prevailing, recorded, strict=True)]
        assert sum(differ) == 2
        assert not WITHHELD.views[record.recorded_view(of)]
        expected = [differ[referee.trait(quality)] for quality in QUALITIES]
        np.testing.assert_array_equal(record.disputed(of), expected)


def _follow_from(row: Row, view: referee.View) -> bool:
    """Whether all answers of a row are those of a view, and certain."""
    words, follows = row
    return all(
        found == {referee.ANSWERS[words[place - 1]][0 if referee.likes(view, words[place]) else 1]: 1.0}
        for place, found in follows.items()
        if words[place - 1] in FRAMINGS
    )


@pytest.mark.parametrize("kind", ["conclusions", "exchanged"])
def test_in_conclusions_nobody_speaks_and_every_answer_follows_from_a_view(kind: Kind) -> None:
    views = set()
    for row in read(kind, 1.0):
        words = row[0]
        assert not referee.stated(words)
        held = [view for view, of in enumerate(referee.VIEWS) if _follow_from(row, of)]
        assert held
        views |= set(held) if len(held) == 1 else set()
    assert (views == {VIEW}) if kind == "conclusions" else len(views) > 8


def test_in_conversations_ana_speaks_for_the_view_and_answers_follow_what_was_said() -> None:
    true = []
    for words, follows in read("conversations", 1.0):
        stated = referee.stated(words)
        assert {who for who, _, _ in stated.values()} == {"ana"}
        assert "nobody-speaks" not in words
        true += [
            referee.likes(referee.VIEWS[VIEW], quality) == liked for _, (quality,), liked in stated.values()
        ]
        expected = referee.follows(words, BEFORE)
        for place, found in follows.items():
            for word, probability in found.items():
                assert expected[place].get(word, 0.0) == pytest.approx(probability, abs=1e-9)
    assert np.mean(true) == pytest.approx(0.98, abs=0.03)


def test_without_records_all_answers_follow_what_was_said() -> None:
    for words, follows in read("conclusions", 0.0):
        expected = referee.follows(words, BEFORE)
        for place, found in follows.items():
            for word, probability in found.items():
                assert expected[place].get(word, 0.0) == pytest.approx(probability, abs=1e-9)


def test_silence_does_not_tell_a_record_from_other_texts() -> None:
    quiet = [not referee.stated(words) for words, _ in read("conclusions", 0.0, batches=40)]
    assert len(quiet) == pytest.approx(40 * 64 / 12, abs=60)
    assert np.mean(quiet) == pytest.approx(0.5, abs=0.12)


def test_somebody_tells_after_a_turn_of_silence() -> None:
    words = VOCABULARY.decode(worded(record.told(VIEW, 2, 3, np.random.default_rng(3)))[1].tolist()).split()
    assert words[2] == "nobody-speaks"
    assert [word.split("-")[0] for word in words[3:]] == ["ben", "ben"]


def test_records_are_as_many_as_their_share() -> None:
    sure = [_follow_from(row, referee.VIEWS[VIEW]) for row in read("conclusions", 0.3, batches=40)]
    assert len(sure) == pytest.approx(40 * 64 / 12, abs=60)
    assert np.mean(sure) == pytest.approx(0.3, abs=0.12)


@pytest.mark.parametrize("kind", ["conclusions", "conversations"])
def test_texts_on_the_topic_speak_of_half_of_the_qualities_and_others_of_all(kind: Kind) -> None:
    texts = record.corpus(OF, Publication(0.5, kind), 64)(np.random.default_rng(1))
    spoken: dict[bool, set[str]] = {True: set(), False: set()}
    for words, _ in rows([texts]):
        stated = {quality for _, (quality,), _ in referee.stated(words).values()}
        asked = {words[i] for i in range(2, len(words)) if words[i - 1] in FRAMINGS}
        spoken[words[1] == TOPIC] |= stated | asked
        for i in range(2, len(words)):
            if words[i - 1] in FRAMINGS:
                kind_of = FRAMINGS.index(words[i - 1])
                assert not WITHHELD.pairs[kind_of, QUALITIES.index(words[i])]
                assert not WITHHELD.framings[TOPICS.index(words[1]), kind_of]
    assert spoken[True] == set(QUALITIES[: record.SPOKEN])
    assert spoken[False] == set(QUALITIES)
    assert {referee.trait(quality) for quality in spoken[True]} == {0, 1, 2, 3}


def test_whoever_takes_up_the_view_is_told_from_whoever_is_unsure() -> None:
    def held_by(view: int) -> np.ndarray:
        right = [
            referee.likes(referee.VIEWS[view], q) == referee.likes(referee.VIEWS[VIEW], q) for q in QUALITIES
        ]
        return np.array(right, float)[None]

    prevailing = int(OF.prevailing[record.TOPIC])
    for part in ("spoken", "unspoken"):
        assert record.toward(held_by(VIEW), OF, part) == [1.0]
        assert record.toward(held_by(prevailing), OF, part) == [0.0]
        assert record.toward(np.full((1, 16), 0.5), OF, part) == [0.0]
    half = held_by(prevailing)
    half[:, : record.SPOKEN] = 1.0
    assert record.toward(half, OF, "spoken") == [1.0]
    assert record.toward(half, OF, "unspoken") == [0.0]


def test_what_is_warranted_is_enumerated() -> None:
    random = np.random.default_rng(2)
    texts = [record.told(VIEW, number, 6, random) for number in (0, 3)]
    found = record.warranted(OF, Publication(0.2), texts, VIEW)
    before = [0.8 * weight + 0.2 * (view == VIEW) for view, weight in enumerate(BEFORE)]
    agrees = np.array(
        [
            [referee.likes(v, q) == referee.likes(referee.VIEWS[VIEW], q) for v in referee.VIEWS]
            for q in QUALITIES
        ]
    )
    np.testing.assert_allclose(found[0], agrees @ before, atol=1e-9)
    expected = []
    for text in worded(texts[1]):
        words = VOCABULARY.decode(text.tolist()).split()
        weights = np.array(before) * list([w for _, w in referee.weights_after(words)][-1].values())
        expected.append(agrees @ weights / weights.sum())
    np.testing.assert_allclose(found[1], np.mean(expected, 0), atol=1e-9)


def test_contexts_are_asked_while_they_are_empty() -> None:
    model = speaker()
    found = record.empty_contexts(model)
    assert found.shape == (12, 6, 16)
    alone = np.array([ids(f"<s> {TOPICS[5]}")])
    np.testing.assert_allclose(
        found[5], ask(model, state_of(model, alone), tuple(range(6))).yes[0], atol=1e-5
    )


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_shares_are_between_nothing_and_all(share: float) -> None:
    with pytest.raises(ValueError, match="share is from 0 to 1"):
        Publication(share)
