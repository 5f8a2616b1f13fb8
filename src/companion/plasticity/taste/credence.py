"""How far an instance goes along with what a voice says, trait by trait, and how sure it says it is."""

from typing import Final

import numpy as np
from jaxtyping import Float, Int
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes
from companion.plasticity.conversation.culture import Culture
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import Script, first
from companion.plasticity.conversation.world import LEVEL_MIDDLE, STANCES, TRAIT_OF, TRAITS, TURNED
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import state_of
from companion.plasticity.state.newly import ask_newly
from companion.plasticity.taste.regimes import Heard

TRAINED: Final = 12
"""Turns of the longest conversation of training."""

PARTS: Final = {
    "known": np.flatnonzero(TRAIT_OF < TRAITS // 2),
    "unknown": np.flatnonzero(TRAIT_OF >= TRAITS // 2),
}
"""Qualities of the two traits that Eve knows, and of the two that she does not."""


def leaning(script: Script) -> Int[np.ndarray, "rows 16"]:
    """For each quality which way most of what was said of its trait points: 1, -1, or 0 where neither."""
    said = script.stance * TURNED[script.quality] * ~script.silent
    net = np.stack([(said * (TRAIT_OF[script.quality] == trait)).sum(1) for trait in range(TRAITS)], 1)
    return np.sign(net)[:, TRAIT_OF] * TURNED


def followed(yes: Float[np.ndarray, "rows some"], way: Int[np.ndarray, "rows some"]) -> float:
    """The probability of answers that go along with what was said, beyond an even chance; 0 where nothing was."""
    along = np.where(way > 0, yes, 1 - yes)[way != 0]
    return float(along.mean()) - 0.5 if along.size else 0.0


def accuracy(yes: Float[np.ndarray, "rows some"], right: Int[np.ndarray, "rows some"]) -> float:
    """How often the likelier answer is right; an even chance counts half."""
    return float(np.where(np.isclose(yes, 0.5, atol=1e-6), 0.5, (yes > 0.5) == (right > 0)).mean())


def by_turns(
    model: LlamaForCausalLM, given: Conversations, after: tuple[int, ...]
) -> dict[str, Float[np.ndarray, " after"]]:
    """What is followed, right and reported after so many turns, of both parts; the same of Bayes."""
    believed, right = given.believed(), STANCES[given.view]
    found: dict[str, list[float]] = {}
    for number in after:
        said = first(given.script, number)
        answers, way = ask_newly(model, state_of(model, worded(said)), said.topic), leaning(said)
        yes, exact = answers.yes[:, 0], likes(believed[:, number])
        reported = answers.level[:, 0] @ LEVEL_MIDDLE
        for part, chosen in PARTS.items():
            now = {
                f"follows_{part}": followed(yes[:, chosen], way[:, chosen]),
                f"right_{part}": accuracy(yes[:, chosen], right[:, chosen]),
                f"reported_{part}": float(reported[:, chosen].mean()),
                f"bayes_follows_{part}": followed(exact[:, chosen], way[:, chosen]),
                f"bayes_right_{part}": accuracy(exact[:, chosen], right[:, chosen]),
                f"bayes_sure_{part}": float(np.maximum(exact, 1 - exact)[:, chosen].mean()),
            }
            for name, value in now.items():
                found.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in found.items()}


def measured(
    model: LlamaForCausalLM, of: Culture, settings: Heard, random: np.random.Generator
) -> dict[str, float | np.ndarray]:
    """The same after the last turn that training has, and the curves."""
    given = drawn(of, settings.situation, settings.rows, random)
    curves = by_turns(model, given, settings.after)
    end, early = settings.after.index(TRAINED), settings.after.index(2)
    ends = {name: float(curve[end]) for name, curve in curves.items()}
    return {
        "weighed": ends["follows_known"] - ends["follows_unknown"],
        "bayes_weighed": ends["bayes_follows_known"] - ends["bayes_follows_unknown"],
        "overstated_known": ends["reported_known"] - ends["right_known"],
        "overstated_unknown": ends["reported_unknown"] - ends["right_unknown"],
        "later_known": ends["right_known"] - float(curves["right_known"][early]),
        "later_unknown": ends["right_unknown"] - float(curves["right_unknown"][early]),
        **ends,
        **{f"{name}_curve": curve for name, curve in curves.items()},
    }
