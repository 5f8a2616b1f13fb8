"""Texts tell the truth, and their labels are what the planner would do with what the text has told so far."""

from random import Random

import pytest

from companion.plasticity.agents.ledger.planner import plan, readable
from companion.plasticity.agents.ledger.streams import EASY, HABITS, Habits, lesson, text
from companion.plasticity.agents.ledger.world import (
    CELL,
    DONE,
    FACT,
    LOOK,
    NOTE,
    SUM,
    VALUES,
    VOCABULARY,
    fact,
)
from companion.plasticity.schooling.lessons import UNLABELED

SUM_WORD, NOTE_WORD, DONE_WORD = (VOCABULARY.ids[word] for word in (SUM, NOTE, DONE))
TEXTS = [text(HABITS["varied"], 90, Random(seed)) for seed in range(200)]


def test_facts_are_those_of_the_table() -> None:
    for made in TEXTS:
        for cell, value in readable(made.words).items():
            assert made.table[cell] == value


def test_actions_are_labeled_as_the_planner_would_act() -> None:
    actions = 0
    for made in TEXTS:
        pair: list[int] = []
        for i, label in enumerate(made.labels):
            if made.words[i] == SUM_WORD:
                pair = [word - CELL for word in made.words[i + 1 : i + 3]]
            if label != UNLABELED and LOOK <= label < FACT:
                assert label == plan(made.words[: i + 1], pair)
                actions += 1
    assert actions > 2000


def test_notes_are_labeled_with_all_that_was_told() -> None:
    notes = 0
    for made in TEXTS:
        for start in [i for i, word in enumerate(made.words) if word == NOTE_WORD]:
            told = readable(made.words[:start])
            expected = [fact(cell, value) for cell, value in sorted(told.items())] + [DONE_WORD]
            assert made.labels[start : start + len(expected)] == expected
            assert made.words[start + 1 : start + 1 + len(expected)] == expected
            notes += 1
    assert notes > 100


def test_nothing_else_is_labeled() -> None:
    for made in TEXTS:
        for label in made.labels:
            assert label in (UNLABELED, DONE_WORD) or LOOK <= label < FACT + 8 * VALUES


def test_slips_are_looks_that_the_planner_would_not_take() -> None:
    made = [text(Habits(slips=0.5), 90, Random(seed)) for seed in range(20)]
    slipped = [
        word != label
        for one in made
        for word, label in zip(one.words[1:], one.labels, strict=False)
        if LOOK <= label < FACT
    ]
    assert 0.35 < sum(slipped) / len(slipped) < 0.5  # some chance looks are the planner's own


def test_intact_streams_begin_with_a_question_and_varied_ones_often_do_not() -> None:
    def opened(habits: Habits) -> float:
        return sum(text(habits, 20, Random(seed)).words[0] == SUM_WORD for seed in range(300)) / 300

    assert opened(HABITS["intact"]) == opened(EASY["intact"]) == 1.0
    assert 0.3 < opened(HABITS["varied"]) < 0.5


def test_lessons_are_cut_to_one_length_and_seeded() -> None:
    one, again, other = (lesson(HABITS["varied"], 5, 40, Random(seed)) for seed in (1, 1, 2))
    assert one.tokens.shape == one.labels.shape == (5, 40)
    assert (one.tokens == again.tokens).all()
    assert (one.tokens != other.tokens).any()


def test_bad_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="add up to at most 1"):
        Habits(after_a_note=0.7, inside_a_turn=0.7)
    with pytest.raises(ValueError, match="at least one text"):
        lesson(HABITS["varied"], 0, 40, Random(0))
