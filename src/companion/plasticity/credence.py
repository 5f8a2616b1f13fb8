"""How far an instance goes along with what a voice says, trait by trait, and how sure it says it is."""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float, Int
from transformers import LlamaForCausalLM

from companion.plasticity.bayes import likes
from companion.plasticity.instance import ask, state_of
from companion.plasticity.language import worded
from companion.plasticity.script import Script, first
from companion.plasticity.situation import Conversations
from companion.plasticity.world import LEVEL_MIDDLE, STANCES, TRAIT_OF, TRAITS, TURNED

KNOWN: Int[np.ndarray, " qualities"] = np.flatnonzero(TRAIT_OF < TRAITS // 2)
"""Qualities of the two traits that Eve knows."""
UNKNOWN: Int[np.ndarray, " qualities"] = np.flatnonzero(TRAIT_OF >= TRAITS // 2)


def leaning(script: Script) -> Int[np.ndarray, "rows 16"]:
    """For each quality which way most of what was said of its trait points: 1, -1, or 0 where neither."""
    said = script.stance * TURNED[script.quality] * ~script.silent
    net = np.stack([(said * (TRAIT_OF[script.quality] == trait)).sum(1) for trait in range(TRAITS)], 1)
    return np.sign(net)[:, TRAIT_OF] * TURNED


def followed(
    yes: Float[np.ndarray, "rows 16"],
    leaning: Int[np.ndarray, "rows 16"],
    qualities: Int[np.ndarray, " some"],
) -> float:
    """The probability of answers that go along with what was said, less the half that chance gives."""
    way = leaning[:, qualities]
    along = np.where(way > 0, yes[:, qualities], 1 - yes[:, qualities])
    return float(along[way != 0].mean()) - 0.5 if (way != 0).any() else 0.0
