"""Random numbers as a function of what they are for, so that no schedule of games or threads can change them.

A key is made of names (seed, game, ply); the i-th number of a key is a hash of key and i. The hash is the finalizer of
SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"); a counter-based generator in
the sense of Salmon et al. (2011). Integers wrap around at 64 bits.
"""

import numpy as np

from companion.compiled import kernel

GOLDEN = -7046029254386353131  # 2^64 / golden ratio, as a signed integer; so are the two factors below


@kernel
def mixed(bits: int) -> int:
    """A hash of 64 bits; every output bit depends on every input bit."""
    bits = (bits ^ (bits >> 30 & (1 << 34) - 1)) * -4658895280553007687
    bits = (bits ^ (bits >> 27 & (1 << 37) - 1)) * -7723592293110705685
    return bits ^ (bits >> 31 & (1 << 33) - 1)


@kernel
def key_of(seed: int, first: int, second: int) -> int:
    """A key for draws that belong to (seed, first, second), such as (seed, game, ply)."""
    return mixed(mixed(mixed(seed + GOLDEN) + first * GOLDEN) + second * GOLDEN)


@kernel
def uniform(key: int, draw: int) -> float:
    """The draw-th number of a key, uniform in (0, 1)."""
    bits = mixed(key + (draw + 1) * GOLDEN) >> 12 & (1 << 52) - 1
    return (bits + 0.5) * 2.0**-52


@kernel
def exponential(key: int, draw: int) -> float:
    """The draw-th number of a key, from the standard exponential distribution."""
    return -np.log(uniform(key, draw))


@kernel
def gumbel(key: int, draw: int) -> float:
    """The draw-th number of a key, from the standard Gumbel distribution."""
    return -np.log(exponential(key, draw))
