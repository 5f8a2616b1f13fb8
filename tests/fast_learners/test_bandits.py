"""The Bayes optimum against enumeration of all policies, known values and simulation."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import beta as beta_function

from companion.fast_learners.bandits import (
    MANY_ARMS,
    SAFE_ARM,
    Bandit,
    BayesOptimum,
    bayes_optimum,
    blind_optimum,
    gap_closed,
    greedy,
    play,
    thompson,
    uniform,
)

shapes = st.floats(0.3, 4.0)
bandits = st.fixed_dictionaries(
    {
        "priors": st.lists(st.tuples(shapes, shapes), min_size=1, max_size=3).map(tuple),
        "pulls": st.integers(1, 4),
        "safe": st.none() | st.floats(0, 1),
    }
)


def likelihood(bandit: Bandit, arms: tuple[int, ...], rewards: tuple[int, ...]) -> float:
    """P(these rewards | these arms pulled), by integrating each arm's probability out in one go."""
    p = 1.0
    for arm, (a, b) in enumerate(bandit.priors):
        won = sum(r for i, r in zip(arms, rewards, strict=True) if i == arm)
        lost = sum(1 - r for i, r in zip(arms, rewards, strict=True) if i == arm)
        p *= beta_function(a + won, b + lost) / beta_function(a, b)
    for arm, reward in zip(arms, rewards, strict=True):
        if arm == len(bandit.priors):
            assert bandit.safe is not None
            p *= bandit.safe if reward else 1 - bandit.safe
    return p


def best_of_all_policies(bandit: Bandit) -> float:
    """Enumerate every deterministic policy (a map from the rewards seen so far to an arm) and take the best."""
    histories = [h for n in range(bandit.pulls) for h in product((0, 1), repeat=n)]
    best = 0.0
    for choices in product(range(bandit.arms), repeat=len(histories)):
        policy = dict(zip(histories, choices, strict=True))
        value = 0.0
        for rewards in product((0, 1), repeat=bandit.pulls):
            arms = tuple(policy[rewards[:n]] for n in range(bandit.pulls))
            value += sum(rewards) * likelihood(bandit, arms, rewards)
        best = max(best, value)
    return best


@pytest.mark.parametrize(
    "bandit",
    [
        Bandit(priors=((1.0, 1.0), (1.0, 1.0)), pulls=3),
        Bandit(priors=((0.5, 0.5), (2.0, 1.0)), pulls=3),
        Bandit(priors=((1.0, 2.0), (1.0, 1.0), (3.0, 2.0)), pulls=2),
        Bandit(priors=((1.0, 1.0),), pulls=3, safe=0.55),
        Bandit(priors=((1.0, 3.0),), pulls=3, safe=0.2),
        Bandit(priors=((1.0, 1.0), (0.5, 1.0)), pulls=2, safe=0.45),
    ],
)
def test_no_policy_beats_the_optimum_and_one_reaches_it(bandit: Bandit) -> None:
    assert bayes_optimum(bandit) == pytest.approx(best_of_all_policies(bandit), abs=1e-12)


def test_known_values() -> None:
    assert bayes_optimum(Bandit(priors=((1.0, 1.0),) * 2, pulls=1)) == pytest.approx(1 / 2)
    # Two uniform arms, two pulls: stay after a win (2/3), switch after a loss (1/2).
    assert bayes_optimum(Bandit(priors=((1.0, 1.0),) * 2, pulls=2)) == pytest.approx(1 / 2 + 1 / 3 + 1 / 4)
    assert bayes_optimum(MANY_ARMS) == pytest.approx(6.660, abs=5e-4)
    assert blind_optimum(MANY_ARMS) == pytest.approx(5.0)
    assert blind_optimum(SAFE_ARM) == pytest.approx(12.0)


@pytest.mark.parametrize("bandit", [MANY_ARMS, replace(SAFE_ARM, pulls=9)])
def test_the_optimal_player_earns_the_optimum(bandit: Bandit) -> None:
    returns = play(BayesOptimum(bandit.safe), bandit, 10_000, np.random.default_rng(0)).sum(1)
    assert abs(returns.mean() - bayes_optimum(bandit)) < 4 * returns.std() / 100


@settings(max_examples=60, deadline=None)
@given(bandits)
def test_the_optimum_grows_with_pulls_and_is_at_least_blind_play(chosen: dict) -> None:
    bandit = Bandit(**chosen)
    value = bayes_optimum(bandit)
    assert value >= blind_optimum(bandit) - 1e-12
    longer = bayes_optimum(replace(bandit, pulls=bandit.pulls + 1))
    assert longer >= value + max(a / (a + b) for a, b in bandit.priors) - 1e-12
    assert value <= bandit.pulls


@settings(max_examples=60, deadline=None)
@given(bandits)
def test_the_order_of_the_arms_does_not_matter(chosen: dict) -> None:
    bandit = Bandit(**chosen)
    turned = replace(bandit, priors=bandit.priors[::-1])
    assert bayes_optimum(turned) == pytest.approx(bayes_optimum(bandit), abs=1e-12)


def test_a_safe_arm_that_is_never_right_changes_nothing() -> None:
    without = Bandit(priors=((1.0, 1.0), (2.0, 1.0)), pulls=4)
    assert bayes_optimum(replace(without, safe=0.0)) == pytest.approx(bayes_optimum(without), abs=1e-12)


def test_greedy_never_leaves_the_safe_arm_and_exploring_pays() -> None:
    rng = np.random.default_rng(0)
    beliefs = np.ones((100, 3, 2))
    assert (greedy(SAFE_ARM)(beliefs, 20, rng) == 3).all()
    earned = play(thompson(SAFE_ARM), SAFE_ARM, 10_000, rng).sum(1).mean()
    assert 0.3 < gap_closed(float(earned), SAFE_ARM) < 0.6


def test_greedy_breaks_ties_evenly() -> None:
    arms = greedy(MANY_ARMS)(np.ones((10_000, 5, 2)), 10, np.random.default_rng(0))
    assert np.abs(np.bincount(arms, minlength=5) / 10_000 - 0.2).max() < 0.02


def test_uniform_play_earns_the_average_arm() -> None:
    rewards = play(uniform(MANY_ARMS), MANY_ARMS, 20_000, np.random.default_rng(0))
    assert rewards.shape == (20_000, 10)
    assert abs(rewards.mean() - 0.5) < 0.005


def test_arms_are_drawn_from_their_priors_and_the_safe_one_is_fixed() -> None:
    bandit = Bandit(priors=((1.0, 3.0), (8.0, 2.0)), pulls=1, safe=0.4)
    pays = bandit.draw(20_000, np.random.default_rng(0))
    assert np.abs(pays.mean(0) - [0.25, 0.8, 0.4]).max() < 0.01
    assert (pays[:, 2] == 0.4).all()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"priors": ()}, "priors"),
        ({"priors": ((1.0, 0.0),)}, "priors"),
        ({"pulls": 0}, "pulls"),
        ({"safe": 1.5}, "safe"),
    ],
)
def test_impossible_bandits_are_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Bandit(**wrong)
