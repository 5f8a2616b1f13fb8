"""Bernoulli bandits: a world so small that the best way to learn in it can be computed.

An arm pays 1 with a probability drawn once per episode from a known Beta prior. One arm may be *safe*: its
probability is known. Everything a player can know is then a tuple of Beta beliefs, one for each unknown arm, and
Bellman's equation over beliefs gives the return of the ideal learner (Bellman 1956, "A problem in the sequential
design of experiments", sections 2-4; Duan et al. 2016, section 3.1, for the bandit as a test of learned learners).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Int

Belief = tuple[float, float]
"""Beta(a, b) over an arm's probability: it pays next with probability a / (a + b)."""

Beliefs = Float[np.ndarray, "episodes unknown 2"]
"""The beliefs (a, b) of many players, one an episode."""

Arms = Int[np.ndarray, " episodes"]

Player = Callable[[Beliefs, int, np.random.Generator], Arms]
"""(beliefs, pulls left, generator) -> the arm to pull in each episode."""


@dataclass(frozen=True)
class Bandit:
    """`pulls` pulls of one arm each: arm i is drawn from Beta(*priors[i]); the safe arm, if any, comes last."""

    priors: tuple[Belief, ...] = ((1.0, 1.0),) * 5
    pulls: int = 10
    safe: float | None = None

    def __post_init__(self) -> None:
        if not self.priors or min(min(prior) for prior in self.priors) <= 0:
            raise ValueError(f"priors must hold at least one Beta(a, b) with a, b > 0, not {self.priors}")
        if self.pulls < 1:
            raise ValueError(f"pulls must be at least 1, not {self.pulls}")
        if self.safe is not None and not 0 <= self.safe <= 1:
            raise ValueError(f"safe must be a probability or None, not {self.safe}")

    @property
    def arms(self) -> int:
        """How many there are to choose from."""
        return len(self.priors) + (self.safe is not None)

    def draw(self, episodes: int, rng: np.random.Generator) -> Float[np.ndarray, "{episodes} {self.arms}"]:
        """Each episode's probabilities of paying."""
        a, b = np.array(self.priors).T
        unknown = rng.beta(a, b, size=(episodes, len(self.priors)))
        return with_safe_arm(unknown, self)


MANY_ARMS = Bandit()
"""Five unknown arms, ten pulls. Greedy is nearly optimal here: every pull of an untried arm explores anyway."""

SAFE_ARM = Bandit(priors=((1.0, 1.0),) * 3, pulls=20, safe=0.6)
"""Three unknown arms, worse than the safe one on average and often far better. Greedy never tries them."""


@no_type_check  # at run time: two million calls, each checked, would take a minute in tests
@dataclass(frozen=True)
class BayesOptimum:
    """The ideal learner, exactly: dynamic programming over beliefs. Arms of equal belief are interchangeable.

    `safe` is the safe arm's probability, `values` what has been computed so far.
    """

    safe: float | None = None
    values: dict[tuple[tuple[Belief, ...], int], float] = field(default_factory=dict, repr=False)

    def value(self, beliefs: tuple[Belief, ...], left: int) -> float:
        """V(beliefs, left): the expected sum of the rewards still to come, under optimal play."""
        if left == 0:
            return 0.0
        state = (tuple(sorted(beliefs)), left)
        if state not in self.values:
            self.values[state] = max(self.pull(state[0], arm, left) for arm in self.distinct_arms(state[0]))
        return self.values[state]

    def pull(self, beliefs: tuple[Belief, ...], arm: int, left: int) -> float:
        """Q(beliefs, arm, left): pull this arm now, then play optimally."""
        if arm == len(beliefs):
            assert self.safe is not None
            return self.safe + self.value(beliefs, left - 1)
        (a, b), before, after = beliefs[arm], beliefs[:arm], beliefs[arm + 1 :]
        won = self.value((*before, (a + 1, b), *after), left - 1)
        lost = self.value((*before, (a, b + 1), *after), left - 1)
        p = a / (a + b)
        return p * (1 + won) + (1 - p) * lost

    def distinct_arms(self, beliefs: tuple[Belief, ...]) -> list[int]:
        """One arm for each different belief, and the safe arm: the others would only repeat them."""
        unknown = [arm for arm, belief in enumerate(beliefs) if belief not in beliefs[:arm]]
        return unknown if self.safe is None else [*unknown, len(beliefs)]

    def __call__(self, beliefs: Beliefs, left: int, rng: np.random.Generator) -> Arms:
        """Play optimally (ties go to the first arm); each different state is looked up once."""
        states, episode = np.unique(beliefs, axis=0, return_inverse=True)
        choices = [self.best_arm(tuple((a, b) for a, b in state), left) for state in states.tolist()]
        return np.array(choices)[episode.reshape(-1)]

    def best_arm(self, beliefs: tuple[Belief, ...], left: int) -> int:
        """argmax of Q; of arms with equal beliefs, the first."""
        return max(self.distinct_arms(beliefs), key=lambda arm: self.pull(beliefs, arm, left))


@cache
def bayes_optimum(bandit: Bandit) -> float:
    """The expected return of an episode that no player can beat."""
    return BayesOptimum(bandit.safe).value(bandit.priors, bandit.pulls)


def blind_optimum(bandit: Bandit) -> float:
    """The best expected return without looking at any reward: one fixed arm, over and over."""
    return bandit.pulls * max([a / (a + b) for a, b in bandit.priors] + [bandit.safe or 0.0])


def gap_closed(returned: float, bandit: Bandit) -> float:
    """How far from blind play (0) to the Bayes optimum (1) an expected return lies."""
    blind = blind_optimum(bandit)
    return (returned - blind) / (bayes_optimum(bandit) - blind)


def greedy(bandit: Bandit) -> Player:
    """Always the arm with the highest expected reward; ties go to a random one of them."""

    def choose(beliefs: Beliefs, left: int, rng: np.random.Generator) -> Arms:
        means = with_safe_arm(beliefs[..., 0] / beliefs.sum(-1), bandit)
        best = np.isclose(means, means.max(1, keepdims=True))
        return (best * rng.random(means.shape)).argmax(1)

    return choose


def thompson(bandit: Bandit) -> Player:
    """Draw a world from the beliefs and pull its best arm (Thompson 1933)."""

    def choose(beliefs: Beliefs, left: int, rng: np.random.Generator) -> Arms:
        return with_safe_arm(rng.beta(beliefs[..., 0], beliefs[..., 1]), bandit).argmax(1)

    return choose


def uniform(bandit: Bandit) -> Player:
    """Any arm, whatever was seen."""
    return lambda beliefs, left, rng: rng.integers(bandit.arms, size=len(beliefs))


def with_safe_arm(unknown: Float[np.ndarray, "episodes unknown"], bandit: Bandit) -> np.ndarray:
    """The unknown arms' probabilities, guessed or true, and the safe arm's: (episodes, arms)."""
    return unknown if bandit.safe is None else np.insert(unknown, unknown.shape[1], bandit.safe, axis=1)


def play(
    player: Player, bandit: Bandit, episodes: int, rng: np.random.Generator
) -> Bool[np.ndarray, "{episodes} {bandit.pulls}"]:
    """Many episodes side by side: which pulls paid."""
    pays, each = bandit.draw(episodes, rng), np.arange(episodes)
    beliefs = np.tile(np.array(bandit.priors), (episodes, 1, 1))
    rewards = np.zeros((episodes, bandit.pulls), dtype=bool)
    for pull in range(bandit.pulls):
        arm = player(beliefs, bandit.pulls - pull, rng)
        rewards[:, pull] = rng.random(episodes) < pays[each, arm]
        learned = arm < len(bandit.priors)
        beliefs[each[learned], arm[learned], np.where(rewards[learned, pull], 0, 1)] += 1
    return rewards
