"""A model of the asking language that knows nothing, and whose words hang on its context."""

import torch
from transformers import LlamaForCausalLM

from companion.plasticity.agents.asking.kept import shape_of
from companion.plasticity.agents.asking.recipe import TINY
from companion.plasticity.agents.asking.world import VOCABULARY
from companion.transformer.model import new_model


def novice(seed: int = 0) -> LlamaForCausalLM:
    """Random weights, with large embeddings and outputs."""
    model = new_model(shape_of(TINY), VOCABULARY, seed)
    with torch.no_grad():
        model.lm_head.weight *= 30
        model.model.embed_tokens.weight *= 50
    return model.eval()


def weights(model: LlamaForCausalLM) -> dict[str, bytes]:
    """To the last bit."""
    return {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}
