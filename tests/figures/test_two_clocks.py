"""The figures of the chapter two-clocks draw every seed, name what they draw, and survive becoming SVG."""

import numpy as np
import pytest
from scipy import stats

from companion.figures import attention_descent, ink, seeds, slow_trains_fast

RNG = np.random.default_rng(0)


def test_every_seed_of_every_arm_is_a_dot() -> None:
    _, axes = ink.new_figure()
    values = {"main": RNG.random(10), "no-state": RNG.random(10)}
    seeds.dots_by_arm(axes, values, margin=0.5)
    drawn = [line.get_xdata() for line in axes.lines if line.get_marker() == "o"]
    assert all(np.array_equal(x, value) for x, value in zip(drawn, values.values(), strict=True))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["main", "no state"]


def test_the_interval_is_students() -> None:
    values = RNG.random(7)
    exact = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert seeds.interval(values) == pytest.approx((exact.low, exact.high))
    assert seeds.interval(values[:1]) == (values[0], values[0])


def test_attention_beside_descent() -> None:
    arms = {"linear": RNG.random(4), "softmax": RNG.random(4)}
    pairs, matrix = RNG.normal(size=(4, 2, 30)), RNG.normal(size=(4, 5, 5))
    figure = attention_descent.overview(pairs, matrix, 0.625, arms, 0.95)
    left, middle, right = figure.axes
    dots = [line.get_xydata() for line in left.lines if line.get_marker() == "o"]
    assert np.array_equal(np.array(dots), pairs.transpose(0, 2, 1))
    assert len(middle.patches) == 25
    assert "0.625" in middle.get_xlabel()
    assert [label.get_text() for label in right.get_yticklabels()] == list(arms)
    assert "softmax" in ink.to_svg(figure, alt="Attention beside descent.")


@pytest.mark.parametrize(
    ("entry", "text"), [(0.625, ".62"), (-0.014, "-.01"), (1.1834, "1.18"), (0.004, "0"), (-0.004, "0")]
)
def test_entries_are_short(entry: float, text: str) -> None:
    assert attention_descent.short(entry) == text


def test_learning_inside_an_episode() -> None:
    curves, flat = RNG.random((3, 4, 20)), RNG.random((3, 20))
    arms = {"safe-arm": RNG.random(3), "memoryless": RNG.random(3)}
    figure = slow_trains_fast.overview(np.array([0, 30, 60, 3000]), curves, flat, flat, flat, arms, 0.75)
    left = figure.axes[0]
    names = [text.get_text() for text in left.texts]
    assert names == [
        "0 updates", "30 updates", "60 updates", "3,000 updates", "Bayes optimum", "greedy", "state wiped",
    ]  # fmt: skip
    drawn = [line.get_ydata() for line in left.lines]
    assert all(any(np.array_equal(seed, y) for y in drawn) for seed in curves[:, -1])
    assert "Bayes optimum" in ink.to_svg(figure, alt="Reward inside an episode.")


def test_error_by_examples() -> None:
    _, axes = ink.new_figure()
    errors = RNG.random((3, 11))
    slow_trains_fast.error_by_examples(axes, errors, errors / 2)
    drawn = [line.get_ydata() for line in axes.lines]
    assert all(any(np.array_equal(seed, y) for y in drawn) for seed in errors)
    assert {text.get_text() for text in axes.texts} == {"chance", "network", "Bayes agent"}
