"""Intervals over independent seeds.

The t-interval holds on few, roughly normal seeds, where the percentile bootstrap under-covers. Counts at a ceiling
get a Clopper-Pearson interval as well, because a variance of zero over seeds does not mean certainty.
"""

from collections.abc import Sequence

import numpy as np
from scipy import special

Interval = tuple[float, float]


def t_interval(values: Sequence[float], level: float = 0.95) -> Interval | None:
    """Student's t-interval for the mean of independent values; None for fewer than two values."""
    n = len(values)
    if n < 2:
        return None
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1)) / n**0.5
    half = float(special.stdtrit(n - 1, 0.5 + level / 2)) * error
    return mean - half, mean + half


def clopper_pearson(hits: int, trials: int, level: float = 0.95) -> Interval:
    """The exact binomial interval of Clopper and Pearson (1934) for a proportion."""
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(special.betaincinv(hits, trials - hits + 1, tail))
    high = 1.0 if hits == trials else float(special.betaincinv(hits + 1, trials - hits, 1 - tail))
    return low, high


def share_interval(hits: Sequence[int], trials: Sequence[int], level: float = 0.95) -> Interval | None:
    """The t-interval of shares over seeds; at zero variance or a ceiling, the wider of it and Clopper-Pearson's."""
    shares = [h / n for h, n in zip(hits, trials, strict=True)]
    over_seeds = t_interval(shares, level)
    at_ceiling = len(set(shares)) == 1 or min(shares) == 0.0 or max(shares) == 1.0
    if over_seeds is None or not at_ceiling:
        return over_seeds
    over_items = clopper_pearson(sum(hits), sum(trials), level)
    return max(over_seeds, over_items, key=lambda interval: interval[1] - interval[0])


def prediction_interval(values: Sequence[float], new: int, level: float = 0.99) -> Interval:
    """Where the mean of `new` further values should fall, given `values` from the same normal distribution."""
    n = len(values)
    mean, deviation = float(np.mean(values)), float(np.std(values, ddof=1))
    half = float(special.stdtrit(n - 1, 0.5 + level / 2)) * deviation * (1 / n + 1 / new) ** 0.5
    return mean - half, mean + half
