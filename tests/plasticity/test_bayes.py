"""The exact agent against a referee that reads the words of each conversation, and against counting conversations."""

import numpy as np
import pytest

from companion.plasticity.bayes import likes, likes_item, posteriors
from companion.plasticity.corpus import noted_by_others
from companion.plasticity.culture import culture, prior
from companion.plasticity.language import VOCABULARY, worded
from companion.plasticity.script import (
    Casting,
    Layout,
    Script,
    first,
    improvised,
    joined,
    rows,
    spoken,
    turns,
)
from companion.plasticity.world import ITEMS, QUALITIES, VIEWS
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
        item = 17
        named = [QUALITIES[quality] for quality in ITEMS[item]]
        expected = sum(
            weight for weight, view in zip(row, referee.VIEWS, strict=True) if referee.likes_item(view, named)
        )
        np.testing.assert_allclose(likes_item(row, np.array([item]))[0], expected)


def test_among_many_conversations_the_posterior_is_the_share_in_which_a_view_was_held() -> None:
    random, of = np.random.default_rng(2), culture(1)
    topic = np.full(60_000, 1)
    before = prior(of, topic, trained=False)
    view = (before.cumsum(1) > random.random((len(topic), 1))).argmax(1)
    cast = Casting(np.full(len(topic), 1), np.full(len(topic), 1))
    script = improvised(topic, view, cast, turns(3), random)
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


def test_statements_are_wrong_as_often_as_their_voice() -> None:
    random = np.random.default_rng(5)
    count = 4000
    view, topic = random.integers(0, 16, count), np.zeros(count, int)
    for voice, error in enumerate((0.02, 0.15, 0.3, 0.5)):
        cast = Casting(np.full(count, voice), np.full(count, voice))
        made = improvised(topic, view, cast, turns(2), random)
        right = spoken(made._replace(voice=np.zeros_like(made.voice)), view, np.random.default_rng(0))
        views = [referee.VIEWS[number] for number in view]
        truth = np.array(
            [
                [referee.likes(of, QUALITIES[q]) for q in asked]
                for of, asked in zip(views, made.quality, strict=True)
            ]
        )
        assert abs(((made.stance > 0) != truth).mean() - error) < 0.025
        assert abs(((right.stance > 0) != truth).mean() - 0.02) < 0.01
