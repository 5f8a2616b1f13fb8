"""A game in the words of ladder.py: the amplifier is tree search, and the lesson is where the search looked.

Connect Three, on five columns and four rows, is small enough that a round of the loop takes a second.
"""

import copy
from typing import Literal

import numpy as np

from companion.alphazero.evaluator import network_evaluator
from companion.alphazero.learning import LearningSettings, new_optimizer
from companion.alphazero.loop import LoopSettings, Run, iterate, new_run
from companion.alphazero.network import NetworkSettings, PolicyValueNet
from companion.alphazero.problems import Problems, off_policy, own_games
from companion.alphazero.replay import new_replay
from companion.alphazero.self_play import SelfPlaySettings, new_games
from companion.alphazero.strength import moves_by_budget
from companion.games.board import CONNECT_THREE as BOARD
from companion.lab.streams import Streams
from companion.one_shape.information import divergence
from companion.one_shape.ladder import Asked
from companion.one_shape.recipe import GameSettings
from companion.search.settings import SearchSettings

Lesson = Literal["search", "shuffled"]
"""Where the search of a position looked, or, as a control, that of another position."""


def loop_of(settings: GameSettings, rounds: int, positions: int, lesson: Lesson) -> LoopSettings:
    """The loop of the AlphaZero chapter on the small board; every move is searched in full and learned from."""
    play = SelfPlaySettings(
        games=settings.games,
        simulations=settings.simulations,
        full_share=1.0,
        random_opening=settings.opening,
    )
    learning = LearningSettings(
        learning_rate=settings.learning_rate, targets="shuffled" if lesson == "shuffled" else "own"
    )
    network = NetworkSettings(settings.channels, settings.blocks)
    return LoopSettings(BOARD, network, play=play, learning=learning, iterations=rounds,
                        positions=positions, window=settings.window)  # fmt: skip


def problems_of(settings: GameSettings, streams: Streams) -> Problems:
    """Positions of semi-random games in which the choice of a move matters, with the moves that keep the outcome."""
    return off_policy(BOARD, settings.candidates, (2, 14), streams.seed("problems"))


def weak_network(settings: GameSettings, streams: Streams) -> PolicyValueNet:
    """A prior: the network after a single short turn of the loop."""
    loop = loop_of(settings, 1, settings.prior_positions, "search")
    run = new_run(loop, streams)
    iterate(run, loop, streams)
    return run.network


def begun(network: PolicyValueNet, loop: LoopSettings, streams: Streams) -> Run:
    """A run that goes on from this network, with an empty replay; the network is changed in place."""
    games = new_games(BOARD, loop.play, streams.seed("self-play"))
    return Run(network, new_optimizer(network, loop.learning), new_replay(BOARD, loop.window), games)


def teach(run: Run, loop: LoopSettings, streams: Streams) -> Run:
    """One round: the network plays itself, every move searched, and learns where the searches looked."""
    iterate(run, loop, streams)
    return run


def searched(
    network: PolicyValueNet, settings: GameSettings, rounds: int, lesson: Lesson, streams: Streams
) -> Run:
    """A copy of the network after some rounds, in its run."""
    loop = loop_of(settings, rounds, settings.positions, lesson)
    run = begun(copy.deepcopy(network), loop, streams)
    for _ in range(rounds):
        teach(run, loop, streams)
    return run


def ask(network: PolicyValueNet, problems: Problems, simulations: int) -> Asked:
    """The likeliest move of the network alone, and the move that a search with it likes best."""
    moves = moves_by_budget(BOARD, problems, network_evaluator(BOARD, network), (0, simulations))
    right = problems.optimal[np.arange(len(problems.mine)), moves]
    return Asked(right[0], right[1])


def drawn(network: PolicyValueNet, problems: Problems) -> float:
    """How often a legal move drawn from the network's policy is optimal."""
    prior = network_evaluator(BOARD, network)(problems.mine, problems.stones).prior * problems.legal
    return float(((prior * problems.optimal).sum(1) / prior.sum(1)).mean())


def departure(network: PolicyValueNet, settings: GameSettings, streams: Streams) -> float:
    """By how many bits the search of a network departs from its prior, in its own games, averaged over positions."""
    play = loop_of(settings, 1, settings.prior_positions, "search").play
    evaluate, seed = network_evaluator(BOARD, network), streams.seed("departure")
    samples = own_games(BOARD, evaluate, settings.prior_positions, play, SearchSettings(), seed)
    prior = evaluate(samples["mine"].copy(), samples["stones"].copy()).prior
    possible = samples["policy"] > 0
    prior = np.where(possible, prior, 0)
    return divergence(samples["policy"].astype(float), prior / prior.sum(1, keepdims=True))
