"""Keyed numbers against published SplitMix64 output, the moments they should have, and each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.search.randomness import GOLDEN, exponential, gumbel, key_of, mixed, uniform

WORD = 2**64
keys = st.integers(-(2**63), 2**63 - 1)


def signed(word: int) -> int:
    return (word + 2**63) % WORD - 2**63


def unmixed(word: int) -> int:
    """The inverse of SplitMix64's finalizer, in unbounded integers: undo each step, last first."""

    def unshift(bits: int, by: int) -> int:
        whole = bits
        for _ in range(64 // by):
            whole = bits ^ whole >> by
        return whole

    bits = unshift(word % WORD, 31) * pow(0x94D049BB133111EB, -1, WORD) % WORD
    bits = unshift(bits, 27) * pow(0xBF58476D1CE4E5B9, -1, WORD) % WORD
    return unshift(bits, 30)


def test_published_output_of_splitmix64() -> None:
    """The first numbers after seed 1234567, as many libraries test them."""
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    assert [mixed(signed(1234567 + n * GOLDEN)) % WORD for n in range(1, 5)] == published


@given(keys)
def test_the_hash_can_be_undone_so_that_different_bits_stay_different(bits: int) -> None:
    assert signed(unmixed(mixed(bits))) == bits


@pytest.mark.parametrize("word", [0, WORD - 1, 1 << 63, (1 << 63) - 1])
def test_extreme_bits_stay_inside_the_interval(word: int) -> None:
    key = signed(unmixed(word) - GOLDEN)
    assert 0 < uniform(key, 0) < 1
    assert np.isfinite([exponential(key, 0), gumbel(key, 0)]).all()
    assert exponential(key, 0) > 0


@pytest.mark.parametrize(
    ("draw", "mean", "variance"),
    [(uniform, 1 / 2, 1 / 12), (exponential, 1, 1), (gumbel, np.euler_gamma, np.pi**2 / 6)],
)
def test_moments(draw: object, mean: float, variance: float) -> None:
    key = key_of(0, 1, 2)
    drawn = np.array([draw(key, n) for n in range(40_000)])
    assert abs(drawn.mean() - mean) < 4 * (variance / 40_000) ** 0.5
    assert drawn.var() == pytest.approx(variance, rel=0.05)


def test_uniform_numbers_fill_every_part_alike() -> None:
    key = key_of(3, 0, 0)
    counts = np.bincount([int(uniform(key, n) * 100) for n in range(40_000)], minlength=100)
    assert (
        (counts - 400) ** 2 / 400
    ).sum() < 150  # chi-square with 99 degrees: beyond 150 once in 1,500 times


def test_neighboring_seeds_games_and_plies_share_nothing() -> None:
    names = [(seed, game, ply) for seed in range(3) for game in range(3) for ply in range(3)]
    drawn = np.array([[uniform(key_of(*name), n) for n in range(3000)] for name in names])
    assert np.abs(np.corrcoef(drawn) - np.eye(len(names))).max() < 0.09
    lagged = np.corrcoef(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())[0, 1]
    assert abs(lagged) < 4 / drawn.size**0.5
    assert len(np.unique(drawn)) == drawn.size


def test_the_order_of_the_names_matters() -> None:
    names = [(s, g, p) for s in range(8) for g in range(8) for p in range(8)]
    assert len({key_of(*name) for name in names}) == len(names)
