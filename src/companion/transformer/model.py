"""A small causal language model that is a Llama of the transformers library: `from_pretrained` reads what it saves."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

from companion.transformer.vocabulary import Vocabulary, vocabulary_of


@dataclass(frozen=True)
class ModelSettings:
    """The shape of a model."""

    width: int = 64
    layers: int = 2
    heads: int = 4
    feedforward: int = 160
    window: int = 64  # tokens, prompt and completion together

    def __post_init__(self) -> None:
        for name in ("width", "layers", "heads", "feedforward", "window"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.width % (2 * self.heads):
            raise ValueError(f"width must be a multiple of twice the {self.heads} heads, not {self.width}")


def new_model(settings: ModelSettings, vocabulary: Vocabulary, seed: int) -> LlamaForCausalLM:
    """A model with random weights, ready to be trained.

    Matrices start at variance 1 / inputs and the two that write into the residual stream at less, so that its size
    does not grow with depth (Radford et al. 2019, section 2.3); the library's own start is made for wider models.
    """
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(vocabulary.words),
            hidden_size=settings.width,
            intermediate_size=settings.feedforward,
            num_hidden_layers=settings.layers,
            num_attention_heads=settings.heads,
            num_key_value_heads=settings.heads,
            max_position_embeddings=settings.window,
            rms_norm_eps=1e-6,
            tie_word_embeddings=False,
            bos_token_id=vocabulary.begin,
            eos_token_id=vocabulary.end,
            pad_token_id=vocabulary.pad,
        )
    )
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        if parameter.ndim < 2:
            continue
        spread = 0.02 if name.startswith(("model.embed_tokens", "lm_head")) else parameter.shape[1] ** -0.5
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            spread /= (2 * settings.layers) ** 0.5
        nn.init.normal_(parameter, std=spread, generator=generator)
    return model


def save(model: LlamaForCausalLM, vocabulary: Vocabulary, folder: Path) -> None:
    """Weights, configuration and tokenizer, as the transformers library keeps them."""
    quiet = logging.get_verbosity()
    logging.set_verbosity_error()
    model.save_pretrained(folder)
    vocabulary.tokenizer().save_pretrained(folder)
    logging.set_verbosity(quiet)


def load(folder: Path) -> tuple[LlamaForCausalLM, Vocabulary]:
    """The model that `save` wrote, and its vocabulary."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    return LlamaForCausalLM.from_pretrained(folder), vocabulary_of(tokenizer)
