"""Runs of a second or less, and how to tell whether two of them ended alike."""

from dataclasses import replace

from companion.alphazero.learning import LearningSettings
from companion.alphazero.loop import LoopSettings, Run, new_run, remaining
from companion.alphazero.network import NetworkSettings, PolicyValueNet
from companion.alphazero.self_play import SelfPlaySettings
from companion.games.board import CONNECT_THREE
from companion.lab.streams import Streams

SMALL = LoopSettings(
    board=CONNECT_THREE,
    network=NetworkSettings(8, 1, 16),
    play=SelfPlaySettings(games=16, simulations=8, quick_simulations=4, random_opening=3),
    learning=LearningSettings(batch=64, reuse=3.0),
    iterations=4,
    positions=150,
    window=700,
)
"""A window so short that the ring of a longer run goes around."""

LONG = replace(SMALL, iterations=24, positions=100)
"""Long enough to be killed in the middle."""


def finished(settings: LoopSettings, seed: int) -> Run:
    run, streams = new_run(settings, Streams(seed)), Streams(seed)
    for _ in remaining(run, settings, streams):
        pass
    return run


def weights_of(network: PolicyValueNet) -> dict[str, bytes]:
    """To the last bit."""
    return {name: tensor.numpy().tobytes() for name, tensor in network.state_dict().items()}
