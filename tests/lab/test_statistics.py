"""Intervals against scipy.stats, and against what they promise: coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from companion.lab import statistics

numbers = st.floats(-1e6, 1e6)


@given(
    st.lists(numbers, min_size=2, max_size=12).filter(lambda v: np.std(v) > 1e-6),
    st.sampled_from([0.8, 0.95, 0.99]),
)
def test_t_interval_agrees_with_scipy(values: list[float], level: float) -> None:
    expected = stats.ttest_1samp(values, 0).confidence_interval(level)
    assert statistics.t_interval(values, level) == pytest.approx(tuple(expected), rel=1e-6, abs=1e-6)


def test_t_interval_of_one_value_is_unknown() -> None:
    assert statistics.t_interval([1.0]) is None


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_clopper_pearson_agrees_with_scipy(counts: tuple[int, int]) -> None:
    expected = stats.binomtest(*counts).proportion_ci(0.95, method="exact")
    assert statistics.clopper_pearson(*counts) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_a_ceiling_does_not_mean_certainty() -> None:
    interval = statistics.share_interval([20, 20, 20], [20, 20, 20])
    assert interval is not None
    assert interval[1] == 1.0
    assert interval[0] == pytest.approx(stats.binomtest(60, 60).proportion_ci(0.95, "exact").low)


def test_shares_off_the_ceiling_use_seeds_as_the_unit() -> None:
    assert statistics.share_interval([10, 14, 12], [20, 20, 20]) == pytest.approx(
        statistics.t_interval([0.5, 0.7, 0.6])
    )


def test_prediction_interval_covers_new_means_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(2000):
        low, high = statistics.prediction_interval(rng.normal(3, 2, 5).tolist(), 4, 0.9)
        inside += low <= rng.normal(3, 2, 4).mean() <= high
    assert 0.88 < inside / 2000 < 0.92
