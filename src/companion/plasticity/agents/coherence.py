"""Do answers hang together? The mean product of two answers about one trait, each signed by which side it takes.

Answers count with their probabilities: an answer is 1 or -1 if it is sure to take one side of the trait or the other,
and the product of two is what answers drawn from them would give on average. It is 1 where all take one side and 0
where they fall as coins do. The two answers are to different questions, or to one question in different framings.
"""

import numpy as np
from jaxtyping import Float, Int

from companion.plasticity.conversation.world import TRAIT_OF, TRAITS, TURNED

Signed = Float[np.ndarray, "rows traits asked"]


def signed(yes: Float[np.ndarray, "rows framings 16"]) -> Signed:
    """Which side of its trait each answer takes, from -1 to 1, by trait."""
    sides = (2 * yes - 1) * TURNED
    return np.stack([sides[:, :, trait == TRAIT_OF].reshape(len(yes), -1) for trait in range(TRAITS)], 1)


def products(first: Signed, second: Signed) -> Float[np.ndarray, " rows"]:
    """The mean product of an answer of the first and one of the second to another question, over traits."""
    asked = first.shape[2]
    all_pairs = first.sum(2) * second.sum(2) - (first * second).sum(2)
    return (all_pairs / (asked * (asked - 1))).mean(1)


def within(first: Signed, second: Signed) -> float:
    """Coherence of answers with those of the same conversation, now or at another time."""
    return float(products(first, second).mean())


def across(first: Signed, second: Signed, topic: Int[np.ndarray, " rows"]) -> float:
    """Coherence of answers with those of other conversations on the same topic."""
    total, pairs = 0.0, 0
    for each in np.unique(topic):
        one, other = first[topic == each], second[topic == each]
        all_pairs = products(one.sum(0, keepdims=True), other.sum(0, keepdims=True))
        total += float(all_pairs[0] - products(one, other).sum())
        pairs += len(one) * (len(one) - 1)
    return total / max(pairs, 1)
