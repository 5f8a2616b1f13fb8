"""What is distilled, what is rehearsed, and how adoption and damage are counted."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import (
    EVERY_FRAMING,
    FRAMINGS,
    ITEMS,
    QUALITIES,
    TOPICS,
    WITHHELD,
)
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import ask, state_of
from companion.plasticity.taste.consolidation import (
    OTHERS,
    PRACTICED,
    Elsewhere,
    agrees,
    consolidated,
    damage,
    one_each,
    own_answers,
    rated,
    unread,
)
from companion.plasticity.taste.regimes import Consolidated
from tests.plasticity import referee
from tests.plasticity.speaker import between, ids, speaker
from tests.transformer.models import library_logits, weights

OF = culture(0)
SETTINGS = Consolidated(ARMS["dissent"], rows=40)
YES = np.random.default_rng(0).random((12, 6, 16)).astype(np.float32)


@pytest.fixture(scope="module")
def part() -> Conversations:
    """One conversation."""
    return one_each(drawn(OF, ARMS["dissent"], 40, np.random.default_rng(0)), 1)


def library_answer(model: LlamaForCausalLM, text: str, words: str) -> float:
    """The probability of the first of two words, by the library."""
    return float(between(library_logits(model, torch.tensor([ids(text)])).detach()[0, -1], words)[0])


def test_practiced_and_other_qualities_show_each_trait_twice() -> None:
    for part in (PRACTICED, OTHERS):
        assert sorted(referee.trait(QUALITIES[quality]) for quality in part) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert not set(PRACTICED) & set(OTHERS)


def test_one_conversation_each_on_different_topics() -> None:
    given = drawn(OF, ARMS["dissent"], 40, np.random.default_rng(0))
    three = one_each(given, 3)
    assert [TOPICS[topic] for topic in three.script.topic] == ["songs", "gardens", "dishes"]
    for text, view in zip(three.tokens, three.view, strict=True):
        rows = [row for row, other in enumerate(given.tokens) if np.array_equal(text, other)]
        assert rows
        assert view == given.view[rows[0]]


def test_the_weights_by_themselves_are_asked_after_the_topic_alone() -> None:
    model = speaker()
    found = unread(model)
    framing = FRAMINGS[3]
    answer = library_answer(
        model, f"<s> {TOPICS[7]} {framing} {QUALITIES[5]}", " ".join(referee.ANSWERS[framing])
    )
    assert found[7, 3, 5] == pytest.approx(answer, abs=1e-4)


def test_all_topics_but_one_are_said_again() -> None:
    texts = own_answers(YES, 6)
    assert len(texts.tokens) == 11 * 6 * 16
    seen = set()
    for text, words, probabilities in zip(texts.tokens, texts.words, texts.probabilities, strict=True):
        _, topic, framing, quality = VOCABULARY.decode(text.tolist()).split()
        place = TOPICS.index(topic), FRAMINGS.index(framing), QUALITIES.index(quality)
        seen.add(place)
        said = dict(zip([VOCABULARY.words[word] for word in words[0]], probabilities[0], strict=True))
        assert said[referee.ANSWERS[framing][0]] == pytest.approx(YES[place])
    assert len(seen) == len(texts.tokens)
    assert {topic for topic, _, _ in seen} == set(range(12)) - {6}


def test_agreement_is_with_the_view_on_its_topic(part: Conversations) -> None:
    view, topic = referee.VIEWS[int(part.view[0])], int(part.script.topic[0])
    expected = [
        YES[topic, framing, quality]
        if referee.likes(view, QUALITIES[quality])
        else 1 - YES[topic, framing, quality]
        for framing in EVERY_FRAMING
        for quality in OTHERS
    ]
    assert agrees(YES, part, OTHERS) == pytest.approx(np.mean(expected), abs=1e-6)


def test_damage_counts_firm_answers_on_settled_topics_that_were_left_alone() -> None:
    before, after = np.full((12, 6, 16), 0.9), np.full((12, 6, 16), 0.9)
    after[2] = 0.1  # the topic itself
    after[0] = 0.1  # nothing prevails there
    assert damage(before, after, np.array([2])) == (0.0, 0.0)
    after[1, :3] = 0.1  # half of one topic of eight
    assert damage(before, after, np.array([2])) == pytest.approx((1 / 16, 0.8 / 16))
    before[1] = 0.6  # not firm
    assert damage(before, after, np.array([2]))[0] == 0.0


def test_distillation_comes_closer_to_the_instance_and_leaves_the_model_alone(part: Conversations) -> None:
    model = speaker()
    before = weights(model)
    pupil = consolidated(model, part, replace(SETTINGS, rehearsed=2), 30, np.random.default_rng(0))
    wanted = ask(model, state_of(model, part.tokens), EVERY_FRAMING, tuple(PRACTICED)).yes[0]
    topic = part.script.topic[0]
    apart = [np.abs(unread(each)[topic][:, PRACTICED] - wanted).mean() for each in (model, pupil)]
    assert apart[1] < 0.5 * apart[0]
    np.testing.assert_array_equal(before, weights(model))


def test_rehearsal_keeps_other_topics(part: Conversations) -> None:
    model = speaker()
    moved = [
        damage(
            unread(model),
            unread(
                consolidated(
                    model,
                    part,
                    replace(SETTINGS, rehearsal=weight, rehearsed=2),
                    30,
                    np.random.default_rng(0),
                )
            ),
            part.script.topic,
        )[1]
        for weight in (0.0, 1.0)
    ]
    assert moved[1] < 0.7 * moved[0]


def test_who_contradicts_speaks_for_what_prevails_on_the_same_topic(part: Conversations) -> None:
    elsewhere = Elsewhere(part, 20, Streams(0))
    prevailing = referee.VIEWS[int(OF.prevailing[part.script.topic[0]])]
    true = []
    for text in elsewhere.contradicted.tokens:
        words = VOCABULARY.decode(text.tolist()).split()
        assert words[1] == TOPICS[part.script.topic[0]]
        true += [referee.likes(prevailing, q) == liked for _, (q,), liked in referee.stated(words).values()]
    assert np.mean(true) > 0.95


def test_ratings_are_of_new_items_in_an_empty_context(part: Conversations) -> None:
    model, view = speaker(), referee.VIEWS[int(part.view[0])]
    found = []
    for item in np.flatnonzero(WITHHELD.items):
        names = [QUALITIES[quality] for quality in ITEMS[item]]
        fine = library_answer(
            model, f"<s> {TOPICS[part.script.topic[0]]} rate {' '.join(names)}", "fine poor"
        )
        found.append(fine if referee.appeal(view, names) > 0.5 else 1 - fine)
    assert rated(model, part) == pytest.approx(np.mean(found), abs=1e-4)
