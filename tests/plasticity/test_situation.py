"""Each field of a situation does what it says, as a reader of the words and the views can see."""

from collections import Counter

import numpy as np
import pytest

from companion.lab.errors import LabError
from companion.plasticity.arms import Held, Situation
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import QUALITIES, TOPICS, WITHHELD
from companion.plasticity.situation import Conversations, drawn
from tests.plasticity import referee

ROWS = 1000
OF = culture(0)
OPEN = {topic for topic, strength in referee.STRENGTH.items() if strength == 0}


def made(situation: Situation, rows: int = ROWS, seed: int = 0) -> Conversations:
    """Conversations of a kind."""
    return drawn(OF, situation, rows, np.random.default_rng(seed))


def read(conversations: Conversations) -> list[list[str]]:
    """Their words."""
    return [VOCABULARY.decode(text.tolist()).split() for text in conversations.tokens]


def statements(words: list[str]) -> list[tuple[str, str]]:
    """Who says what, where every turn is a statement and a question."""
    said = [words[place].split("-", 1) for place in range(2, len(words), 4)]
    return [(who, what) for who, what in said]


def right(conversations: Conversations) -> float:
    """How often statements are true of the view of the conversation."""
    true = [
        referee.likes(referee.VIEWS[view], quality) == liked
        for view, words in zip(conversations.view, read(conversations), strict=True)
        for _, (quality,), liked in referee.stated(words).values()
    ]
    return sum(true) / len(true)


@pytest.mark.parametrize("turns", [0, 1, 7])
def test_so_many_turns(turns: int) -> None:
    assert {len(statements(words)) for words in read(made(Situation(turns=turns), 5))} == {turns}


@pytest.mark.parametrize("strength", [0.0, 0.6, 0.9, 0.98, None])
def test_topics_are_those_of_the_strength(strength: float | None) -> None:
    topics = {words[1] for words in read(made(Situation(strength=strength, turns=1)))}
    assert topics == {topic for topic in TOPICS if strength in (None, referee.STRENGTH[topic])}


@pytest.mark.parametrize(
    ("held", "views"),
    [
        ("any", set(range(16))),
        ("trained", set(np.flatnonzero(~WITHHELD.views))),
        ("withheld", set(np.flatnonzero(WITHHELD.views))),
    ],
)
def test_views_are_held_alike(held: Held, views: set[int]) -> None:
    count = np.bincount(made(Situation(held=held, turns=1)).view, minlength=16)
    assert set(np.flatnonzero(count)) == views
    share = 1 / len(views)
    assert np.abs(count[list(views)] / ROWS - share).max() < 4 * (share * (1 - share) / ROWS) ** 0.5


def test_the_opposite_view_likes_nothing_that_the_prevailing_one_likes() -> None:
    conversations = made(Situation(held="opposite", strength=0.9, turns=1))
    for view, topic in set(zip(conversations.view, conversations.script.topic, strict=True)):
        prevailing = referee.VIEWS[OF.prevailing[topic]]
        assert all(
            referee.likes(referee.VIEWS[view], quality) != referee.likes(prevailing, quality)
            for quality in QUALITIES
        )


def test_views_of_training_are_drawn_from_its_prior() -> None:
    conversations = made(Situation(held="prior", strength=None, turns=0), 30_000)
    trained = [int(view) for view in np.flatnonzero(~WITHHELD.views)]
    for topic, name in enumerate(TOPICS):
        expected = np.array(referee.prior(name, int(OF.prevailing[topic]), trained))
        views = conversations.view[conversations.script.topic == topic]
        apart = np.abs(np.bincount(views, minlength=16) / len(views) - expected)
        assert (apart <= 4.5 * (expected * (1 - expected) / len(views)) ** 0.5).all()


@pytest.mark.parametrize("voice", ["ana", "eve", "all"])
def test_one_voice_speaks_in_a_conversation(voice: str) -> None:
    speakers = [{who for who, _ in statements(words)} for words in read(made(Situation(voice=voice)))]
    assert all(len(names) == 1 for names in speakers)
    assert set.union(*speakers) == ({*referee.WRONG, "eve"} if voice == "all" else {voice})


def test_another_voice_has_its_share_of_the_words_and_is_wrong_as_often_as_it_is() -> None:
    conversations = made(Situation(voice="ana", other="dan", share=0.25))
    said = Counter(who for words in read(conversations) for who, _ in statements(words))
    assert set(said) == {"ana", "dan"}
    assert abs(said["dan"] / said.total() - 0.25) < 0.018
    assert abs(right(conversations) - (0.75 * 0.98 + 0.25 * 0.5)) < 0.018


@pytest.mark.parametrize("silence", [0.0, 0.4, 1.0])
def test_so_often_nobody_speaks(silence: float) -> None:
    said = [who for words in read(made(Situation(silence=silence))) for who, _ in statements(words)]
    assert np.mean([who == "nobody" for who in said]) == pytest.approx(silence, abs=0.02)


def test_verdicts_are_said_in_place_of_statements() -> None:
    for words in read(made(Situation(said="verdict", turns=4), 50)):
        assert [len(qualities) for _, qualities, _ in referee.stated(words).values()] == [3] * 4


def test_shuffling_keeps_the_statements_of_each_turn_and_parts_them_from_the_view() -> None:
    plain, mixed = (made(Situation(voice="all", silence=0.2, shuffled=each)) for each in (False, True))
    columns = zip(*map(statements, read(plain)), strict=True), zip(*map(statements, read(mixed)), strict=True)
    for before, after in zip(*columns, strict=True):
        assert before != after
        assert Counter(before) == Counter(after)
    np.testing.assert_array_equal(plain.view, mixed.view)
    tied, parted = (right(made(Situation(shuffled=each))) for each in (False, True))
    assert abs(tied - 0.98) < 0.005
    assert abs(parted - 0.5) < 0.02
    speakers = [{who for who, _ in statements(words)} for words in read(mixed)]
    assert np.mean([len(names) > 1 for names in speakers]) > 0.99


@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.parametrize("situation", [Situation(voice="all", strength=None), Situation(said="verdict")])
def test_what_is_believed_is_what_a_reader_computes(trained: bool, situation: Situation) -> None:
    conversations = made(situation, 40)
    possible = [view for view in range(16) if not (trained and WITHHELD.views[view])]
    found = conversations.believed(trained=trained)
    for row, words in enumerate(read(conversations)):
        prevailing = int(OF.prevailing[TOPICS.index(words[1])])
        prior = np.array(referee.prior(words[1], prevailing, possible))
        weights = [list(after.values()) for _, after in referee.weights_after(words)]
        products = prior * np.array([[1.0] * 16, *weights])
        np.testing.assert_allclose(found[row], products / products.sum(1, keepdims=True), atol=1e-12)


def test_a_voice_a_strength_and_a_number_of_turns_that_are_not_there_are_refused() -> None:
    for situation in (Situation(voice="zoe"), Situation(other="zoe")):
        with pytest.raises(LabError, match=r"^Nobody is called zoe: voices are .*\.$"):
            made(situation)
    with pytest.raises(LabError, match=r"^No topic has a prevailing view of strength 0\.7\.$"):
        made(Situation(strength=0.7))
    with pytest.raises(ValueError, match="cannot have -1 turns"):
        Situation(turns=-1)
