"""The world is balanced in what reward never meets, and Bayes is what counting conversations gives."""

import numpy as np
import pytest

from companion.plasticity.agents.asking.world import (
    ANSWER,
    COLLABORATORS,
    ERROR,
    FRAMINGS,
    NEW_QUALITIES,
    NEW_TOPICS,
    PREVAILING,
    QUALITIES,
    STANCES,
    TRAINED_QUALITIES,
    TRAINED_TOPICS,
    TRAIT_OF,
    TURNED,
    VIEWS,
    VOCABULARY,
    Cases,
    Conditions,
    answers,
    drawn,
    final_question,
    liking,
    opening,
    posterior,
    prior,
    repeated,
    replies,
    said,
    views,
)


def test_withheld_qualities_are_balanced_in_sign_and_trait() -> None:
    assert TURNED[NEW_QUALITIES].sum() == TURNED[TRAINED_QUALITIES].sum() == 0
    assert sorted(TRAIT_OF[NEW_QUALITIES]) == [0, 1, 2, 3]
    for trait in range(4):
        assert TURNED[trait == TRAIT_OF].sum() == 0


def test_prevailing_views_are_balanced_among_trained_and_among_new_topics() -> None:
    assert len(set(PREVAILING)) == len(PREVAILING)
    for topics in (TRAINED_TOPICS, NEW_TOPICS):
        assert (VIEWS[PREVAILING[topics]].sum(0) == 0).all()
    assert set(TRAINED_TOPICS) | set(NEW_TOPICS) == set(range(12))


def test_views_like_what_their_traits_say() -> None:
    assert STANCES[0, QUALITIES.index("brevity")] == -1  # the first view has all traits at -1
    assert STANCES[15, QUALITIES.index("brevity")] == 1
    assert STANCES[15, QUALITIES.index("order")] == -1
    assert all(len({tuple(row) for row in STANCES[:, trait == TRAIT_OF]}) == 2 for trait in range(4))


def test_bayes_is_what_counting_gives() -> None:
    """Rejection: of many conversations with the same replies, in how many was each view the hidden one?"""
    random, many = np.random.default_rng(0), 400_000
    topic = np.full(many, 5)
    cases = Cases(topic, np.full(many, 2), views(topic, 0.3, random), topic % 3, topic)
    asked = np.array([0, 4, 1])
    heard = np.stack([said(cases.view, np.full(many, q), cases.collaborator, random) for q in asked], 1)
    same = (heard == np.array([1, 1, -1])).all(1)
    counted = np.bincount(cases.view[same], minlength=16) / same.sum()
    one = Cases(*(field[:1] for field in cases))
    exact = posterior(one, asked[None], np.array([[1, 1, -1]]), 0.3)[0]
    assert np.abs(counted - exact).max() < 0.01
    liked = liking(exact[None], np.array([9]))[0]
    assert liked == pytest.approx((STANCES[cases.view[same], 9] > 0).mean(), abs=0.01)


def test_without_replies_bayes_believes_the_prior() -> None:
    cases = drawn(50, Conditions(), np.random.default_rng(0))
    none = np.zeros((50, 0), int)
    assert np.allclose(posterior(cases, none, none, 0.6), prior(cases.topic, 0.6))
    assert prior(cases.topic, 0.6)[np.arange(50), PREVAILING[cases.topic]] == pytest.approx(0.625)


def test_collaborators_err_as_often_as_they_say() -> None:
    random, many = np.random.default_rng(0), 20_000
    for collaborator, error in enumerate(ERROR):
        view, quality = random.integers(0, 16, many), random.integers(0, 16, many)
        wrong = said(view, quality, np.full(many, collaborator), random) != STANCES[view, quality]
        assert wrong.mean() == pytest.approx(error, abs=0.012)


def test_conversations_can_be_read() -> None:
    cases = Cases(*(np.array([x]) for x in (3, 1, 7, 3, 4)))
    assert VOCABULARY.decode(opening(cases)[0].tolist()) == "<s> houses ben"
    assert VOCABULARY.decode(final_question(cases)[0].tolist()) == "disagree irony"
    words = [
        VOCABULARY.decode(replies(np.array([4]), np.array([s]), np.array([w])).tolist())
        for s in (1, -1)
        for w in (0, 1)
    ]
    assert words == ["likes-irony", "enjoys-irony", "dislikes-irony", "avoids-irony"]


def test_disagreeing_is_saying_no_to_what_one_likes() -> None:
    said_yes = [
        VOCABULARY.decode(answers(np.array([f]), np.array([1])).tolist()) for f in range(len(FRAMINGS))
    ]
    said_no = [
        VOCABULARY.decode(answers(np.array([f]), np.array([-1])).tolist()) for f in range(len(FRAMINGS))
    ]
    assert said_yes == ["for", "good", "yes", "no"]
    assert said_no == ["against", "bad", "no", "yes"]
    assert VOCABULARY.words[ANSWER] == "for"


def test_cases_come_from_their_conditions_and_copies_lie_side_by_side() -> None:
    of = Conditions(topics=NEW_TOPICS, collaborators=np.array([3]), strength=1.0)
    cases = drawn(200, of, np.random.default_rng(0))
    assert set(cases.topic) == set(NEW_TOPICS)
    assert set(cases.collaborator) == {COLLABORATORS.index("dan")}
    assert (cases.view == PREVAILING[cases.topic]).all()
    assert set(cases.target) <= set(TRAINED_QUALITIES)
    twice = repeated(cases, 2)
    assert (twice.target[0::2] == twice.target[1::2]).all()


def test_strength_is_a_probability() -> None:
    with pytest.raises(ValueError, match="strength is a probability"):
        views(np.arange(3), 1.5, np.random.default_rng(0))
