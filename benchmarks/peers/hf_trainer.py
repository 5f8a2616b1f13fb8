"""The Trainer of transformers on our lessons, and its models with a cache of their own on our questions.

The Trainer gets our batches in their order, a label drawn from the exact probabilities wherever we predict, and our
two optimizers as one. It keeps nothing and logs nothing. The clock starts with its first step.
"""

import os

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import tempfile
import time
from collections.abc import Iterator
from typing import Any

import accelerate  # noqa: F401 - the Trainer needs it: whoever lacks it hears its name
import numpy as np
import torch
from torch.utils.data import IterableDataset
from transformers import (
    DynamicCache,
    LlamaForCausalLM,
    PrinterCallback,
    ProgressCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from companion.bench.timing import Timed, timed
from companion.bench.world import SHARE, Asked, Trained, WorldBench, words_of
from companion.plasticity.conversation.language import ANSWER, FRAMING, QUALITY, SURE, VOCABULARY
from companion.plasticity.conversation.world import ANSWER_OF, FRAMINGS, QUALITIES
from companion.plasticity.schooling.expectation import Expectation
from companion.plasticity.schooling.lessons import UNLABELED, learner
from companion.plasticity.schooling.training import new_speaker

Batch = dict[str, torch.Tensor]


def batch_of(given: Expectation, random: np.random.Generator) -> Batch:
    """The same texts with drawn labels; a word of filling at the end, since the last prediction is after the text."""
    reach = given.probabilities.cumsum(2)
    drawn = (reach > random.random((*reach.shape[:2], 1)) * reach[:, :, -1:]).argmax(2)
    tokens = np.pad(given.tokens, ((0, 0), (0, 1)), constant_values=VOCABULARY.pad)
    labels = np.full_like(tokens, UNLABELED)
    labels[:, given.places + 1] = np.take_along_axis(given.words, drawn[:, :, None], 2)[:, :, 0]
    return {"input_ids": torch.from_numpy(tokens), "labels": torch.from_numpy(labels)}


class Batches(IterableDataset[Batch]):
    """Whole batches in their order: rows of different batches differ in length."""

    def __init__(self, batches: list[Batch]) -> None:
        super().__init__()
        self.batches = batches

    def __iter__(self) -> Iterator[Batch]:
        return iter(self.batches)


class Together(torch.optim.Optimizer):
    """Our optimizers as one; rates are those that a schedule sets here."""

    def __init__(self, parts: list[torch.optim.Optimizer]) -> None:
        super().__init__([group for part in parts for group in part.param_groups], {})
        self.parts = parts

    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """A step of each."""
        groups = [group for part in self.parts for group in part.param_groups]
        for own, group in zip(self.param_groups, groups, strict=True):
            group["lr"] = own["lr"]
        for part in self.parts:
            part.step()


class Clock(TrainerCallback):
    """Notes wall and processor time at the edges of steps."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []

    def note(self, *_: Any, **__: Any) -> None:
        """Note the time."""
        self.times.append((time.perf_counter(), time.process_time()))

    on_step_begin = on_step_end = note


def learn_once(settings: WorldBench, given: list[Expectation]) -> Timed[Trained]:
    """A step on each lesson, by the Trainer."""
    random = np.random.default_rng(settings.seed)
    model = new_speaker(settings.schooling, settings.seed)
    clock = train(model, settings, [batch_of(each, random) for each in given])
    wall, cpu = (last - first for first, last in zip(clock.times[0], clock.times[-1], strict=True))
    return Timed(Trained(len(given), words_of(given)), wall, cpu)


def train(model: LlamaForCausalLM, settings: WorldBench, batches: list[Batch]) -> Clock:
    """Train in place."""
    pairs = learner(model, settings.schooling.matrix_rate, settings.schooling.other_rate).pairs
    for optimizer, rate in pairs:
        optimizer.param_groups[0]["lr"] = rate * SHARE
    together, clock = Together([optimizer for optimizer, _ in pairs]), Clock()
    same = torch.optim.lr_scheduler.LambdaLR(together, lambda step: 1.0)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            max_steps=len(batches),
            per_device_train_batch_size=1,
            max_grad_norm=1.0,
            logging_strategy="no",
            save_strategy="no",
            report_to=[],
            use_cpu=True,
            dataloader_pin_memory=False,
        )
        trainer = Trainer(
            model,
            arguments,
            data_collator=lambda batch: batch[0],
            train_dataset=Batches(batches),
            optimizers=(together, same),
            callbacks=[clock],
        )
        for printing in (PrinterCallback, ProgressCallback):
            trainer.remove_callback(printing)
        trainer.train()
    return clock


def ask_once(model: LlamaForCausalLM, tokens: np.ndarray) -> Timed[Asked]:
    """The same questions with the library's model: its cache is repeated for each of them."""
    pairs = [(framing, quality) for framing in range(len(FRAMINGS)) for quality in range(len(QUALITIES))]
    words = torch.tensor([[FRAMING + framing, QUALITY + quality, SURE] for framing, quality in pairs])
    pair = torch.from_numpy(ANSWER + ANSWER_OF[[framing for framing, _ in pairs]])

    @torch.inference_mode()
    def answers(some: np.ndarray) -> torch.Tensor:
        cache = DynamicCache(config=model.config)
        model(input_ids=torch.from_numpy(some), past_key_values=cache, logits_to_keep=1)
        cache.batch_repeat_interleave(len(words))
        logits = model(input_ids=words.repeat(len(some), 1), past_key_values=cache).logits[:, 1]
        two = logits.gather(1, pair.repeat(len(some), 1))
        return (two[:, 0] - two[:, 1]).sigmoid().view(len(some), len(FRAMINGS), len(QUALITIES))

    done = timed(lambda: torch.cat([answers(some) for some in np.array_split(tokens, -(-len(tokens) // 16))]))
    return Timed(Asked(len(tokens), done.result.numpy()), done.wall_s, done.cpu_s)
