"""What the experiments of this chapter say of their games and texts: plain numbers, so that listing them loads fast."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GameSettings:
    """Connect Three on five columns and four rows: a small network, its search, and a round of the loop."""

    channels: int = 16
    blocks: int = 2
    simulations: int = 32  # of the search
    games: int = 64  # at a time
    opening: int = 8  # a game starts with 0 to this many moves at random, which are not learned from
    prior_positions: int = 2000  # searched and learned from, once, to make the weak network
    positions: int = 8000  # searched and learned from in a round
    window: int = 40_000  # positions in the replay
    learning_rate: float = 2e-3
    candidates: int = 3000  # positions of semi-random games looked at for problems, plies 2 to 14


@dataclass(frozen=True)
class OutcomeSettings:
    """The same game without search: games that are played to their ends, and the steps taken on them."""

    games: int = 64  # at a time
    batch: int = 256  # moves in a gradient step; every move is used once
    learning_rate: float = 2e-3
    entropy: float = 0.05  # a bonus for undecided moves, so that games stay different
    weight_decay: float = 1e-2


@dataclass(frozen=True)
class WordSettings:
    """The word problem: how many completions are drawn in a round, and how they are taught."""

    completions: int = 6_400  # drawn in a round
    group: int = 16  # traces of one problem: those that vote, and those drawn for a lesson
    matrix_rate: float = 0.01
    other_rate: float = 1.5e-3
    reward_rate: float = 4e-4  # of reinforcement learning
