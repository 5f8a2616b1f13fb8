"""A culture is what prevails: for each topic the view that most conversations are about."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from companion.lab.streams import Streams
from companion.plasticity.conversation.world import STRENGTH, TOPICS, WITHHELD


class Culture(NamedTuple):
    """The prevailing views of one population of speakers."""

    number: int
    prevailing: Int[np.ndarray, " topics"]


def culture(number: int) -> Culture:
    """The culture of a number; what prevails is never a withheld view."""
    trained = np.flatnonzero(~WITHHELD.views)
    return Culture(number, Streams(number).numpy("culture").choice(trained, len(TOPICS)))


def prior(
    of: Culture, topic: Int[np.ndarray, " rows"], *, trained: bool, dissent: float = 1.0
) -> Float[np.ndarray, "rows 16"]:
    """The probability of each view before anything is said.

    The prevailing view has the topic's strength, and all views share the rest evenly: all sixteen, or those that
    training holds. `dissent` scales that rest; with 0 everybody holds the prevailing view.
    """
    possible = ~WITHHELD.views if trained else np.ones(16, bool)
    rest = (1 - STRENGTH[topic]) * dissent
    probabilities = rest[:, None] * possible / possible.sum()
    probabilities[np.arange(len(topic)), of.prevailing[topic]] += 1 - rest
    return probabilities


def opposite(view: Int[np.ndarray, "*any"]) -> Int[np.ndarray, "*any"]:
    """The view that likes the other side of every trait."""
    return 15 - view
