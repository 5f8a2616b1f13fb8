"""Gradient steps towards the search's policy and the outcome (Silver et al. 2017, equation 1)."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from companion.alphazero.network import PolicyValueNet
from companion.alphazero.replay import Examples, Replay, draw_examples
from companion.games.board import Board


@dataclass(frozen=True)
class LearningSettings:
    """How the network learns from the replay."""

    batch: int = 256
    reuse: float = 4.0
    """How often a position is drawn, on average, before it leaves the replay."""
    learning_rate: float = 2e-3
    """At the start; it falls to `final_rate` of that along a cosine."""
    final_rate: float = 0.02
    weight_decay: float = 1e-2
    outcome_share: float = 0.5
    """The value's target mixes the game's outcome, with this weight, and the search's own value."""
    targets: Literal["own", "shuffled"] = "own"
    """Whether a position learns its own targets or, as a control, another's."""

    def __post_init__(self) -> None:
        if self.batch < 1 or self.reuse <= 0 or self.learning_rate <= 0:
            raise ValueError("batch, reuse and learning_rate must be positive")
        if not 0 <= self.outcome_share <= 1:
            raise ValueError(f"outcome_share lies between 0 and 1, not at {self.outcome_share}")


class Loss(NamedTuple):
    """The two parts of the loss, means over a batch."""

    policy: Float[Tensor, ""]  # cross-entropy of the network's policy with the search's
    value: Float[Tensor, ""]  # squared error


def loss(network: PolicyValueNet, examples: Examples) -> Loss:
    """How far the network is from its targets."""
    logits, value = network(examples.planes)
    return Loss(functional.cross_entropy(logits, examples.policy), functional.mse_loss(value, examples.value))


def new_optimizer(network: PolicyValueNet, settings: LearningSettings) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter 2019)."""
    return torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, foreach=True
    )


def rate_at(settings: LearningSettings, progress: float) -> float:
    """The learning rate when this share of all steps is done."""
    cosine = 0.5 + 0.5 * float(np.cos(np.pi * min(1.0, progress)))
    return settings.learning_rate * (settings.final_rate + (1 - settings.final_rate) * cosine)


def learn(
    board: Board,
    network: PolicyValueNet,
    optimizer: torch.optim.Optimizer,
    replay: Replay,
    settings: LearningSettings,
    steps: int,
    progress: float,
    random: np.random.Generator,
) -> Loss:
    """Take this many steps at one learning rate; returns the mean loss.

    Raises FloatingPointError where a loss or a weight is no longer finite.
    """
    for group in optimizer.param_groups:
        group["lr"] = rate_at(settings, progress)
    network.train()
    device = next(network.parameters()).device
    totals = torch.zeros(2)
    for _ in range(steps):
        examples = draw_examples(
            board, replay, settings.batch, settings.outcome_share, random, settings.targets == "shuffled"
        )
        losses = loss(network, Examples(*(part.to(device) for part in examples)))
        optimizer.zero_grad()
        (losses.policy + losses.value).backward()
        optimizer.step()
        totals += torch.stack(losses).detach().cpu()
    if not all(bool(numbers.isfinite().all()) for numbers in (totals, *network.parameters())):
        raise FloatingPointError("AlphaZero diverged: lower the learning rate.")
    return Loss(*(totals / max(1, steps)))
