"""A table that remembers the last position of each slot."""

import numpy as np
from numba import njit

from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.search.cache import READY, entry, forget, new_cache


@njit
def write(board: Board, cache: np.ndarray, key: int) -> None:
    """As kernels write, the loop over the board's columns included: numba has lost such writes."""
    known = entry(cache, key)
    known.key, known.row, known.value = key, READY, key % 1000
    for move in range(board.columns):
        known.prior[move] = key % 100 + move


def test_what_is_written_is_found_again_until_another_takes_the_slot() -> None:
    cache, keys = new_cache(CONNECT_THREE, 4), np.random.default_rng(0).integers(1, 2**49, size=100).tolist()
    for key in keys:
        write(CONNECT_THREE, cache, key)
        found = entry(cache, key)
        assert (found["key"], found["row"], found["value"]) == (key, READY, key % 1000)
        assert found["prior"].tolist() == [key % 100 + move for move in range(5)]
    assert set(cache["key"].tolist()) < set(keys)
    assert len(set(cache["key"].tolist())) == 16


def test_keys_spread_over_the_slots() -> None:
    """Neighboring keys, as neighboring positions have: 4,096 thrown at random fill 63% of as many slots."""
    cache = new_cache(CONNECT_FOUR, 12)
    for key in range(1, 4097):
        write(CONNECT_FOUR, cache, key)
    assert (cache["key"] != 0).mean() > 0.55


def test_one_slot_holds_one_position() -> None:
    cache = new_cache(CONNECT_FOUR, 0)
    for key in (5, 7):
        write(CONNECT_FOUR, cache, key)
    assert cache["key"].tolist() == [7]


def test_forgetting_empties_every_slot() -> None:
    cache = new_cache(CONNECT_FOUR, 3)
    cache["key"] = 9
    forget(cache)
    assert not cache["key"].any()
