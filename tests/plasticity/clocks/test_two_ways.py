"""Both ways are told the same: labels are what the words say, and each kind of question is told from the others."""

import numpy as np
import pytest

from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.clocks import two_ways
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import QUALITIES, TOPICS
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import ask, state_of
from tests.plasticity import reader, referee
from tests.plasticity.speaker import speaker

MODEL = speaker()


def told(rows: int = 3) -> Conversations:
    """Conversations against a prevailing view."""
    return drawn(reader.OF, ARMS["dissent"], rows, np.random.default_rng(0))


def test_labels_are_what_the_words_say() -> None:
    given = told(40)
    for row, words in enumerate(reader.state_of(None, given.tokens)):
        asked = two_ways.questions(given.script, row)
        said: dict[str, int] = {}
        for _, (quality,), liked in referee.stated(words).values():
            said[quality] = said.get(quality, 0) + (1 if liked else -1)
        traits = {referee.trait(quality) for quality in said}
        for i, quality in enumerate(QUALITIES):
            assert asked.stated[i] == (quality in said)
            assert asked.implied[i] == (quality not in said and referee.trait(quality) in traits)
            net = said.get(quality, 0)
            assert asked.stance[i] == pytest.approx(0.98 if net > 0 else 0.02 if net < 0 else 0.5)


def test_what_is_taught_reworded_and_implied_is_counted_apart() -> None:
    stated = np.arange(16) < 2
    asked = two_ways.Questions(stated, np.arange(16) == 2, np.where(stated, 0.98, 0.5))
    yes = np.full((6, 16), 0.1)
    yes[0, :2], yes[1:, :2], yes[:, 2] = 0.9, 0.6, 0.3
    own = np.ones(16, bool)
    assert two_ways.adopted(yes, own, asked, (0,)) == pytest.approx(
        {
            "taught": 0.9,
            "reworded": 0.6,
            "implied": 0.3,
            "untaught": (10 * 0.6 + 6 * 0.3) / 16,
            "credits": 0.65,
        }
    )
    all_taught = two_ways.adopted(yes, own, asked, tuple(range(6)))
    assert all_taught == pytest.approx({"taught": 0.65, "implied": 0.3, "untaught": 0.3, "credits": 0.65})
    against = two_ways.adopted(yes, ~own, asked, (0,))
    assert (against["taught"], against["credits"]) == (pytest.approx(0.1), pytest.approx(0.65))


def test_damage_is_counted_on_other_topics_and_flips_where_answers_were_clear() -> None:
    before = np.full((12, 6, 16), 0.9)
    before[1] = 0.6
    now = before.copy()
    now[0] = 0.1  # the topic itself
    now[1] = 0.4  # was not clear
    now[2, 0] = 0.1
    found = two_ways.damage(now, before, 0)
    assert found["moved_elsewhere"] == pytest.approx((0.2 + 0.8 / 6) / 11)
    assert found["flipped_elsewhere"] == pytest.approx(16 / (10 * 96))


def test_a_copy_learns_its_labels_and_the_model_stays() -> None:
    given = told(1)
    asked, topic = two_ways.questions(given.script, 0), int(given.script.topic[0])
    before = two_ways.prior_answers(MODEL)
    lessons = two_ways.Lessons((0,), (0, 30), 3e-3)
    copies = [
        two_ways.pupil(MODEL, topic, asked, lessons, steps, np.random.default_rng(0)) for steps in (0, 30)
    ]
    same, learned = (two_ways.prior_answers(copy)[topic, 0] for copy in copies)
    np.testing.assert_array_equal(same, before[topic, 0])
    off = np.abs(learned - asked.stance)[asked.stated].mean()
    assert off < np.abs(same - asked.stance)[asked.stated].mean() / 2
    np.testing.assert_array_equal(two_ways.prior_answers(MODEL), before)


def test_prior_answers_are_those_of_an_empty_context() -> None:
    found = two_ways.prior_answers(MODEL)
    text = np.array([VOCABULARY.encode(f"<s> {TOPICS[7]}")])
    np.testing.assert_allclose(found[7], ask(MODEL, state_of(MODEL, text), tuple(range(6))).yes[0], atol=1e-6)


def test_the_referee_takes_up_by_context_what_bayes_does(monkeypatch: pytest.MonkeyPatch) -> None:
    reader.in_place_of_models(monkeypatch, two_ways)
    found = two_ways.by_context(MODEL, told(), (0,))
    for sort in ("taught", "reworded", "implied", "untaught", "credits"):
        assert found[f"context_{sort}"] == pytest.approx(found[f"exact_{sort}"])
        assert found[f"before_{sort}"] < 0.2 < found[f"context_{sort}"]
    assert two_ways.listening(MODEL, drawn(reader.OF, ARMS["told"], 10, np.random.default_rng(1))) == 1.0


def test_no_step_leaves_everything_as_it_was() -> None:
    given, lessons = told(2), two_ways.Lessons((0,), (0, 2), 1e-3)
    to = drawn(reader.OF, ARMS["told"], 6, np.random.default_rng(1))
    found = two_ways.by_weights(MODEL, given, to, lessons, Streams(0))
    before = two_ways.by_context(MODEL, given, (0,))
    for sort in ("taught", "untaught"):
        assert found[sort][0] == pytest.approx(before[f"before_{sort}"], abs=1e-6)
        assert found[sort][1] != found[sort][0]
    assert found["moved_elsewhere"][0] == found["flipped_elsewhere"][0] == 0.0
    assert found["moved_elsewhere"][1] > 0.0
    assert found["listens"][0] == two_ways.listening(MODEL, to)
