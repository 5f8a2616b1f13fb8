"""The exact Bayes agent: sixteen views, each statement weighed by how often its voice is wrong."""

import numpy as np
from jaxtyping import Float, Int

from companion.plasticity.conversation.script import Script
from companion.plasticity.conversation.world import APPEAL, ERROR, ITEMS, LEVEL_MIDDLE, STANCES, TRAIT_OF


def likelihoods(script: Script) -> Float[np.ndarray, "rows turns 16"]:
    """The probability of each turn's statement under each view; 1 where nothing was stated."""
    found = np.ones((*script.stance.shape, 16))
    for turn, (said, _) in enumerate(script.layout):
        voice, stance = script.voice[:, turn], script.stance[:, turn]
        if said == "say":
            found[:, turn] = _stated(voice, stance, script.quality[:, turn])
        if said == "verdict":  # for any of the three qualities
            found[:, turn] = np.mean([_stated(voice, stance, q) for q in ITEMS[script.item[:, turn]].T], 0)
        if said == "say":
            found[script.silent[:, turn], turn] = 1
        if said == "found":
            right = LEVEL_MIDDLE[script.level[:, turn], None]
            found[:, turn] = np.where(script.code[:, turn, None] == np.arange(16), right, (1 - right) / 15)
    return found


def _stated(
    voice: Int[np.ndarray, " rows"], stance: Int[np.ndarray, " rows"], quality: Int[np.ndarray, " rows"]
) -> Float[np.ndarray, "rows 16"]:
    """The probability under each view that the voice takes this stance on a quality."""
    wrong = ERROR[voice, TRAIT_OF[quality]][:, None]
    return np.where(stance[:, None] == STANCES[:, quality].T, 1 - wrong, wrong)


def posteriors(
    script: Script, prior: Float[np.ndarray, "rows 16"]
) -> Float[np.ndarray, "rows turns_and_one 16"]:
    """The probability of each view before the first turn and after each."""
    with np.errstate(divide="ignore"):
        evidence = np.log(np.concatenate([prior[:, None], likelihoods(script)], 1)).cumsum(1)
    weights = np.exp(evidence - evidence.max(2, keepdims=True))
    return weights / weights.sum(2, keepdims=True)


def likes(
    posterior: Float[np.ndarray, "*rows 16"], quality: Int[np.ndarray, " asked"] | None = None
) -> Float[np.ndarray, "*rows asked"]:
    """The probability that the quality is liked, for all sixteen or some."""
    return posterior @ (STANCES > 0)[:, slice(None) if quality is None else quality]


def likes_item(
    posterior: Float[np.ndarray, "*rows 16"], item: Int[np.ndarray, " asked"] | None = None
) -> Float[np.ndarray, "*rows asked"]:
    """The probability that the item is called fine, for all 256 or some."""
    return posterior @ APPEAL[:, slice(None) if item is None else item]
