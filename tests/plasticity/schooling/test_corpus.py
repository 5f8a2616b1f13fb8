"""Lessons: the words of a conversation, what may follow them, and that nothing withheld is ever in them."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY, worded
from companion.plasticity.conversation.script import Casting, improvised, turns
from companion.plasticity.conversation.world import FRAMINGS, ITEMS, QUALITIES, TOPICS, WITHHELD
from companion.plasticity.schooling.corpus import batch, layout_of
from companion.plasticity.schooling.expectation import Expectation
from companion.plasticity.schooling.recipe import Diet, Schooling
from tests.plasticity import referee

Row = tuple[list[str], dict[int, dict[str, float]]]


def rows(lessons: list[Expectation]) -> list[Row]:
    """The words of every row, and by place what may follow."""
    return [
        (
            [VOCABULARY.words[word] for word in tokens],
            {
                int(place): {VOCABULARY.words[w]: float(p) for w, p in zip(*pair, strict=True) if p > 0}
                for place, *pair in zip(lesson.places, words, probabilities, strict=True)
            },
        )
        for lesson in lessons
        for tokens, words, probabilities in zip(
            lesson.tokens, lesson.words, lesson.probabilities, strict=True
        )
    ]


@pytest.fixture(scope="module")
def read() -> list[Row]:
    """Many conversations, in which notes are often written."""
    random = np.random.default_rng(0)
    return rows([batch(culture(0), Diet(notes=0.3), 32, random) for _ in range(40)])


def test_targets_are_what_a_reader_of_the_words_expects(read: list[Row]) -> None:
    trained = [int(view) for view in np.flatnonzero(~WITHHELD.views)]
    for words, follows in read[::4]:
        prevailing = int(culture(0).prevailing[TOPICS.index(words[1])])
        expected = referee.follows(words, referee.prior(words[1], prevailing, trained))
        assert follows.keys() == expected.keys()
        for place, found in follows.items():
            assert sum(found.values()) == pytest.approx(1)
            for word, probability in found.items():
                assert expected[place].get(word) == pytest.approx(probability, abs=1e-9)


def test_nothing_withheld_is_asked(read: list[Row]) -> None:
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


def test_no_withheld_item_is_spoken_of_or_asked_about(read: list[Row]) -> None:
    judged = {tuple(of) for words, _ in read for _, of, _ in referee.stated(words).values() if len(of) == 3}
    rated = {
        tuple(words[place + 1 : place + 4])
        for words, _ in read
        for place, word in enumerate(words)
        if word == "rate"
    }
    withheld = {
        tuple(QUALITIES[quality] for quality in ITEMS[item]) for item in np.flatnonzero(WITHHELD.items)
    }
    for triples in (judged, rated):
        assert len(triples) > 150
        assert not triples & withheld


def test_notes_in_a_text_name_one_view_and_every_view_but_the_withheld(read: list[Row]) -> None:
    held = [
        {word for before, word in pairwise(words) if before == "note"} for words, _ in read if "note" in words
    ]
    assert all(len(views) == 1 for views in held)
    assert set.union(*held) == {f"code-{view}" for view in np.flatnonzero(~WITHHELD.views)}


def test_a_found_note_names_the_view_that_is_held_as_often_as_its_level_says() -> None:
    random, of = np.random.default_rng(4), culture(0)
    right: dict[str, list[bool]] = {}
    for words, _ in rows([batch(of, Diet(turns=1, found=1.0, notes=1.0), 64, random) for _ in range(150)]):
        code, level, view = words[3], words[4], words[words.index("note") + 1]
        right.setdefault(level, []).append(code == view)
    for level, share in referee.LIKELY.items():
        named = np.mean(right[level])
        assert abs(named - share) < 4 * (share * (1 - share) / len(right[level])) ** 0.5


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
def test_a_diet_that_cannot_be_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"one turn|share from 0 to 1"):
        Diet(**bad)


def test_a_training_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Schooling(steps=0)
