"""What is kept of a conversation, as its words say, and what notes carry from one reader to the next."""

import numpy as np
import pytest

from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY, worded
from companion.plasticity.conversation.script import Script
from companion.plasticity.conversation.world import TOPICS
from companion.plasticity.situation import drawn
from companion.plasticity.state.instance import Note, state_of, write
from companion.plasticity.taste.windows import (
    Reader,
    bayes,
    between,
    curves,
    idled,
    instance,
    opened,
    with_all,
    with_notes,
    with_window,
)
from tests.plasticity import referee
from tests.plasticity.speaker import speaker

OF = culture(2)
GIVEN = drawn(OF, ARMS["dissent-by-ben"], 40, np.random.default_rng(0))
TURN = 4  # words of a turn: a statement, a framing, a quality, sure?


def texts(script: Script) -> list[list[str]]:
    """The words."""
    return [VOCABULARY.decode(text.tolist()).split() for text in worded(script)]


def test_a_window_holds_the_last_turns_after_the_topic() -> None:
    whole, cut = texts(GIVEN.script), texts(with_window(bayes(OF), GIVEN.script, 8, 4))
    for before, now in zip(whole, cut, strict=True):
        assert now == before[:2] + before[2 + 4 * TURN : 2 + 8 * TURN]
    for before, now in zip(whole, texts(with_all(bayes(OF), GIVEN.script, 8, 4)), strict=True):
        assert now == before[: 2 + 8 * TURN]


def test_each_reader_finds_the_note_of_the_one_before() -> None:
    read: list[list[list[str]]] = []

    def note(script: Script) -> Note:
        read.append(texts(script))
        rows = np.arange(len(script.topic))
        return Note((rows + len(read)) % 16, rows % 5)

    reader = Reader(lambda script: np.zeros((len(script.topic), 16)), note)
    last, whole = texts(with_notes(reader, GIVEN.script, 12, 4)), texts(GIVEN.script)
    levels = list(referee.LIKELY)
    for row, words in enumerate(whole):
        topic, turns = words[:2], [words[2 + 4 * TURN * k : 2 + 4 * TURN * (k + 1)] for k in range(3)]
        notes = [["found", f"code-{(row + count) % 16}", levels[row % 5]] for count in (1, 2)]
        assert read[0][row] == topic + turns[0]
        assert read[1][row] == topic + notes[0] + turns[1]
        assert last[row] == topic + notes[1] + turns[2]


def test_the_exact_agent_reads_what_a_reader_of_the_words_would() -> None:
    reader = bayes(OF)
    script = with_notes(reader, GIVEN.script, 8, 4)
    note, yes = reader.note(script), reader.yes(script)
    for row, words in enumerate(texts(script)):
        prior = referee.prior(words[1], int(OF.prevailing[TOPICS.index(words[1])]), list(range(16)))
        weights = list(list(referee.weights_after(words))[-1][1].values())
        held = np.array(prior) * weights / np.dot(prior, weights)
        assert note.code[row] == held.argmax()
        assert list(referee.LIKELY)[note.level[row]] in referee.levels(held.max())
        liked = [held[view] for view in range(16) if referee.likes(referee.VIEWS[view], "irony")]
        assert yes[row, 4] == pytest.approx(sum(liked))


def test_who_counts_once_has_no_prior_where_a_note_is_found() -> None:
    note = Note(np.full(40, 3), np.full(40, 4))
    silent = GIVEN.script._replace(silent=np.ones_like(GIVEN.script.silent))
    found = opened(note, between(silent, 0, 2))
    once, again = bayes(OF, once=True), bayes(OF)
    assert once.note(found).code.tolist() == [3] * 40
    by_note = 0.99 + 0.01 / 15 * 7  # of sixteen views eight like a quality, among them the one that is named
    liked = referee.likes(referee.VIEWS[3], "irony")
    assert once.yes(found)[0, 4] == pytest.approx(by_note if liked else 1 - by_note)
    assert not np.allclose(once.yes(found), again.yes(found))
    first = between(GIVEN.script, 0, 4)
    np.testing.assert_allclose(once.yes(first), again.yes(first))


def test_an_instance_writes_the_note_of_its_own_words() -> None:
    model = speaker()
    script = between(GIVEN.script, 0, 2)
    np.testing.assert_array_equal(
        instance(model).note(script).code, write(model, state_of(model, worded(script))).code
    )


def test_nobody_speaks_before_the_last_window() -> None:
    for words in texts(idled(GIVEN, 4).script):
        assert words.count("nobody-speaks") == 8
        assert all(word != "nobody-speaks" for word in words[2 + 8 * TURN :])


def test_curves_end_where_windows_end_and_begin_alike() -> None:
    found = curves(bayes(OF), GIVEN, 4)
    assert {name: len(curve) for name, curve in found.items()} == {"all": 3, "window": 3, "notes": 3}
    assert len({curve[0] for curve in found.values()}) == 1
    assert found["all"][-1] > found["window"][-1]
