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
    """One optimizer, AdamW, whose rate rises in `warmup` steps and falls along a cosine."""

    batch: int = 64  # texts in a step
    parts: int = 2  # a batch is read in so many parts, the short texts first, to fill up less
    passes: int = 1
    learning_rate: float = 3e-3
    warmup: int = 50
    final_rate: float = 0.02  # share of the learning rate
    weight_decay: float = 0.01
    gradient_norm: float = 1.0

    def __post_init__(self) -> None:
        for name in ("batch", "parts", "passes", "warmup"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate must be positive, not {self.learning_rate}")


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


def rate_at(step: int, steps: int, settings: TrainingSettings) -> float:
    """The learning rate of a step."""
    cosine = 0.5 + 0.5 * float(np.cos(np.pi * step / steps))
    falling = settings.final_rate + (1 - settings.final_rate) * cosine
    return settings.learning_rate * min(1.0, (step + 1) / settings.warmup) * falling


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
    optimizer = torch.optim.AdamW(
        model.parameters(),
        settings.learning_rate,
        (0.9, 0.98),
        weight_decay=settings.weight_decay,
        fused=True,
    )
    model.train()
    for step, rows in enumerate(batches(len(lengths), settings, random)):
        optimizer.zero_grad()
        counted, total = float((lengths[rows] - corpus.start[rows]).sum()), 0.0
        for part in np.array_split(rows[lengths[rows].argsort()], settings.parts):
            tokens = torch.from_numpy(corpus.tokens[part, : lengths[part].max()]).long()
            objective = loss(model, tokens, torch.from_numpy(corpus.start[part])) / counted
            objective.backward()
            total += objective.item()
        if not np.isfinite(total):
            raise FloatingPointError(f"Training diverged at step {step}: lower the learning rate.")
        nn.utils.clip_grad_norm_(model.parameters(), settings.gradient_norm)
        optimizer.param_groups[0]["lr"] = rate_at(step, steps, settings)
        optimizer.step()
        if on_step is not None:
            on_step(step, total)
    return model.eval()
