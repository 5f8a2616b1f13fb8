"""What an experiment says of the runs and test sets it uses: plain numbers, so that listing experiments loads fast."""

from dataclasses import dataclass
from typing import Literal

Variant = Literal[
    "search", "empty-board", "no-search", "shuffled",
    "sees-outcome", "sees-own", "blind-outcome", "blind-own", "blind-shuffled", "long",
]  # fmt: skip
"""How a run differs from the loop as it should be.

search            the loop as it should be
empty-board       every game begins on the empty board
no-search         the policy learns from itself: no simulation, no noise, the prior is player and target
shuffled          each position learns the targets of another
sees-*, blind-*   whether the search sees how games end
*-outcome, *-own  whether the value learns from the game's outcome or from the search's own value
blind-shuffled    blind, own value, and the targets of another position
long              the loop as it should be, with a larger network and for longer
"""


@dataclass(frozen=True)
class Recipe:
    """A training run, from the first game to the last."""

    iterations: int = 80
    moments: tuple[int, ...] = (0, 1, 2, 5, 10, 20, 40, 80)  # iterations after which the network is kept
    positions: int = 4000  # kept in each iteration
    window: int = 150_000  # positions in the replay
    games: int = 256  # at a time
    simulations: int = 64  # in a full search
    quick_simulations: int = 8
    full_share: float = 0.5  # of moves
    random_opening: int = 8  # uniformly random moves at the start of a game, at most
    channels: int = 32
    blocks: int = 3
    batch: int = 256
    reuse: float = 4.0  # how often a position is learned from, on average
    learning_rate: float = 2e-3


@dataclass(frozen=True)
class TestSet:
    """Off-policy problems: how many positions of semi-random games are looked at, and from which plies."""

    candidates: int = 4000
    first_ply: int = 12
    last_ply: int = 30
    seed: int = 1  # pilots used other sets

    __test__ = False  # pytest: not a test class


SHORT = Recipe(iterations=24, moments=(0, 24))
"""A minute and a half of one core."""

LONG = Recipe(iterations=240, moments=(0, 240), window=400_000, channels=64)
"""An hour and more of one core; it serves only to tell how strong the loop becomes."""

LIVE = Recipe(iterations=3, moments=(0, 1, 2, 3), positions=3000)
"""A quarter of a minute, to be repeated by whoever doubts."""

TINY = Recipe(
    iterations=2,
    moments=(0, 1, 2),
    positions=100,
    window=700,
    games=8,
    simulations=8,
    quick_simulations=2,
    channels=4,
    blocks=1,
    batch=32,
)
TINY_TESTS = TestSet(candidates=60, first_ply=24, seed=3)
"""Seconds, for tests."""
