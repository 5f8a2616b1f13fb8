"""How much a lesson says: bits for each decision that it is about."""

import numpy as np
from jaxtyping import Float, Shaped


def entropy(values: Shaped[np.ndarray, " n"]) -> float:
    """Of what occurs among these values, in bits: no more than this can be learned from one of them."""
    shares = np.unique(values, return_counts=True)[1] / len(values)
    return float(-(shares * np.log2(shares)).sum())


def divergence(target: Float[np.ndarray, "n moves"], prior: Float[np.ndarray, "n moves"]) -> float:
    """How far targets are from priors, in bits, on average: the Kullback-Leibler divergence.

    Both are policies and sum to one; where a target has no share, nothing is counted.
    """
    ratio = np.divide(target, prior, out=np.ones_like(target), where=target > 0)
    return float((target * np.log2(ratio)).sum(1).mean())
