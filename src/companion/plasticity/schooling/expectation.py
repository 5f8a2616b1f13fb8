"""Next-word prediction against the exact probabilities of what may follow.

A label drawn from a distribution and the distribution itself give the same gradient on average; the second gives it
without the noise of the draw (Rao-Blackwell). Where the exact agent is known, there is no reason to draw.
"""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.transformer.forward import read


class Expectation(NamedTuple):
    """Texts of equal length, and what may follow at some places that all of them share."""

    tokens: Int[np.ndarray, "rows time"]
    places: Int[np.ndarray, " places"]
    words: Int[np.ndarray, "rows places choices"]
    probabilities: Float[np.ndarray, "rows places choices"]


def expected_loss(model: LlamaForCausalLM, of: Expectation) -> Float[Tensor, ""]:
    """Mean cross-entropy in nats, over rows and places."""
    hidden = read(model, torch.from_numpy(of.tokens)).hidden[:, torch.from_numpy(of.places)]
    log_probabilities = model.lm_head(hidden).log_softmax(-1)
    chosen = log_probabilities.gather(2, torch.from_numpy(of.words))
    return -(chosen * torch.from_numpy(of.probabilities).float()).sum(2).mean()
