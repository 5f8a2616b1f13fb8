"""A model that knows the words of conversations and is quick to make, and the library's forward pass on it."""

import numpy as np
import torch
from torch import Tensor
from transformers import DynamicCache, LlamaForCausalLM

from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.state.instance import State
from companion.transformer.model import ModelSettings
from tests.transformer.models import awake


def speaker(seed: int = 0, layers: int = 2) -> LlamaForCausalLM:
    """A model with large random weights."""
    return awake(ModelSettings(16, layers, 2, 40, 64), seed, VOCABULARY)


def texts(rows: int, time: int, seed: int = 0) -> np.ndarray:
    """Words at random."""
    return np.random.default_rng(seed).integers(3, len(VOCABULARY.words), (rows, time))


def ids(text: str) -> list[int]:
    """The ids of words."""
    return VOCABULARY.encode(text)


def between(logits: Tensor, words: str) -> np.ndarray:
    """The probabilities of some words, were they the only ones."""
    return logits[..., ids(words)].softmax(-1).numpy()


@torch.no_grad()
def library_after(model: LlamaForCausalLM, state: State, question: str) -> Tensor:
    """The library's logits after each word of a question, from a cache made of the state."""
    cache = DynamicCache()
    for number, layer in enumerate(state.layers):
        cache.update(layer.keys.clone(), layer.values.clone(), number)
    tokens = torch.tensor(ids(question)).expand(state.rows, -1)
    positions = torch.arange(state.next, state.next + tokens.shape[1]).expand(tokens.shape)
    return model(input_ids=tokens, past_key_values=cache, position_ids=positions, use_cache=True).logits


def bits(state: State) -> list[bytes]:
    """All numbers of a state, to the last bit."""
    return [part.contiguous().numpy().tobytes() for layer in state.layers for part in layer]
