"""The exact Bayes agent: sixteen views, each statement weighed by how often its voice is wrong."""

import numpy as np
from jaxtyping import Float, Int

from companion.plasticity.script import Script, errors
from companion.plasticity.world import LEVEL_MIDDLE, STANCES, VERDICTS


def likelihoods(script: Script) -> Float[np.ndarray, "rows turns 16"]:
    """The probability of each turn's statement under each view; 1 where nothing was stated."""
    wrong = errors(script)[..., None]
    found = np.ones((*script.stance.shape, 16))
    for turn, (said, _) in enumerate(script.layout):
        if said in ("say", "verdict"):
            about = (
                STANCES[:, script.quality[:, turn]] if said == "say" else VERDICTS[:, script.item[:, turn]]
            )
            agrees = script.stance[:, turn, None] == about.T
            found[:, turn] = np.where(agrees, 1 - wrong[:, turn], wrong[:, turn])
        if said == "say":
            found[script.silent[:, turn], turn] = 1
        if said == "found":
            right = LEVEL_MIDDLE[script.level[:, turn], None]
            found[:, turn] = np.where(script.code[:, turn, None] == np.arange(16), right, (1 - right) / 15)
    return found


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
    posterior: Float[np.ndarray, "*rows 16"], item: Int[np.ndarray, " asked"]
) -> Float[np.ndarray, "*rows asked"]:
    """The probability that the item is liked."""
    return posterior @ (VERDICTS > 0)[:, item]
