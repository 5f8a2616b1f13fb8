"""What a search can be told."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Knobs(NamedTuple):
    """The settings as kernels take them."""

    c_puct: np.float32
    reduction: np.float32
    noise: np.float32
    blind: bool
    considered: int
    value_scale: np.float32


@dataclass(frozen=True)
class SearchSettings:
    """PUCT (Silver et al. 2018), with two options: blind search and Gumbel root selection."""

    c_puct: float = 1.5
    """Weight of the prior against the values found."""
    reduction: float = 0.2
    """How much less than its parent an unvisited move is taken to be worth, once all its siblings are visited
    ("first play urgency"; the square root of the visited prior scales it)."""
    noise: float = 0.0
    """Share of Dirichlet(1) noise in the root's prior: self-play uses 0.25."""
    blind: bool = False
    """The rules never supply an outcome: a finished game backs up the network's value of the position before it."""
    considered: int = 0
    """Gumbel root selection with this many moves considered (Danihelka et al. 2022); 0 is PUCT at the root, too."""
    value_scale: float = 1.0
    """Gumbel only: the c_scale of the paper's sigma, which weighs values against logits."""

    def __post_init__(self) -> None:
        if self.c_puct <= 0 or self.value_scale <= 0:
            raise ValueError("c_puct and value_scale must be positive")
        if not 0 <= self.noise < 1:
            raise ValueError(f"noise is a share from 0 to below 1, not {self.noise}")
        if self.considered < 0 or self.considered == 1:
            raise ValueError(f"considered is 0 (PUCT) or at least 2 moves, not {self.considered}")

    @property
    def knobs(self) -> Knobs:
        """For the kernels."""
        return Knobs(
            np.float32(self.c_puct),
            np.float32(self.reduction),
            np.float32(self.noise),
            self.blind,
            self.considered,
            np.float32(self.value_scale),
        )
