"""A Llama as the page has it: weights in bfloat16, as models are kept, and arithmetic in float32 or finer."""

import base64
import hashlib
from copy import deepcopy
from typing import Any

import torch
from transformers import LlamaForCausalLM


def packed(model: LlamaForCausalLM, who: str) -> dict[str, Any]:
    """A model as the page reads it. The digest names its weights, so that several pieces can share them.

    Raises ValueError, which calls the model `who`, where the page cannot run it.
    """
    config = model.config
    if config.num_key_value_heads != config.num_attention_heads:
        raise ValueError(f"{who} shares keys among its heads, which the page cannot do")
    flat = torch.cat([weights.detach().cpu().reshape(-1) for weights in model.state_dict().values()])
    if not flat.isfinite().all():
        raise ValueError(f"{who} has weights that are not numbers")
    shape = {
        "words": config.vocab_size,
        "width": config.hidden_size,
        "layers": config.num_hidden_layers,
        "heads": config.num_attention_heads,
        "feedforward": config.intermediate_size,
        "window": config.max_position_embeddings,
        "epsilon": config.rms_norm_eps,
        "frequencies": model.model.rotary_emb.inv_freq.tolist(),
    }
    content = flat.to(torch.bfloat16).view(torch.int16).numpy().astype("<i2").tobytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return {"digest": digest, "shape": shape, "weights": base64.b64encode(content).decode()}


def of_the_page(model: LlamaForCausalLM) -> LlamaForCausalLM:
    """The model as the page has it: weights rounded to bfloat16, arithmetic in float32."""
    rounded = deepcopy(model)
    state = {name: weights.to(torch.bfloat16).float() for name, weights in model.state_dict().items()}
    rounded.load_state_dict(state)
    return rounded.eval()
