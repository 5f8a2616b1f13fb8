"""How near a speaker comes to the exact agent, for each strength of the prevailing view.

A speaker that misses the gate anywhere is not used. The gate says that the instrument works on what training covered;
no verdict rests on it.
"""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import posteriors
from companion.plasticity.conversation.culture import Culture, prior
from companion.plasticity.conversation.script import Casting, improvised
from companion.plasticity.conversation.world import LEVEL_EDGES, STRENGTH, VOICES
from companion.plasticity.schooling.corpus import expected, holders, layout_of
from companion.plasticity.schooling.recipe import Diet
from companion.transformer.forward import read

AGREEMENT, DISTANCE = 0.97, 0.05
"""What a speaker has to reach: at least, and at most."""

ORDERS = 48

OPINION = LEVEL_EDGES[0]
"""The exact agent has an opinion where it does more than guess: where one answer has at least this probability."""


class Nearness(NamedTuple):
    """Means over questions about qualities and about items."""

    agreement: float  # answers that are those of the exact agent, where it has an opinion
    distance: float  # total variation

    @property
    def passes(self) -> bool:
        """Whether the speaker may be used, as far as this goes."""
        return self.agreement >= AGREEMENT and self.distance <= DISTANCE


def nearness(
    model: LlamaForCausalLM, of: Culture, strength: float, random: np.random.Generator, rows: int = 32
) -> Nearness:
    """Converse as in training, on topics of one strength, in many orders of turns: they matter more than the rows."""
    says, exact = [], []
    for _ in range(ORDERS):
        topic = random.choice(np.flatnonzero(strength == STRENGTH), rows)
        before = prior(of, topic, trained=True)
        cast = Casting(random.integers(0, len(VOICES), rows), random.integers(0, len(VOICES), rows))
        diet = Diet(notes=0.0)
        view, layout = holders(before, random), layout_of(diet, random)
        script = improvised(topic, view, cast, layout, random, silence=diet.silence)
        answered = expected(script, view, posteriors(script, before))
        places, words = answered.places[::2], answered.words[:, ::2, :2]  # every other is a report
        says.append(_first(model, answered.tokens, places, words).ravel())
        exact.append(answered.probabilities[:, ::2, 0].ravel())
    said, known = np.concatenate(says), np.concatenate(exact)
    opinion = np.maximum(known, 1 - known) >= OPINION
    return Nearness(
        float(((said > 0.5) == (known > 0.5))[opinion].mean()), float(np.abs(said - known).mean())
    )


@torch.no_grad()
def _first(
    model: LlamaForCausalLM, tokens: np.ndarray, places: np.ndarray, words: np.ndarray
) -> Float[np.ndarray, "rows questions"]:
    """The probability of the first of two answers."""
    hidden = read(model, torch.from_numpy(tokens)).hidden[:, torch.from_numpy(places)]
    logits = model.lm_head(hidden).gather(2, torch.from_numpy(words))
    return torch.sigmoid(logits[..., 0] - logits[..., 1]).numpy()
