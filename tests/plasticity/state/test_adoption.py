"""Answers are held against a view question by question, by the referee's rules."""

import numpy as np
import pytest

from companion.plasticity.conversation.world import QUALITIES
from companion.plasticity.state.adoption import adoption
from tests.plasticity import referee


@pytest.mark.parametrize("framings", [(), (1,), (6,)])
@pytest.mark.parametrize("number", [np.float32, np.float64])
def test_adoption_is_the_mean_probability_of_answers_by_the_view(
    framings: tuple[int, ...], number: type[np.floating]
) -> None:
    view = np.array([0, 3, 5, 9, 15, 6])  # as many as there are framings, which must not be mixed up
    yes = np.random.default_rng(1).random((len(view), *framings, 16)).astype(number)
    expected = [
        p if referee.likes(referee.VIEWS[held], quality) else 1 - p
        for held, row in zip(view, yes.reshape(len(view), -1, 16), strict=True)
        for answers in row.tolist()
        for quality, p in zip(QUALITIES, answers, strict=True)
    ]
    assert adoption(yes, view) == pytest.approx(np.mean(expected), rel=1e-6)


def test_what_one_view_gains_its_opposite_loses() -> None:
    yes = np.array([[0.9 if referee.likes(referee.VIEWS[6], quality) else 0.2 for quality in QUALITIES]])
    assert adoption(yes, np.array([6])) == pytest.approx((0.9 + 0.8) / 2)
    assert adoption(yes, np.array([9])) == pytest.approx((0.1 + 0.2) / 2)
