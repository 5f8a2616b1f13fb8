"""Small policies that are sometimes right, and how to tell whether two of them ended alike."""

from copy import deepcopy
from functools import cache

import numpy as np
import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.reasoning import countdown_texts, word_problem
from companion.reasoning.countdown import Countdown
from companion.reasoning.grpo import GRPOSettings
from companion.reasoning.rollouts import RolloutSettings
from companion.reasoning.task import Task
from companion.reasoning.word_problem import WordProblem
from companion.transformer.model import ModelSettings, new_model
from companion.transformer.training import Corpus, TrainingSettings, train

SHUFFLES = WordProblem((1, 2))
NUMBERS = Countdown(2, 3, 2)

SETTINGS = GRPOSettings(steps=6, learning_rate=2e-3, rollouts=RolloutSettings(problems=6, group=5))


def trained(task: Task, corpus: Corpus) -> LlamaForCausalLM:
    window = task.prompt_length + task.limit
    model = new_model(ModelSettings(16, 1, 2, 24, window), task.vocabulary, 0)
    settings = TrainingSettings(batch=32, warmup=5, matrix_rate=0.05, other_rate=0.03)
    return train(model, corpus, settings, np.random.default_rng(0))


@cache
def _shuffler() -> LlamaForCausalLM:
    ingredients = word_problem.Ingredients(full_traces=0.4, half_traces=0.2)
    return trained(SHUFFLES, SHUFFLES.corpus(32 * 160, ingredients, np.random.default_rng(0)))


@cache
def _counter() -> LlamaForCausalLM:
    ingredients = countdown_texts.Ingredients(once=0.4, sloppy=0.4, careful=0.0)
    return trained(NUMBERS, countdown_texts.corpus(NUMBERS, 32 * 160, ingredients, np.random.default_rng(0)))


def shuffler() -> LlamaForCausalLM:
    """A policy for SHUFFLES, a fresh copy."""
    return deepcopy(_shuffler())


def counter() -> LlamaForCausalLM:
    """A policy for NUMBERS, a fresh copy."""
    return deepcopy(_counter())


def weights(model: LlamaForCausalLM) -> dict[str, bytes]:
    """To the last bit."""
    return {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}


def library_log_probabilities(model: LlamaForCausalLM, prompt: Tensor, completion: Tensor) -> Tensor:
    """log p of each token of one completion, by the library's own forward pass."""
    logits = model(input_ids=torch.cat([prompt, completion])[None], use_cache=False).logits[0]
    chances = logits[len(prompt) - 1 : -1].log_softmax(-1)
    return chances[torch.arange(len(completion)), completion]


def alike(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    """The same gradients up to rounding, none of them zero."""
    assert found.keys() == expected.keys()
    for name, each in expected.items():
        size = float(each.abs().max())
        assert size > 0
        torch.testing.assert_close(found[name], each, rtol=1e-3, atol=1e-4 * size)
