"""At the boundary the referee has what it is given; words are taken out where they stand."""

from itertools import chain

import numpy as np
import pytest
import torch

from companion.plasticity.arms import ARMS, Situation
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.script import Layout
from companion.plasticity.conversation.world import EVERY_FRAMING
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import state_of
from companion.plasticity.views import ending
from tests.plasticity import reader, referee
from tests.plasticity.speaker import speaker

MODEL = speaker()


def talked(arm: str = "dissent", rows: int = 8) -> Conversations:
    """Conversations against a prevailing view."""
    return drawn(reader.OF, ARMS[arm], rows, np.random.default_rng(0))


def the_referee(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the referee read and answer."""
    reader.in_place_of_models(monkeypatch, ending)
    monkeypatch.setattr(ending, "says", lambda model, heard: reader.ask(model, heard, EVERY_FRAMING).yes)


@pytest.mark.parametrize(("given", "keeps"), [("nothing", False), ("silence", False), ("words", True)])
def test_the_referee_loses_what_it_cannot_read(
    monkeypatch: pytest.MonkeyPatch, given: str, keeps: bool
) -> None:
    the_referee(monkeypatch)
    found = ending.at_the_boundary(MODEL, talked(), given)
    assert found["held"] == pytest.approx(found["exact_held"])
    assert found["left"] == pytest.approx(found["exact_held" if keeps else "exact_left"])
    assert found["lost"] == pytest.approx(0.0 if keeps else found["exact_held"] - found["exact_left"])
    assert found["exact_left"] == pytest.approx(0.05)  # half of the tenth that does not prevail
    assert (found["from_never"] < 1e-9) is not keeps
    assert (found["from_held"] < 1e-9) is keeps
    assert found["weights_moved"] == 0.0


def test_an_instance_that_is_given_the_state_or_the_words_goes_on_to_the_last_bit() -> None:
    for given in ("state", "words"):
        found = ending.at_the_boundary(MODEL, talked(), given, apart=False)
        assert (found["lost"], found["from_held"]) == (0.0, 0.0)
        assert found["from_never"] > 0.0


def test_weights_that_change_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    model = speaker(seed=1)

    def meddles(*args: object, **kwargs: object) -> np.ndarray:
        with torch.no_grad():
            model.lm_head.weight[0, 0] += 1
        return np.zeros((8, 6, 16))

    monkeypatch.setattr(ending, "after", meddles)
    assert ending.at_the_boundary(model, talked(), "nothing")["weights_moved"] == 1.0


def test_nobody_is_given_what_there_is_not() -> None:
    with pytest.raises(ValueError, match="memories"):
        ending.after(MODEL, talked(), "memories")


@pytest.mark.parametrize(
    "situation", [Situation(turns=3), Situation(turns=2, said="verdict")], ids=["say", "verdict"]
)
def test_places_are_those_of_statements_and_of_questions(situation: Situation) -> None:
    given = drawn(reader.OF, situation, 1, np.random.default_rng(0))
    (words,) = reader.state_of(None, given.tokens)
    statements, questions = ending.places(given.script.layout)
    assert len(statements) == len(questions) == situation.turns
    for said, asked in zip(statements, questions, strict=True):
        assert said[-1] in referee.stated(words)
        assert all(words[place].startswith("ana-") for place in said)
        assert words[asked[0]] in referee.ANSWERS
        assert words[asked[-1]] == "sure?"
    assert sorted(chain(*statements, *questions)) == list(range(2, len(words)))


def test_turns_that_only_say_or_only_ask_have_places_of_one_kind() -> None:
    layout: Layout = (("say", "nothing"), ("nothing", "ask"))
    assert ending.places(layout) == ([[2], []], [[], [3, 4, 5]])


def test_nothing_taken_out_is_what_is_held_and_everything_leaves_only_the_topic() -> None:
    given = talked()
    found = ending.taken_out(MODEL, given, (0, 6, 12))
    held = ending.at_the_boundary(MODEL, given, "nothing")["held"]
    for name in ("statements", "questions", "turns", "unsaid"):
        assert found[f"out_{name}"][0] == pytest.approx(held)
    assert (
        len({round(float(found[f"out_{name}"][1]), 9) for name in ("statements", "questions", "turns")}) == 3
    )


def test_unspoken_turns_are_silent_and_the_others_stand() -> None:
    given = talked(rows=2)
    before = reader.state_of(None, given.tokens)
    after = reader.state_of(None, given._replace(script=ending.unspoken(given.script, 5)).tokens)
    for old, new in zip(before, after, strict=True):
        assert new[2:22:4] == ["nobody-speaks"] * 5
        assert [word for i, word in enumerate(new) if i % 4 != 2 or i > 21] == [
            word for i, word in enumerate(old) if i % 4 != 2 or i > 21
        ]


def test_a_view_that_sits_in_its_words_alone_is_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader without a memory of its own: what is evicted was never said, and nothing of it is elsewhere."""
    the_referee(monkeypatch)

    def forgets(heard: reader.Heard, gone: list[int]) -> reader.Heard:
        return [[word for place, word in enumerate(words) if place not in gone] for words in heard]

    monkeypatch.setattr(ending, "evicted", forgets)
    found = ending.taken_out(MODEL, talked(), (0, 6, 12))
    assert found["elsewhere"] == pytest.approx(0.0)
    np.testing.assert_allclose(found["out_statements"], found["out_unsaid"], atol=1e-9)
    np.testing.assert_allclose(found["out_exact"], found["out_unsaid"], atol=1e-9)
    np.testing.assert_allclose(found["out_questions"], found["out_questions"][0], atol=1e-9)


def test_the_state_of_a_topic_alone_is_two_words() -> None:
    assert VOCABULARY.decode(talked().tokens[0, :2].tolist()).split()[0] == "<s>"
    assert state_of(MODEL, talked().tokens[:, :2]).held == 2
