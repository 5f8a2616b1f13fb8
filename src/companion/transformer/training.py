"""Next-token prediction on a corpus: how a model gets its prior."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional
from transformers import LlamaForCausalLM

from companion.transformer.forward import read


class Corpus(NamedTuple):
    """Texts, filled up on the right; a model learns to predict each from `start` on."""

    tokens: Int[np.ndarray, "texts longest"]
    start: Int[np.ndarray, " texts"]  # 1 or more


@dataclass(frozen=True)
class TrainingSettings:
    """Muon for the matrices inside the layers, AdamW for all else; rates rise, stay, and fall from the middle on."""

    batch: int = 64  # texts in a step
    parts: int = 2  # a batch is read in so many parts, the short texts first, to fill up less
    passes: int = 1
    matrix_rate: float = 0.02
    other_rate: float = 3e-3
    warmup: int = 50
    gradient_norm: float = 1.0

    def __post_init__(self) -> None:
        for name in ("batch", "parts", "passes", "warmup"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if min(self.matrix_rate, self.other_rate) <= 0:
            raise ValueError("matrix_rate and other_rate must be positive")


OnStep = Callable[[int, float], None]
"""Called after each step with its number and its loss."""


def joined(*corpora: Corpus, pad: int) -> Corpus:
    """Several corpora as one."""
    longest = max(corpus.tokens.shape[1] for corpus in corpora)
    rows = [
        np.pad(corpus.tokens, ((0, 0), (0, longest - corpus.tokens.shape[1])), constant_values=pad)
        for corpus in corpora
    ]
    return Corpus(np.concatenate(rows), np.concatenate([corpus.start for corpus in corpora]))


def batches(
    texts: int, settings: TrainingSettings, random: np.random.Generator
) -> Iterator[Int[np.ndarray, " batch"]]:
    """Every text once in each pass, in an order at random.

    Texts of one length together would need less filling, but such batches pull in turns at different habits: the
    word problem was then not learned at all (LOG.md).
    """
    for _ in range(settings.passes):
        order = random.permutation(texts)[: texts // settings.batch * settings.batch]
        yield from order.reshape(-1, settings.batch)


def steps_of(texts: int, settings: TrainingSettings) -> int:
    """How many steps a training has."""
    return texts // settings.batch * settings.passes


def schedule(step: int, steps: int, settings: TrainingSettings) -> float:
    """The share of the peak rates at a step."""
    return min(1.0, (step + 1) / settings.warmup) * min(1.0, 2 * (1 - step / steps))


def optimizers(
    model: LlamaForCausalLM, settings: TrainingSettings
) -> list[tuple[torch.optim.Optimizer, float]]:
    """Muon (Jordan et al. 2024) and AdamW, each with its peak rate."""
    matrices = [parameter for parameter in model.model.layers.parameters() if parameter.ndim == 2]
    inside = set(map(id, matrices))
    others = [parameter for parameter in model.parameters() if id(parameter) not in inside]
    return [
        (torch.optim.Muon(matrices, weight_decay=0.0), settings.matrix_rate),
        (torch.optim.AdamW(others, betas=(0.9, 0.98), weight_decay=0.0, fused=True), settings.other_rate),
    ]


def loss(
    model: LlamaForCausalLM, tokens: Int[Tensor, "texts time"], start: Int[Tensor, " texts"]
) -> Float[Tensor, ""]:
    """Cross-entropy of the tokens from `start` on, summed over all of them; what fills a text is no token."""
    targets = tokens[:, 1:]
    counted = targets.ne(cast(int, model.config.pad_token_id)) & (
        torch.arange(1, tokens.shape[1]) >= start[:, None]
    )
    logits = model.lm_head(read(model, tokens[:, :-1]).hidden[counted])
    return functional.cross_entropy(logits, targets[counted], reduction="sum")


def train(
    model: LlamaForCausalLM,
    corpus: Corpus,
    settings: TrainingSettings,
    random: np.random.Generator,
    on_step: OnStep | None = None,
) -> LlamaForCausalLM:
    """Train on the corpus; raises FloatingPointError where the loss is no longer finite."""
    steps = steps_of(len(corpus.tokens), settings)
    if steps == 0:
        raise ValueError(f"a corpus of {len(corpus.tokens)} texts holds no batch of {settings.batch}.")
    lengths = (corpus.tokens != model.config.pad_token_id).sum(1)
    pairs = optimizers(model, settings)
    model.train()
    for step, rows in enumerate(batches(len(lengths), settings, random)):
        model.zero_grad()
        counted, total = float((lengths[rows] - corpus.start[rows]).sum()), 0.0
        for part in np.array_split(rows[lengths[rows].argsort()], settings.parts):
            tokens = torch.from_numpy(corpus.tokens[part, : lengths[part].max()]).long()
            objective = loss(model, tokens, torch.from_numpy(corpus.start[part])) / counted
            objective.backward()
            total += objective.item()
        if not np.isfinite(total):
            raise FloatingPointError(f"Training diverged at step {step}: lower the learning rate.")
        nn.utils.clip_grad_norm_(model.parameters(), settings.gradient_norm)
        for optimizer, rate in pairs:
            optimizer.param_groups[0]["lr"] = rate * schedule(step, steps, settings)
            optimizer.step()
        if on_step is not None:
            on_step(step, total)
    return model.eval()
