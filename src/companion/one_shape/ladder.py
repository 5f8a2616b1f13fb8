"""The loop that both domains share, and what is read off it.

A *prior* answers at least compute. An *amplifier* spends more compute at the same weights; prior and amplifier together
are the *amplified policy*. Teaching the prior what the amplified policy did gives the *distilled policy*, which is the
prior of the next round. The loop is expert iteration (Anthony et al. 2017); that search is one amplifier among others
is said by Christiano (2017, "AlphaGo Zero and capability amplification").
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
from jaxtyping import Bool, Float

Policy = TypeVar("Policy")

SMALLEST = 0.01
"""The least gain of which a share is taken."""


class Asked(NamedTuple):
    """Which of the same problems a policy gets right, by compute."""

    least: Bool[np.ndarray, " problems"]  # the prior by itself
    amplified: Bool[np.ndarray, " problems"]  # the same weights with the amplifier


class Ladder(NamedTuple):
    """A policy before the first round and after each of them."""

    least: Float[np.ndarray, " moments"]  # accuracy at least compute
    amplified: Float[np.ndarray, " moments"]  # accuracy with the amplifier
    harmed: Float[np.ndarray, " moments"]  # share of all problems that the amplifier spoils

    @property
    def gains(self) -> Float[np.ndarray, " moments"]:
        """What the amplifier adds at fixed weights."""
        return self.amplified - self.least

    @property
    def kept(self) -> Float[np.ndarray, " rounds"]:
        """What each round adds at least compute."""
        return np.diff(self.least)

    @property
    def share_kept(self) -> float:
        """How much of the first gain the last policy has without the amplifier.

        A first gain of less than SMALLEST counts as that much: a share of nothing is no number.
        """
        return float(self.least[-1] - self.least[0]) / max(float(self.gains[0]), SMALLEST)


def climb(
    prior: Policy,
    ask: Callable[[Policy], Asked],
    teach: Callable[[Policy, int], Policy],
    rounds: int,
) -> tuple[Policy, list[Asked]]:
    """Ask; then amplify, distil and ask again, `rounds` times. Returns the last policy and what was asked."""
    policy, asked = prior, [ask(prior)]
    for number in range(rounds):
        policy = teach(policy, number)
        asked.append(ask(policy))
    return policy, asked


def ladder_of(asked: list[Asked]) -> Ladder:
    """Accuracies by moment."""
    return Ladder(
        np.array([answers.least.mean() for answers in asked]),
        np.array([answers.amplified.mean() for answers in asked]),
        np.array([(answers.least & ~answers.amplified).mean() for answers in asked]),
    )
