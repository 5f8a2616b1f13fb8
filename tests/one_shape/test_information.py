"""Bits, against closed forms and against SciPy."""

import numpy as np
import pytest
from scipy import stats

from companion.one_shape.information import divergence, entropy


def test_a_fair_coin_holds_a_bit_and_a_certainty_none() -> None:
    assert entropy(np.array([1.0, -1.0, 1.0, -1.0])) == pytest.approx(1.0)
    assert entropy(np.array([True, True])) == pytest.approx(0.0)
    assert entropy(np.repeat([1, 2, 3], [1, 1, 2])) == pytest.approx(1.5)


def test_the_divergence_of_policies() -> None:
    target, prior = np.random.default_rng(0).dirichlet(np.ones(5), (2, 30))
    expected = np.mean([stats.entropy(p, q, base=2) for p, q in zip(target, prior, strict=True)])
    assert divergence(target, prior) == pytest.approx(expected)


def test_what_a_target_never_does_is_not_counted() -> None:
    target, prior = np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.5, 0.5], [1.0, 0.0]])
    assert divergence(target[:1], prior[:1]) == pytest.approx(1.0)
    assert divergence(target[:1], np.array([[1.0, 0.0]])) == pytest.approx(0.0)
