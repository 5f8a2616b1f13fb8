"""What is followed and what is right, counted by a reader of the words."""

import numpy as np
import pytest

from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import QUALITIES
from companion.plasticity.situation import drawn
from companion.plasticity.taste.credence import PARTS, accuracy, by_turns, followed, leaning
from tests.plasticity import referee
from tests.plasticity.speaker import speaker

OF = culture(0)
GIVEN = drawn(OF, ARMS["heard-eve"], 30, np.random.default_rng(0))


def test_eve_knows_what_the_parts_say() -> None:
    known = {QUALITIES[quality] for quality in PARTS["known"]}
    view = referee.VIEWS[6]
    for quality in QUALITIES:
        told = referee.says(view, "eve", [quality], referee.likes(view, quality))
        assert (told > 0.9) == (quality in known)
    assert sorted([*PARTS["known"], *PARTS["unknown"]]) == list(range(16))


def test_leaning_is_what_most_statements_about_a_trait_come_to() -> None:
    found = leaning(GIVEN.script)
    ties = 0
    for row, text in enumerate(GIVEN.tokens):
        said = referee.stated(VOCABULARY.decode(text.tolist()).split()).values()
        for place, quality in enumerate(QUALITIES):
            votes = [
                (referee.TURNED[other] == referee.TURNED[quality]) == liked
                for _, (other,), liked in said
                if referee.trait(other) == referee.trait(quality)
            ]
            for_it = 2 * sum(votes) - len(votes)
            assert found[row, place] == (for_it > 0) - (for_it < 0)
            ties += for_it == 0
    assert ties


def test_silence_leans_nowhere() -> None:
    script = GIVEN.script._replace(silent=np.ones_like(GIVEN.script.silent))
    assert not leaning(script).any()


def test_followed_and_accuracy_by_hand() -> None:
    yes, way = np.array([[0.9, 0.2, 0.7]]), np.array([[1, -1, 0]])
    assert followed(yes, way) == pytest.approx((0.9 + 0.8) / 2 - 0.5)
    assert followed(yes, np.zeros_like(way)) == 0.0
    assert accuracy(np.array([[0.9, 0.2, 0.5]]), np.array([[1, 1, 1]])) == pytest.approx(0.5)


def test_bayes_follows_eve_as_far_as_she_knows() -> None:
    found = by_turns(speaker(), GIVEN, (0, 12))
    assert found["bayes_follows_known"][1] > 0.45
    assert abs(found["bayes_follows_unknown"]).max() < 1e-9
    assert found["bayes_right_unknown"].tolist() == [0.5, 0.5]
    assert found["right_known"].shape == (2,)
