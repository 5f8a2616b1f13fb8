"""Training a model on conversations of one culture, without end and never twice the same."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.conversation.culture import Culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.schooling.corpus import batch, easy_batch
from companion.plasticity.schooling.expectation import Expectation, expected_loss
from companion.plasticity.schooling.lessons import learner, rising_and_falling
from companion.plasticity.schooling.recipe import WINDOW, Schooling
from companion.transformer.model import ModelSettings, new_model

OnStep = Callable[[int, float], None]
"""Called after each step with its number and its loss."""

WORD_SPREAD = 0.5
"""Words start as large as what the layers write: with a tenth of it, the first lessons take twice as long (LOG.md)."""


def new_speaker(schooling: Schooling, seed: int) -> LlamaForCausalLM:
    """A model with random weights."""
    shape = ModelSettings(schooling.width, schooling.layers, schooling.heads, schooling.feedforward, WINDOW)
    streams = Streams(seed)
    model = new_model(shape, VOCABULARY, streams.seed("weights"))
    generator = torch.Generator().manual_seed(streams.seed("words"))
    nn.init.normal_(model.model.embed_tokens.weight, std=WORD_SPREAD, generator=generator)
    return model


def lesson(of: Culture, schooling: Schooling, step: int, random: np.random.Generator) -> Expectation:
    """The conversations of a step, by the level that it belongs to."""
    level = sum(step >= share * schooling.steps for share in schooling.levels)
    if level == len(schooling.levels):
        return batch(of, schooling.diet, schooling.batch, random)
    return easy_batch(of, schooling.diet, schooling.batch, level, random)


def school(
    model: LlamaForCausalLM,
    of: Culture,
    schooling: Schooling,
    random: np.random.Generator,
    on_step: OnStep | None = None,
) -> LlamaForCausalLM:
    """Train in place; raises FloatingPointError where the loss is no longer finite."""
    learning = learner(model, schooling.matrix_rate, schooling.other_rate)
    model.train()
    for step in range(schooling.steps):
        loss = expected_loss(model, lesson(of, schooling, step, random))
        share = rising_and_falling(step / schooling.steps, step, falling=schooling.falling)
        learning.descend(loss, share)
        if on_step is not None:
            on_step(step, loss.item())
    return model.eval()
