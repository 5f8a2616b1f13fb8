"""The exact agent against a referee that reads the words of each conversation, and against counting conversations."""

import numpy as np
import pytest

from companion.plasticity.conversation.bayes import likes, likes_item, posteriors
from companion.plasticity.conversation.culture import culture, prior
from companion.plasticity.conversation.language import VOCABULARY, worded
from companion.plasticity.conversation.script import (
    Casting,
    Layout,
    Said,
    Script,
    first,
    improvised,
    joined,
    rows,
    spoken,
    turns,
)
from companion.plasticity.conversation.world import ITEMS, QUALITIES, VIEWS
from companion.plasticity.schooling.corpus import noted_by_others
from tests.plasticity import referee

LAYOUT: Layout = (
    ("found", "nothing"),
    ("say", "ask"),
    ("verdict", "rate"),
    ("nothing", "ask"),
    ("say", "nothing"),
)
COUNT = 60


@pytest.fixture
def script() -> Script:
    """Conversations with turns of every kind, some of them silent, with all voices."""
    random = np.random.default_rng(0)
    topic, view = random.integers(0, 12, COUNT), random.integers(0, 16, COUNT)
    cast = Casting(random.integers(0, 5, COUNT), random.integers(0, 5, COUNT))
    made = improvised(topic, view, cast, LAYOUT, random, silence=0.3)
    return noted_by_others(made, view, random)


def test_the_posterior_is_what_a_reader_of_the_words_computes(script: Script) -> None:
    before = prior(culture(0), script.topic, trained=True)
    found = posteriors(script, before)
    for row, tokens in enumerate(worded(script)):
        read = list(referee.weights_after(VOCABULARY.decode(tokens.tolist()).split()))
        assert len(read) == 4
        for (_, weights), turn in zip(read, (0, 1, 2, 4), strict=True):
            products = before[row] * np.array([weights[tuple(view)] for view in VIEWS])
            np.testing.assert_allclose(found[row, turn + 1], products / products.sum(), atol=1e-12)
        np.testing.assert_allclose(found[row, 4], found[row, 3])


def test_what_is_liked_is_the_weight_of_the_views_that_like_it() -> None:
    posterior = np.random.default_rng(1).dirichlet(np.ones(16), 5)
    for row in posterior:
        for place, quality in enumerate(QUALITIES):
            expected = sum(
                weight
                for weight, view in zip(row, referee.VIEWS, strict=True)
                if referee.likes(view, quality)
            )
            np.testing.assert_allclose(likes(row)[place], expected)
        for item in (17, 200):
            named = [QUALITIES[quality] for quality in ITEMS[item]]
            expected = sum(
                weight * referee.appeal(view, named) for weight, view in zip(row, referee.VIEWS, strict=True)
            )
            np.testing.assert_allclose(likes_item(row, np.array([item]))[0], expected)


@pytest.mark.parametrize("said", ["say", "verdict"])
def test_among_many_conversations_the_posterior_is_the_share_in_which_a_view_was_held(said: Said) -> None:
    random, of = np.random.default_rng(2), culture(1)
    topic = np.full(60_000, 1)
    before = prior(of, topic, trained=False)
    view = (before.cumsum(1) > random.random((len(topic), 1))).argmax(1)
    cast = Casting(np.full(len(topic), 1), np.full(len(topic), 1))
    script = improvised(topic, view, cast, turns(3, said), random)
    after = posteriors(script, before)[:, -1]
    for low, high in ((0.0, 0.1), (0.2, 0.5), (0.6, 0.9)):
        there = (after > low) & (after < high)
        held = (view[:, None] == np.arange(16))[there]
        assert abs(held.mean() - after[there].mean()) < 4 * (held.std() / held.size**0.5 + 1e-4)


def test_dan_and_silence_move_nothing_and_eve_moves_two_traits() -> None:
    random = np.random.default_rng(3)
    topic, view = np.zeros(40, int), random.integers(0, 16, 40)
    before = prior(culture(0), topic, trained=False)

    def after(voice: int, silence: float) -> np.ndarray:
        cast = Casting(np.full(40, voice), np.full(40, voice))
        return posteriors(improvised(topic, view, cast, turns(6), random, silence=silence), before)[:, -1]

    np.testing.assert_allclose(after(3, 0.0), before)
    np.testing.assert_allclose(after(0, 1.0), before)
    known = likes(after(4, 0.0))
    assert np.abs(known[:, 2::4] - 0.5).max() < 1e-9
    assert np.abs(known[:, 3::4] - 0.5).max() < 1e-9
    assert np.abs(known[:, 0::4] - 0.5).max() > 0.4


def test_scripts_are_cut_joined_and_reordered_without_touching_the_rest(script: Script) -> None:
    start, again = first(script, 2), joined(first(script, 2), script)
    assert start.layout == LAYOUT[:2]
    assert again.layout == LAYOUT[:2] + LAYOUT
    np.testing.assert_array_equal(again.quality[:, 2:], script.quality)
    order = np.random.default_rng(4).permutation(COUNT)
    np.testing.assert_array_equal(worded(rows(script, order)), worded(script)[order])


def test_statements_are_made_as_often_as_the_rules_say() -> None:
    count, random = 12_000, np.random.default_rng(5)
    view, topic, voice = random.integers(0, 16, count), np.zeros(count, int), random.integers(0, 5, count)
    layout = turns(1) + turns(1, "verdict")
    made = improvised(topic, view, Casting(voice, voice), layout, random, everything=True)
    expected, found = [], []
    for of, text in zip(view, worded(made), strict=True):
        said = referee.stated(VOCABULARY.decode(text.tolist()).split()).values()
        assert [len(qualities) for _, qualities, _ in said] == [1, 3]
        expected.append([referee.says(referee.VIEWS[of], who, what, True) for who, what, _ in said])
        found.append([liked for _, _, liked in said])
    for shares, happened in zip(np.round(np.array(expected), 6).T, np.array(found).T, strict=True):
        for share in np.unique(shares):
            there = happened[shares == share]
            assert abs(there.mean() - share) < 4 * (share * (1 - share) / there.size) ** 0.5


def test_a_verdict_is_for_any_of_three_qualities_and_can_be_disclosed() -> None:
    count, random = 6000, np.random.default_rng(6)
    topic, view = np.zeros(count, int), random.integers(0, 16, count)
    cast = Casting(np.full(count, 1), np.full(count, 2))
    verdicts = improvised(topic, view, cast, turns(2, "verdict"), random)
    disclosed = verdicts._replace(layout=turns(2))
    place = (ITEMS[verdicts.item] == verdicts.quality[..., None]).argmax(2)
    assert np.abs(np.bincount(place.ravel(), minlength=3) / (2 * count) - 1 / 3).max() < 0.02
    for closed, open_ in zip(worded(verdicts)[:200], worded(disclosed)[:200], strict=True):
        before, after = (
            referee.stated(VOCABULARY.decode(text.tolist()).split()).values() for text in (closed, open_)
        )
        for (voice, three, fine), (same, one, liked) in zip(before, after, strict=True):
            assert (voice, fine) == (same, liked)
            assert set(one) < set(three)


def test_statements_are_made_anew_about_other_views() -> None:
    count, random = 4000, np.random.default_rng(7)
    view, topic = random.integers(0, 16, count), np.zeros(count, int)
    made = improvised(topic, view, Casting(topic, topic), turns(1), random)
    again = spoken(made, 15 - view, random)
    assert abs((made.stance != again.stance).mean() - (0.98**2 + 0.02**2)) < 0.015
    assert all((a == b).all() for a, b in zip(made._replace(stance=again.stance)[1:], again[1:], strict=True))
