"""One question in several wordings: do the answers agree, are they grounded, and for how long do they stay?"""

from dataclasses import replace
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import prior
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import Script, first, joined, rows
from companion.plasticity.conversation.world import EVERY_FRAMING, STANCES, TRAIT_OF, TRAITS, TURNED, WITHHELD
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import ask, state_of

SURE: Final = 0.75
"""A question is decided by what was said where an exact reader is at least so sure of its answer."""


def untrained(topic: Int[np.ndarray, " rows"]) -> Bool[np.ndarray, "rows framings qualities"]:
    """Wordings in which no training asks about a quality, of this topic or of any."""
    return WITHHELD.pairs | WITHHELD.framings[topic][:, :, None]


def decided(given: Conversations) -> Bool[np.ndarray, "rows qualities"]:
    """Questions that the words decide for a reader who takes every voice for Ana's and hears what went unsaid.

    So the arms of an experiment are asked the same questions, whoever speaks in them, or nobody.
    """
    script = given.script
    heard = script._replace(voice=np.zeros_like(script.voice), silent=np.zeros_like(script.silent))
    yes = likes(posteriors(heard, prior(given.of, script.topic, trained=False))[:, -1])
    return np.maximum(yes, 1 - yes) >= SURE


def agreement(
    yes: Float[np.ndarray, "rows framings qualities"], asked: Bool[np.ndarray, "rows framings qualities"]
) -> float:
    """How often the likelier answer is that of the first framing; 1 where nothing is asked."""
    same = np.equal(yes > 0.5, yes[:, :1] > 0.5)[:, 1:][asked[:, 1:]]
    return float(same.mean()) if same.size else 1.0


def coherence(yes: Float[np.ndarray, "rows qualities"]) -> float:
    """How often the four answers about a trait all show the same side of it."""
    side = np.sign(yes - 0.5) * TURNED
    of = [np.flatnonzero(trait == TRAIT_OF) for trait in range(TRAITS)]
    one = [abs(side[:, places].sum(1)) == len(places) for places in of]
    return float(np.mean(one))


def at_once(model: LlamaForCausalLM, given: Conversations) -> dict[str, float]:
    """Agreement, and what it is worth, when the last turn is over."""
    yes = ask(model, state_of(model, given.tokens), EVERY_FRAMING).yes
    clear, new = decided(given), untrained(given.script.topic)
    own = STANCES[given.view] > 0
    exact, trained = (likes(given.believed(trained=each)[:, -1]) for each in (False, True))
    opinion = np.maximum(exact, 1 - exact) >= SURE
    return {
        "agrees": agreement(yes, new & clear[:, None]),
        "agrees_trained": agreement(yes, ~new & clear[:, None]),
        "apart": float(np.abs(yes - yes[:, :1])[new & clear[:, None]].mean()),
        "coherent": coherence(yes[:, 0]),
        "right": _share((yes[:, 0] > 0.5) == own, clear),
        "bayes_right": _share((exact > 0.5) == own, clear),
        "trained_right": _share((trained > 0.5) == own, clear),
        "like_bayes": _share((yes[:, 0] > 0.5) == (exact > 0.5), opinion),
        "from_bayes": float(np.abs(yes - exact[:, None]).mean()),
    }


def _share(good: np.ndarray, of: np.ndarray) -> float:
    """The share of those that count; an even chance where none does."""
    return float(good[of].mean()) if of.any() else 0.5


def later(
    model: LlamaForCausalLM, given: Conversations, further: Script, turns: int, *, told_last: bool = False
) -> dict[str, float]:
    """Agreement after further turns, and answers that still are what was told; or further turns first, told last."""
    more = first(further, turns)
    script = joined(more, given.script) if told_last else joined(given.script, more)
    words = worded(script._replace(topic=given.script.topic))
    yes = ask(model, state_of(model, words), EVERY_FRAMING).yes
    clear, new = decided(given), untrained(given.script.topic)
    return {
        "agrees": agreement(yes, new & clear[:, None]),
        "right": _share((yes[:, 0] > 0.5) == (STANCES[given.view] > 0), clear),
    }


def some_of(given: Conversations, number: int) -> Conversations:
    """The first of the conversations."""
    return given._replace(script=rows(given.script, np.arange(number)), view=given.view[:number])


FURTHER: Final = {"silent": ARMS["silent"], "dan": ARMS["by-dan"]}
"""What can happen after a view was formed: nobody says anything, or Dan does, who knows nothing."""


def further(given: Conversations, kind: str, turns: int, random: np.random.Generator) -> Script:
    """As many turns that could follow the conversations."""
    return drawn(given.of, replace(FURTHER[kind], turns=turns), len(given.view), random).script


def curves(
    model: LlamaForCausalLM, given: Conversations, between: tuple[int, ...], streams: Streams
) -> dict[str, Float[np.ndarray, " between"]]:
    """The same after so many further turns of either kind; and after silent turns that came first, the view told last.

    The last tells the age of a view from the length of the conversation.
    """
    found: dict[str, list[float]] = {}
    for name, kind, told_last in (
        ("silent", "silent", False),
        ("dan", "dan", False),
        ("first", "silent", True),
    ):
        more = further(given, kind, max(between), streams.numpy(f"further turns, {kind}"))
        for number in between:
            now = later(model, given, more, number, told_last=told_last)
            for key, value in now.items():
                found.setdefault(f"{key}_{name}", []).append(value)
    return {name: np.array(values) for name, values in found.items()}
