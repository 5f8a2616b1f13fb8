"""Randomness: the same key gives the same stream, any other key an unrelated one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from companion.lab.streams import Streams


@given(st.integers(0, 2**40), st.text(max_size=20))
def test_a_key_always_gives_the_same_stream(seed: int, name: str) -> None:
    first, second = Streams(seed).numpy(name).random(4), Streams(seed).numpy(name).random(4)
    assert np.array_equal(first, second)
    assert Streams(seed).seed(name) == Streams(seed).seed(name)
    assert 0 <= Streams(seed).seed(name) < 2**63


def test_neighboring_seeds_and_names_share_nothing() -> None:
    drawn = [
        Streams(seed).numpy(name).standard_normal(2000)
        for seed in range(4)
        for name in ("data", "init", "data2")
    ]
    correlation = np.corrcoef(drawn) - np.eye(len(drawn))
    assert np.abs(correlation).max() < 0.1
    assert len({Streams(seed).seed(name) for seed in range(200) for name in ("a", "b")}) == 400
