"""A model of the ledger's language that knows nothing, and episodes."""

import numpy as np
import torch
from transformers import LlamaForCausalLM

from companion.plasticity.agents.ledger.recipe import TINY
from companion.plasticity.agents.ledger.training import shape_of
from companion.plasticity.agents.ledger.world import VOCABULARY, Episode, episode
from companion.transformer.model import new_model


def novice(seed: int = 0) -> LlamaForCausalLM:
    """Random weights, with large outputs so that contexts matter."""
    model = new_model(shape_of(TINY), VOCABULARY, seed)
    with torch.no_grad():
        model.lm_head.weight *= 50
        model.model.embed_tokens.weight *= 50
    return model.eval()


def episodes(count: int, seed: int = 0) -> list[Episode]:
    random = np.random.default_rng(seed)
    return [episode(random) for _ in range(count)]
