"""One attention layer, trained on in-context regression, against one step of gradient descent.

A context is read as tokens (x_i, y_i) and a question (x, 0). One head of linear attention over N examples writes

    prediction = [P V mean_i e_i (K e_i . Q e)]_y

which, as a function of the labels, is x^T M mean_i(y_i x_i) plus terms even in y. A step of gradient descent from
w = 0 on the squared error, at rate eta, predicts the same with M = eta I. Training decides what M becomes
(von Oswald et al. 2023, section 2 and proposition 1; Ahn et al. 2023, theorem 1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from companion.fast_learners.linear_tasks import Contexts, LinearTask

Attention = Literal["linear", "softmax"]

Labels = Literal["true", "shuffled"]
"""Whether the examples' labels in training belong to the function in question or to another one of the batch."""


@dataclass(frozen=True)
class AttentionSettings:
    """How the layer is trained. `steps=0` leaves it untrained."""

    attention: Attention = "linear"
    labels: Labels = "true"
    examples: int = 10
    steps: int = 1500
    contexts: int = 256
    learning_rate: float = 1e-2
    gradient_norm: float = 1.0

    def __post_init__(self) -> None:
        if self.attention not in get_args(Attention):
            raise ValueError(f"attention must be one of {get_args(Attention)}, not {self.attention!r}")
        if self.labels not in get_args(Labels):
            raise ValueError(f"labels must be one of {get_args(Labels)}, not {self.labels!r}")
        if min(self.examples, self.contexts) < 1 or self.steps < 0:
            raise ValueError("examples and contexts must be at least 1, and steps not negative")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate must be positive, not {self.learning_rate}")


class AttentionLayer(nn.Module):
    """One head over tokens (x, y); it writes its answer into the y of the question."""

    def __init__(self, dimension: int, attention: Attention, generator: torch.Generator) -> None:
        super().__init__()
        self.attention = attention
        shape, std = (dimension + 1, dimension + 1), (dimension + 1) ** -0.5 / 2
        self.query, self.key, self.value, self.projection = (
            nn.Parameter(std * torch.randn(shape, generator=generator)) for _ in range(4)
        )

    def forward(self, contexts: Contexts) -> Float[Tensor, " contexts"]:
        """The prediction for the last input, from all examples before it."""
        tokens = torch.cat([contexts.inputs, contexts.targets[..., None]], dim=-1)
        examples, question = tokens[:, :-1], nn.functional.pad(contexts.inputs[:, -1], (0, 1))
        scores = (examples @ self.key.T @ (question @ self.query.T)[..., None])[..., 0]
        weights = scores / scores.shape[1] if self.attention == "linear" else scores.softmax(1)
        return (weights[:, None] @ examples)[:, 0] @ self.value.T @ self.projection[-1]

    def effective_matrix(self) -> Float[Tensor, "dimension dimension"]:
        """M, from the weights alone: the part of a linear layer that is odd in the labels is x^T M mean(y_i x_i)."""
        read = (self.key.T @ self.query)[:, :-1]  # what of an example meets what of the question's x
        write = self.projection[-1] @ self.value  # what of an example reaches the question's y
        return (write[-1] * read[:-1].T + torch.outer(read[-1], write[:-1])).detach()


def train(
    settings: AttentionSettings,
    task: LinearTask,
    rng: np.random.Generator,
    on_step: Callable[[int, AttentionLayer, float], None] | None = None,
) -> AttentionLayer:
    """Adam on the squared error of the question's answer; `on_step(step, layer, loss)` runs before every update."""
    generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
    layer = AttentionLayer(task.dimension, settings.attention, generator)
    optimizer = torch.optim.Adam(layer.parameters(), lr=settings.learning_rate)
    for step in range(settings.steps):
        contexts = task.draw(settings.contexts, settings.examples + 1, rng)
        shown = contexts if settings.labels == "true" else exchange_labels(contexts)
        loss = (layer(shown) - contexts.targets[:, -1]).square().mean()
        if on_step is not None:
            on_step(step, layer, loss.item())
        if not loss.isfinite():
            raise FloatingPointError(f"Attention diverged at step {step}: lower the learning rate.")
        optimizer.param_groups[0]["lr"] = settings.learning_rate * (1 - step / settings.steps)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(layer.parameters(), settings.gradient_norm)
        optimizer.step()
    return layer


@torch.no_grad()
def answers(layer: AttentionLayer, contexts: Contexts) -> Float[Tensor, " contexts"]:
    """The frozen layer's predictions."""
    predicted: Tensor = layer(contexts)
    return predicted


def exchange_labels(contexts: Contexts) -> Contexts:
    """Every context's labels go to the next one: the examples then say nothing about the function in question."""
    return contexts._replace(targets=contexts.targets.roll(1, dims=0))


def descent_step(contexts: Contexts, rate: Float[Tensor, "*d_d"]) -> Float[Tensor, " contexts"]:
    """Predict the last target after one step of gradient descent from w = 0 on the examples' squared error.

    `rate` is eta, or a matrix that preconditions the gradient: w = M mean(y_i x_i).
    """
    gradient = (contexts.targets[:, :-1, None] * contexts.inputs[:, :-1]).mean(1)
    weights = gradient @ rate.T if rate.ndim == 2 else rate * gradient
    return (contexts.inputs[:, -1] * weights).sum(-1)


def best_preconditioner(task: LinearTask, examples: int) -> Float[Tensor, "d d"]:
    """The M with the least expected squared error (Ahn et al. 2023, theorem 1): M = Lambda B^-1."""
    return torch.from_numpy(np.diag(task.variances / gradient_second_moment(task, examples))).float()


def best_rate(task: LinearTask, examples: int) -> Float[Tensor, ""]:
    """The eta with the least expected squared error, the best multiple of I: tr(Lambda^2) / tr(Lambda B)."""
    variances, second_moment = task.variances, gradient_second_moment(task, examples)
    return torch.tensor((variances**2).sum() / (variances * second_moment).sum()).float()


def gradient_second_moment(task: LinearTask, examples: int) -> Float[np.ndarray, " d"]:
    """The diagonal of B = E[g g^T] / target_scale^2 for the gradient g = mean_i(y_i x_i) of N Gaussian examples.

    With S = mean_i(x_i x_i^T), B = E[S^2] + noise^2 Lambda / N / target_scale^2, and by Isserlis' theorem
    E[S^2] = ((N + 1) Lambda^2 + tr(Lambda) Lambda) / N.
    """
    variances = task.variances
    noise = (task.noise / task.target_scale) ** 2
    return ((examples + 1) * variances**2 + (variances.sum() + noise) * variances) / examples


def explained(predictions: Float[Tensor, " n"], reference: Float[Tensor, " n"]) -> float:
    """R^2 without a refit: the share of the reference's variance that the predictions reproduce (1: the same)."""
    residual = (predictions - reference).square().sum()
    return float(1 - residual / (reference - reference.mean()).square().sum())


def correlation(predictions: Float[Tensor, " n"], reference: Float[Tensor, " n"]) -> float:
    """Pearson's; it does not see a wrong rate, `explained` does."""
    return float(torch.corrcoef(torch.stack([predictions, reference]))[0, 1])
