"""Taste: what an instance calls fine among items that no training held, by how much feedback it has had."""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes_item
from companion.plasticity.conversation.culture import Culture
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import first, turns
from companion.plasticity.conversation.world import APPEAL, WITHHELD
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import rate, state_of
from companion.plasticity.taste.regimes import Feedback

TRAINED: Final = 12
"""Turns of the longest conversation of training."""
NEW: Int[np.ndarray, " items"] = np.flatnonzero(WITHHELD.items)
USED: Int[np.ndarray, " items"] = np.flatnonzero(~WITHHELD.items)[::3]


def feedback(of: Culture, settings: Feedback, random: np.random.Generator) -> Conversations:
    """Verdicts on items, or the reasons of the very same verdicts."""
    given = drawn(of, settings.situation, settings.rows, random)
    if not settings.reasons:
        return given
    return given._replace(script=given.script._replace(layout=turns(settings.situation.turns)))


def taste(view: Int[np.ndarray, " rows"], items: Int[np.ndarray, " items"]) -> Bool[np.ndarray, "rows items"]:
    """Whether a view likes most of an item's qualities."""
    return APPEAL[view][:, items] > 0.5


def agreement(fine: Float[np.ndarray, "rows items"], right: Bool[np.ndarray, "rows items"]) -> float:
    """How often what is called fine is to the taste; an even chance counts half."""
    return float(np.where(np.isclose(fine, 0.5, atol=1e-6), 0.5, (fine > 0.5) == right).mean())


def appraised(model: LlamaForCausalLM, given: Conversations, after: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Agreement with the view's taste on new items after so many turns: of an instance and of Bayes."""
    right = taste(given.view, NEW)
    true, trained = (given.believed(trained=each) for each in (False, True))
    states = [state_of(model, worded(first(given.script, number))) for number in after]
    return {
        "instance": np.array([agreement(rate(model, state, NEW), right) for state in states]),
        "bayes": np.array([agreement(likes_item(true[:, number], NEW), right) for number in after]),
        "trained": np.array([agreement(likes_item(trained[:, number], NEW), right) for number in after]),
    }


def measured(
    model: LlamaForCausalLM, of: Culture, settings: Feedback, random: np.random.Generator
) -> dict[str, float | np.ndarray]:
    """What feedback makes of taste, with the last turn of training's conversations as its end."""
    given = feedback(of, settings, random)
    curves = appraised(model, given, settings.after)
    start, end = settings.after.index(0), settings.after.index(TRAINED)
    used = rate(model, state_of(model, worded(first(given.script, TRAINED))), USED)
    gains = {name: float(curve[end] - curve[start]) for name, curve in curves.items()}
    return {
        "gain": gains["instance"],
        "share": gains["instance"] / gains["bayes"] if gains["bayes"] > 0.1 else 0.0,
        "beyond_training": float(curves["instance"][end] - curves["trained"][end]),
        "agrees": float(curves["instance"][end]),
        "agrees_before": float(curves["instance"][start]),
        "agrees_used": agreement(used, taste(given.view, USED)),
        "agrees_longer": float(curves["instance"][-1]),
        "bayes": float(curves["bayes"][end]),
        "bayes_trained": float(curves["trained"][end]),
        **{f"{name}_curve": curve for name, curve in curves.items()},
    }
