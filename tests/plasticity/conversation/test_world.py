"""What training withholds is balanced, and views, qualities and items are what a reader of the rules would make."""

import numpy as np
import pytest

from companion.plasticity.conversation.culture import culture, opposite, prior
from companion.plasticity.conversation.world import (
    ANSWER_OF,
    ANSWERS,
    APPEAL,
    EVERY_FRAMING,
    FRAMINGS,
    ITEMS,
    QUALITIES,
    STANCES,
    STRENGTH,
    TRAIT_OF,
    TURNED,
    VIEWS,
    WITHHELD,
    level_of,
)
from tests.plasticity import referee


def test_a_view_likes_what_the_rules_say() -> None:
    for number, view in enumerate(referee.VIEWS):
        assert tuple(VIEWS[number]) == view
        for place, quality in enumerate(QUALITIES):
            assert (STANCES[number, place] > 0) == referee.likes(view, quality)
        for place, item in enumerate(ITEMS):
            named = [QUALITIES[quality] for quality in item]
            assert APPEAL[number, place] == pytest.approx(referee.appeal(view, named))


def test_every_trait_is_shown_both_ways_equally_often() -> None:
    for trait in range(4):
        assert TURNED[trait == TRAIT_OF].sum() == 0


def test_an_item_has_three_qualities_of_three_traits() -> None:
    assert len({tuple(item) for item in ITEMS}) == 256
    assert all(len(set(TRAIT_OF[item])) == 3 for item in ITEMS)


def test_every_framing_turns_a_stance_into_one_of_two_words() -> None:
    for framing, name in enumerate(FRAMINGS):
        assert tuple(ANSWERS[answer] for answer in ANSWER_OF[framing]) == referee.ANSWERS[name]


def test_every_framing_is_a_wording_of_the_rules_once() -> None:
    assert [FRAMINGS[number] for number in EVERY_FRAMING] == list(referee.ANSWERS)


def test_withheld_views_come_with_their_opposites() -> None:
    withheld = np.flatnonzero(WITHHELD.views)
    assert 0 < len(withheld) < 8
    assert set(opposite(withheld)) == set(withheld)
    assert not VIEWS[withheld].sum(0).any()


def test_something_of_each_kind_is_withheld_and_the_plain_framing_never_is() -> None:
    assert (WITHHELD.framings.sum(1) == 1).all()
    assert (WITHHELD.pairs[1:].sum(1) == 3).all()
    assert not WITHHELD.framings[:, 0].any()
    assert not WITHHELD.pairs[0].any()
    assert WITHHELD.items.sum() == 64


def test_every_culture_prevails_with_trained_views_only_and_cultures_differ() -> None:
    cultures = [culture(number) for number in range(5)]
    assert not WITHHELD.views[np.concatenate([of.prevailing for of in cultures])].any()
    assert len({tuple(of.prevailing) for of in cultures}) == 5
    assert (culture(2).prevailing == cultures[2].prevailing).all()


@pytest.mark.parametrize("trained", [True, False])
def test_a_prior_gives_the_prevailing_view_its_strength_and_the_rest_evenly(trained: bool) -> None:
    of, topics = culture(0), np.arange(12)
    found = prior(of, topics, trained=trained)
    np.testing.assert_allclose(found.sum(1), 1)
    for topic in topics:
        others = np.delete(found[topic], of.prevailing[topic])
        share = (1 - STRENGTH[topic]) / (np.sum(~WITHHELD.views) if trained else 16)
        assert set(np.round(others, 9)) <= {0.0, round(share, 9)}
        np.testing.assert_allclose(found[topic, of.prevailing[topic]], STRENGTH[topic] + share)
    assert (found[:, WITHHELD.views] == 0).all() == trained


def test_a_diet_without_dissent_leaves_the_prevailing_view_alone() -> None:
    of = culture(0)
    found = prior(of, np.arange(12), trained=True, dissent=0.0)
    np.testing.assert_allclose(found[np.arange(12), of.prevailing], 1)


def test_levels_are_ordered() -> None:
    assert list(level_of(np.array([0.5, 0.62, 0.8, 0.95, 1.0]))) == [0, 1, 2, 3, 4]
