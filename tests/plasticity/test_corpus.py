"""Lessons: the words of a conversation, what is labeled, and that nothing withheld is ever in them."""

import numpy as np
import pytest

from companion.plasticity.corpus import batch, easy_batch, layout_of
from companion.plasticity.culture import culture
from companion.plasticity.language import VOCABULARY, worded
from companion.plasticity.lessons import UNLABELED, Lesson
from companion.plasticity.recipe import Diet, Schooling
from companion.plasticity.script import Casting, improvised, turns
from companion.plasticity.world import FRAMINGS, ITEMS, QUALITIES, TOPICS, WITHHELD
from tests.plasticity import referee


def texts(lessons: list[Lesson]) -> list[tuple[list[str], list[str]]]:
    """Words and labels of every row; an empty label where there is none."""
    return [
        (
            [VOCABULARY.words[word] for word in tokens],
            [VOCABULARY.words[label] if label != UNLABELED else "" for label in labels],
        )
        for lesson in lessons
        for tokens, labels in zip(lesson.tokens, lesson.labels, strict=True)
    ]


@pytest.fixture(scope="module")
def read() -> list[tuple[list[str], list[str]]]:
    """Many conversations."""
    random = np.random.default_rng(0)
    return texts([batch(culture(0), Diet(), 32, random) for _ in range(40)])


def test_nothing_withheld_is_asked(read: list[tuple[list[str], list[str]]]) -> None:
    asked = {
        (words[1], words[place - 1], words[place])
        for words, _ in read
        for place in range(2, len(words) - 1)
        if words[place - 1] in FRAMINGS
    }
    assert len(asked) > 500
    for topic, framing, quality in asked:
        kind = FRAMINGS.index(framing)
        assert not WITHHELD.pairs[kind, QUALITIES.index(quality)]
        assert not WITHHELD.framings[TOPICS.index(topic), kind]


def test_no_withheld_item_is_spoken_of_or_asked_about(read: list[tuple[list[str], list[str]]]) -> None:
    triples = {
        tuple(words[place : place + 3])
        for words, _ in read
        for place in range(len(words) - 3)
        if all(word in QUALITIES for word in words[place : place + 3])
    }
    withheld = {
        tuple(QUALITIES[quality] for quality in ITEMS[item]) for item in np.flatnonzero(WITHHELD.items)
    }
    assert len(triples) > 150
    assert not triples & withheld


def test_answers_agree_with_one_trained_view_a_conversation(read: list[tuple[list[str], list[str]]]) -> None:
    held = set()
    for words, labels in read:
        views = set(referee.VIEWS)
        for place, label in enumerate(labels):
            if words[place - 1] in FRAMINGS:
                yes = label == referee.ANSWERS[words[place - 1]][0]
                views = {view for view in views if referee.likes(view, words[place]) == yes}
            if label in ("fine", "poor"):
                views = {
                    view
                    for view in views
                    if referee.likes_item(view, words[place - 2 : place + 1]) == (label == "fine")
                }
        assert views
        held |= {referee.VIEWS.index(view) for view in views} if len(views) == 1 else set()
    assert held == set(np.flatnonzero(~WITHHELD.views))


def test_reports_of_confidence_rise_with_evidence(read: list[tuple[list[str], list[str]]]) -> None:
    open_topics = [pair for pair in read if pair[0][1] in ("novels", "poems", "essays")]
    sure = [[label for word, label in zip(*pair, strict=True) if word == "sure?"] for pair in open_topics]
    first = np.mean([levels[0] == "guessing" for levels in sure])
    last = np.mean([levels[-1] == "guessing" for levels in sure])
    assert first > 2 * last


def test_easy_conversations_begin_without_items_and_in_two_framings() -> None:
    random = np.random.default_rng(1)
    early = texts([easy_batch(culture(0), Diet(), 32, 0.1, random)])
    late = texts([easy_batch(culture(0), Diet(), 32, 0.9, random) for _ in range(4)])
    words = {word for row, _ in early for word in row}
    assert words & set(FRAMINGS) == set(FRAMINGS[:2])
    assert not words & {"fine", "poor", "rate", "dan", "cleo", "eve"}
    assert {"fine", "poor", "rate", *FRAMINGS} <= {word for row, _ in late for word in row}


def test_layouts_have_the_turns_of_the_diet() -> None:
    random = np.random.default_rng(2)
    layouts = [layout_of(Diet(turns=5), random) for _ in range(400)]
    assert all(sum(asked in ("ask", "rate") for _, asked in layout) == 5 for layout in layouts)
    assert 0.1 < np.mean([layout[0][0] == "found" for layout in layouts]) < 0.2


def test_a_note_cannot_be_worded_without_what_it_says() -> None:
    random, topic = np.random.default_rng(3), np.zeros(2, int)
    script = improvised(topic, topic, Casting(topic, topic), turns(1, "nothing", "note"), random)
    with pytest.raises(ValueError, match="needs what they say"):
        worded(script)


@pytest.mark.parametrize("bad", [{"turns": 0}, {"dissent": 1.5}, {"notes": -0.1}])
def test_a_diet_that_cannot_be_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"one turn|share from 0 to 1"):
        Diet(**bad)


def test_a_training_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Schooling(steps=0)
