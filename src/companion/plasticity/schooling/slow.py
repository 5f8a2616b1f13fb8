"""The slow way: gradient steps on a copy of the weights, towards answers that an empty context is to give."""

import copy
from collections.abc import Callable
from itertools import product

import numpy as np
import torch
from jaxtyping import Float
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.culture import Culture
from companion.plasticity.conversation.language import ANSWER, FRAMING, QUALITY, TOPIC, VOCABULARY
from companion.plasticity.conversation.world import ANSWER_OF
from companion.plasticity.schooling.corpus import batch
from companion.plasticity.schooling.expectation import Expectation, expected_loss
from companion.plasticity.schooling.recipe import Diet
from companion.transformer.forward import read

Texts = Callable[[np.random.Generator], Expectation]
"""Draws what a step is to learn."""


def stepped(
    model: LlamaForCausalLM,
    lessons: list[tuple[Texts, float]],
    steps: int,
    random: np.random.Generator,
    rate: float = 5e-4,
) -> LlamaForCausalLM:
    """A copy after gradient steps (AdamW) on a weighted sum of losses; the model itself stays as it is."""
    pupil = copy.deepcopy(model).requires_grad_(True).train()
    optimizer = torch.optim.AdamW(pupil.parameters(), lr=rate, weight_decay=0.0)
    for _ in range(steps):
        loss = sum(weight * expected_loss(pupil, texts(random)) for texts, weight in lessons)
        optimizer.zero_grad()
        torch.as_tensor(loss).backward()
        optimizer.step()
    return pupil.eval()


def answers(
    topic: int, yes: Float[np.ndarray, "framings qualities"], framings: list[int], qualities: list[int]
) -> Expectation:
    """What an empty context is to answer about a topic: the probability of liking each quality in each framing."""
    pairs = np.array(list(product(framings, qualities)))
    head = np.tile([VOCABULARY.begin, TOPIC + topic], (len(pairs), 1))
    tokens = np.concatenate([head, FRAMING + pairs[:, :1], QUALITY + pairs[:, 1:]], 1)
    words = ANSWER + ANSWER_OF[pairs[:, 0]]
    probabilities = np.stack([yes.ravel(), 1 - yes.ravel()], 1)
    return Expectation(tokens, np.array([3]), words[:, None], probabilities[:, None])


def some_of(all_of: Expectation, rows: int) -> Texts:
    """A few of these texts in each step, or all where there are fewer."""

    def texts(random: np.random.Generator) -> Expectation:
        chosen = random.permutation(len(all_of.tokens))[:rows]
        return all_of._replace(
            tokens=all_of.tokens[chosen],
            words=all_of.words[chosen],
            probabilities=all_of.probabilities[chosen],
        )

    return texts


def rehearsal(model: LlamaForCausalLM, of: Culture, rows: int) -> Texts:
    """Conversations of all topics, with the probability of every word as the model gives it before it changes."""

    @torch.no_grad()
    def texts(random: np.random.Generator) -> Expectation:
        fresh = batch(of, Diet(), rows, random)
        hidden = read(model, torch.from_numpy(fresh.tokens)).hidden[:, torch.from_numpy(fresh.places)]
        own = model.lm_head(hidden).softmax(-1).numpy().astype(float)
        every_word = np.tile(np.arange(own.shape[2]), (*own.shape[:2], 1))
        return fresh._replace(words=every_word, probabilities=own)

    return texts
