"""In-context linear regression: every context is a new linear function, shown by examples of it.

The examples are y = w . x + noise, with w from N(0, target_scale^2 I) and x from N(0, input_scale^2 Lambda). Lambda is
diagonal with trace d; the ratio of its largest to its smallest eigenvalue is `condition` (1: isotropic). The setting
is that of Garg et al. 2022, section 3, and, with Lambda, of Ahn et al. 2023, section 3.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor


class Contexts(NamedTuple):
    """Examples of one function each, in the order of reading; the last one can serve as the question."""

    inputs: Float[Tensor, "contexts examples dimension"]
    targets: Float[Tensor, "contexts examples"]


@dataclass(frozen=True)
class LinearTask:
    """A distribution over linear functions of `dimension` inputs, and over the inputs they are shown on."""

    dimension: int = 5
    condition: float = 1.0
    input_scale: float = 1.0
    target_scale: float = 1.0
    noise: float = 0.0  # standard deviation, in the units of y

    def __post_init__(self) -> None:
        if self.dimension < 1:
            raise ValueError(f"dimension must be at least 1, not {self.dimension}")
        if self.condition < 1:
            raise ValueError(f"condition must be at least 1, not {self.condition}")
        if self.input_scale <= 0 or self.target_scale <= 0:
            raise ValueError(f"scales must be positive, not {self.input_scale} and {self.target_scale}")
        if self.noise < 0:
            raise ValueError(f"noise must not be negative, not {self.noise}")

    @property
    def variances(self) -> Float[np.ndarray, " {self.dimension}"]:
        """The eigenvalues of the inputs' covariance, largest first."""
        eigenvalues = np.geomspace(self.condition, 1.0, self.dimension)
        return self.input_scale**2 * self.dimension * eigenvalues / eigenvalues.sum()

    def draw(self, contexts: int, examples: int, rng: np.random.Generator) -> Contexts:
        """New functions, each shown on `examples` inputs (float32)."""
        shape = (contexts, examples, self.dimension)
        inputs = rng.standard_normal(shape, dtype=np.float32) * np.sqrt(self.variances, dtype=np.float32)
        weights = self.target_scale * rng.standard_normal((contexts, self.dimension, 1), dtype=np.float32)
        noise = self.noise * rng.standard_normal(shape[:2], dtype=np.float32)
        return Contexts(torch.from_numpy(inputs), torch.from_numpy((inputs @ weights)[..., 0] + noise))

    @property
    def target_variance(self) -> float:
        """The squared error of always answering 0: chance."""
        return self.target_scale**2 * float(self.variances.sum()) + self.noise**2
