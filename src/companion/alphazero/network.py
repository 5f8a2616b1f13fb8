"""A small residual network with two heads: a policy over columns and a value (He et al. 2016; Silver et al. 2017)."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from companion.games.board import Board


class Prediction(NamedTuple):
    """What the network says of n positions, for the player to move."""

    logits: Float[Tensor, "n columns"]
    value: Float[Tensor, " n"]  # expected outcome, from -1 to 1


@dataclass(frozen=True)
class NetworkSettings:
    """Width and depth. The default has 80 thousand parameters."""

    channels: int = 32
    blocks: int = 3
    hidden: int = 64

    def __post_init__(self) -> None:
        if min(self.channels, self.hidden) < 1 or self.blocks < 0:
            raise ValueError(
                "a network needs at least one channel, one hidden unit and no negative number of blocks"
            )


class Block(nn.Module):
    """x + f(x). The second convolution starts at zero, so that a new block is silent and no batch norm is needed
    (Zhang, Dauphin and Ma 2019, "Fixup initialization")."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(
        self, x: Float[Tensor, "n channels rows columns"]
    ) -> Float[Tensor, "n channels rows columns"]:
        """The same shape out as in."""
        inner = functional.relu(self.first(x), inplace=True)
        return functional.relu(self.second(inner).add_(x), inplace=True)


class PolicyValueNet(nn.Module):
    """Two planes of stones in, policy logits and a value out."""

    def __init__(self, board: Board, settings: NetworkSettings) -> None:
        super().__init__()
        channels, squeezed = settings.channels, 8
        self.columns = board.columns
        self.stem = nn.Conv2d(2, channels, 3, padding=1)
        self.blocks = nn.Sequential(*(Block(channels) for _ in range(settings.blocks)))
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.hidden = nn.Linear(squeezed * board.size, settings.hidden)
        self.heads = nn.Linear(settings.hidden, board.columns + 1)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def residual(self) -> list[Block]:
        """The blocks, in order."""
        return [block for block in self.blocks if isinstance(block, Block)]

    def forward(self, planes: Float[Tensor, "n 2 rows columns"]) -> Prediction:
        """Both heads for a batch of positions."""
        x = self.blocks(functional.relu(self.stem(planes.to(self.stem.weight.dtype)), inplace=True))
        x = functional.relu(self.squeeze(x), inplace=True).flatten(1)
        hidden = functional.relu(self.hidden(x))
        return self.split(self.heads(hidden.to(self.heads.weight.dtype)))

    def split(self, out: Float[Tensor, "n outputs"]) -> Prediction:
        """The last layer's outputs as the two heads."""
        return Prediction(out[:, : self.columns], out[:, self.columns].tanh())


def new_network(board: Board, settings: NetworkSettings, seed: int) -> PolicyValueNet:
    """A network with the initial weights of this seed; torch's global generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return PolicyValueNet(board, settings)
