"""The loop: play with search, learn from what the search found, repeat (Silver et al. 2018)."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch

from companion.alphazero.evaluator import network_evaluator
from companion.alphazero.learning import LearningSettings, learn, new_optimizer
from companion.alphazero.network import NetworkSettings, PolicyValueNet, new_network
from companion.alphazero.replay import Replay, new_replay
from companion.alphazero.self_play import SelfPlaySettings, Tally, new_games, self_play
from companion.games.board import CONNECT_FOUR, Board
from companion.lab.streams import Streams
from companion.search.evaluator import Evaluate
from companion.search.settings import SearchSettings

Evaluator = Callable[[Board, PolicyValueNet], Evaluate]


@dataclass(frozen=True)
class LoopSettings:
    """A whole run."""

    board: Board = CONNECT_FOUR
    network: NetworkSettings = field(default_factory=NetworkSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    play: SelfPlaySettings = field(default_factory=SelfPlaySettings)
    learning: LearningSettings = field(default_factory=LearningSettings)
    iterations: int = 30
    positions: int = 4000
    """New positions kept in each iteration."""
    window: int = 150_000
    """Positions in the replay."""

    def __post_init__(self) -> None:
        smallest = 2 * self.play.games * self.board.size
        if min(self.iterations, self.positions) < 1 or self.window < smallest:
            raise ValueError(f"a run needs iterations and positions, and a window of at least {smallest}")

    @property
    def steps(self) -> int:
        """Gradient steps in each iteration."""
        return max(1, round(self.positions * self.learning.reuse / self.learning.batch))


@dataclass
class Run:
    """Everything that changes in the loop."""

    network: PolicyValueNet
    optimizer: torch.optim.AdamW
    replay: Replay
    games: np.ndarray
    iteration: int = 0


class Report(NamedTuple):
    """How an iteration went."""

    iteration: int  # counted from 1
    tally: Tally
    policy_loss: float
    value_loss: float


def new_run(settings: LoopSettings, streams: Streams, device: str = "cpu") -> Run:
    """Initial weights, an empty replay, games at their openings."""
    network = new_network(settings.board, settings.network, streams.seed("network")).to(device)
    games = new_games(settings.board, settings.play, streams.seed("self-play"))
    return Run(
        network, new_optimizer(network, settings.learning), new_replay(settings.board, settings.window), games
    )


def iterate(
    run: Run, settings: LoopSettings, streams: Streams, evaluator: Evaluator = network_evaluator
) -> Report:
    """Once around the loop; the evaluator says how the games see a frozen network (see quantized.py for another)."""
    board = settings.board
    evaluate = evaluator(board, run.network)
    tally = self_play(
        board,
        run.games,
        run.replay,
        evaluate,
        settings.positions,
        settings.play,
        settings.search,
        streams.seed("self-play"),
    )
    random = streams.numpy(f"learning {run.iteration}")
    progress = run.iteration / settings.iterations
    losses = learn(
        board, run.network, run.optimizer, run.replay, settings.learning, settings.steps, progress, random
    )
    run.iteration += 1
    return Report(run.iteration, tally, float(losses.policy), float(losses.value))


def remaining(
    run: Run, settings: LoopSettings, streams: Streams, evaluator: Evaluator = network_evaluator
) -> Iterator[Report]:
    """Go around until the settings' last iteration; the run holds the state between reports."""
    for _ in itertools.count():
        if run.iteration >= settings.iterations:
            return
        yield iterate(run, settings, streams, evaluator)
