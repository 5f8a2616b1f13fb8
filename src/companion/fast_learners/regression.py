"""In-context regression: a small transformer reads examples of a new linear function and predicts the next.

After k examples the Bayes agent predicts with the posterior mean of w, which is ridge regression with the noise's
true strength. The question is how close a forward pass comes to it, at every k (Garg et al. 2022, "What can
transformers learn in-context?", sections 2 and 3).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaModel

from companion.fast_learners.linear_tasks import Contexts, LinearTask


@dataclass(frozen=True)
class RegressionSettings:
    """The network, and how it is trained on contexts of up to `examples` examples."""

    width: int = 64
    layers: int = 3
    heads: int = 4
    examples: int = 11
    steps: int = 2000
    contexts: int = 32
    matrix_rate: float = 0.02  # Muon's, for the matrices inside the blocks
    other_rate: float = 2e-3  # AdamW's, for what reads in, reads out and normalizes
    warmup: int = 100
    gradient_norm: float = 1.0

    def __post_init__(self) -> None:
        for name in ("width", "layers", "heads", "examples", "steps", "contexts", "warmup"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.width % (2 * self.heads):
            raise ValueError(f"width must be a multiple of twice the {self.heads} heads, not {self.width}")
        if min(self.matrix_rate, self.other_rate) <= 0:
            raise ValueError("matrix_rate and other_rate must be positive")


class InContextRegressor(nn.Module):
    """A Llama without vocabulary: it reads x_1, (x_1, y_1), x_2, (x_2, y_2), ... and answers at each x."""

    def __init__(self, settings: RegressionSettings, dimension: int) -> None:
        super().__init__()
        width = settings.width
        self.read_in = nn.Linear(dimension + 2, width)
        self.body = LlamaModel(
            LlamaConfig(
                vocab_size=1,
                bos_token_id=None,
                eos_token_id=None,
                hidden_size=width,
                intermediate_size=2 * width,
                num_hidden_layers=settings.layers,
                num_attention_heads=settings.heads,
                use_cache=False,
            )
        )
        self.read_out = nn.Linear(width, 1)

    def forward(self, contexts: Contexts) -> Float[Tensor, "contexts examples"]:
        """Prediction k sees k examples and the next input."""
        hidden = self.body(inputs_embeds=self.read_in(interleave(contexts))).last_hidden_state
        return self.read_out(hidden[:, ::2])[..., 0]


def interleave(contexts: Contexts) -> Float[Tensor, "contexts tokens features"]:
    """Two tokens an example: the question (x, 0, 0), then the example answered (x, y, 1)."""
    inputs, targets = contexts.inputs, contexts.targets[..., None]
    question = torch.cat([inputs, torch.zeros_like(targets), torch.zeros_like(targets)], dim=-1)
    answered = torch.cat([inputs, targets, torch.ones_like(targets)], dim=-1)
    return torch.stack([question, answered], dim=2).flatten(1, 2)


def train(
    settings: RegressionSettings,
    task: LinearTask,
    rng: np.random.Generator,
    on_step: Callable[[int, InContextRegressor, float], None] | None = None,
) -> InContextRegressor:
    """Squared error at every position, new functions in every batch; `on_step(step, network, loss)` comes first."""
    with torch.random.fork_rng(devices=[]):  # transformers draws its weights from the global generator
        torch.manual_seed(int(rng.integers(2**63)))
        network = InContextRegressor(settings, task.dimension)
    optimizers = split_optimizers(network, settings)
    for step in range(settings.steps):
        contexts = task.draw(settings.contexts, settings.examples, rng)
        loss = (network(contexts) - contexts.targets).square().mean()
        if on_step is not None:
            on_step(step, network, loss.item())
        if not loss.isfinite():
            raise FloatingPointError(f"Regression diverged at step {step}: lower the rates.")
        network.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), settings.gradient_norm)
        for optimizer, rate in optimizers:
            optimizer.param_groups[0]["lr"] = rate * schedule(step, settings)
            optimizer.step()
    return network.eval()


@torch.no_grad()
def answers(network: InContextRegressor, contexts: Contexts) -> Float[Tensor, "contexts examples"]:
    """The frozen network's predictions; prediction k has seen k examples."""
    predicted: Tensor = network(contexts)
    return predicted


def split_optimizers(
    network: InContextRegressor, settings: RegressionSettings
) -> list[tuple[torch.optim.Optimizer, float]]:
    """Muon for the matrices inside the blocks, AdamW for everything else, each with its peak rate."""
    matrices = [parameter for parameter in network.body.layers.parameters() if parameter.ndim == 2]
    inside = set(map(id, matrices))
    others = [parameter for parameter in network.parameters() if id(parameter) not in inside]
    return [
        (torch.optim.Muon(matrices, weight_decay=0.0), settings.matrix_rate),
        (torch.optim.AdamW(others, weight_decay=0.0), settings.other_rate),
    ]


def schedule(step: int, settings: RegressionSettings) -> float:
    """The share of the peak rate: up during warmup, flat to the middle, then straight down."""
    return min(1.0, (step + 1) / settings.warmup) * min(1.0, 2 * (1 - step / settings.steps))


def posterior_mean(contexts: Contexts, task: LinearTask) -> Float[Tensor, "contexts examples"]:
    """The Bayes agent's predictions, exactly: belief N(mean, covariance) over w, updated example by example.

    Without noise this is least squares of the least norm; a floor of 1e-9 on the noise keeps the update finite.
    """
    inputs, targets = contexts.inputs.double(), contexts.targets.double()
    noise = max(task.noise**2, 1e-9)
    mean = torch.zeros(len(inputs), task.dimension, dtype=torch.float64)
    prior = task.target_scale**2 * torch.eye(task.dimension, dtype=torch.float64)
    covariance = prior.expand(len(inputs), -1, -1)
    predictions = []
    for x, y in zip(inputs.unbind(1), targets.unbind(1), strict=True):
        prediction = (mean * x).sum(-1)
        spread = (covariance @ x[..., None])[..., 0]
        gain = spread / ((spread * x).sum(-1, keepdim=True) + noise)
        mean = mean + gain * (y - prediction)[:, None]
        covariance = covariance - gain[:, :, None] * spread[:, None, :]
        predictions.append(prediction)
    return torch.stack(predictions, dim=1).float()


def error_by_examples(
    predictions: Float[Tensor, "contexts examples"], contexts: Contexts, task: LinearTask
) -> Float[np.ndarray, " examples"]:
    """Mean squared error after k = 0, 1, ... examples, as a share of chance (always answering 0)."""
    return ((predictions - contexts.targets).square().mean(0) / task.target_variance).double().numpy()
