"""Next-word prediction where a label says so: texts in which only some words are anybody's to choose."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional
from transformers import LlamaForCausalLM

from companion.transformer.forward import read
from companion.transformer.training import TrainingSettings, optimizers

UNLABELED: Final = -100
"""Marks a position after which nothing is to be predicted."""


class Lesson(NamedTuple):
    """Texts of equal length, and for each position the word to predict after it."""

    tokens: Int[np.ndarray, "rows time"]
    labels: Int[np.ndarray, "rows time"]


@dataclass
class Learner:
    """All that changes during a training: the model, and Muon and AdamW, each with its peak rate."""

    model: LlamaForCausalLM
    pairs: list[tuple[torch.optim.Optimizer, float]]
    gradient_norm: float = 1.0

    def descend(self, loss: Float[Tensor, ""], share: float) -> None:
        """One step at a share of the peak rates; raises FloatingPointError where the loss is not finite."""
        if not loss.isfinite():
            raise FloatingPointError("Training diverged: lower the learning rate.")
        self.model.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.gradient_norm)
        for optimizer, rate in self.pairs:
            optimizer.param_groups[0]["lr"] = rate * share
            optimizer.step()


def learner(model: LlamaForCausalLM, matrix_rate: float = 0.02, other_rate: float = 3e-3) -> Learner:
    """A training that has not begun; the model is changed in place."""
    return Learner(model, optimizers(model, TrainingSettings(matrix_rate=matrix_rate, other_rate=other_rate)))


def prediction_loss(model: LlamaForCausalLM, lesson: Lesson) -> Float[Tensor, ""]:
    """Mean cross-entropy over what is labeled."""
    tokens, labels = torch.from_numpy(lesson.tokens), torch.from_numpy(lesson.labels)
    counted = labels != UNLABELED
    return functional.cross_entropy(model.lm_head(read(model, tokens).hidden[counted]), labels[counted])


def rising_and_falling(done: float, step: int, warmup: int = 50, falling: float = 0.6) -> float:
    """The share of the peak rates: rising over the first steps, falling from a share of the training on."""
    return min(1.0, (step + 1) / warmup) * max(0.02, min(1.0, (1 - done) / (1 - falling)))
