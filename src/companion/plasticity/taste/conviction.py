"""A view against the prevailing one: how it forms, whether it stands when others speak against it, what is left."""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes
from companion.plasticity.conversation.culture import Culture
from companion.plasticity.conversation.script import first
from companion.plasticity.conversation.world import STANCES, VOICES
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import state_of
from companion.plasticity.state.newly import ask_newly
from companion.plasticity.taste.regimes import Pressed

OTHERS: Final = {"silence": None, "dan": "dan", "cleo": "cleo"}
"""Who speaks for the prevailing view afterward: nobody, somebody who knows nothing, somebody who often errs."""

Randoms = np.random.Generator


def others_speak(given: Conversations, settings: Pressed, random: Randoms) -> Bool[np.ndarray, "rows turns"]:
    """The turns after the view has formed in which others have the word."""
    shape = given.script.voice.shape
    return (np.arange(shape[1]) >= settings.formed) & (random.random(shape) < settings.share)


def pressed(given: Conversations, theirs: Bool[np.ndarray, "rows turns"], who: str | None) -> Conversations:
    """The same conversation, in some turns of which somebody speaks for the prevailing view, or nobody speaks."""
    script = given.script
    if who is None:
        return given._replace(script=script._replace(silent=script.silent | theirs))
    prevailing = STANCES[given.of.prevailing[script.topic][:, None], script.quality]
    voice = np.where(theirs, VOICES.index(who), script.voice)
    stance = np.where(theirs, prevailing, script.stance)
    return given._replace(script=script._replace(voice=voice, stance=stance))


def held(model: LlamaForCausalLM, given: Conversations) -> float:
    """Dissent of the instances that read these conversations."""
    answers = ask_newly(model, state_of(model, given.tokens), given.script.topic)
    return adoption(answers.yes[:, 0], given.view)


def after(given: Conversations, number: int) -> Conversations:
    """The first turns alone."""
    return given._replace(script=first(given.script, number))


def believed(given: Conversations, *, trained: bool = False) -> Float[np.ndarray, " turns_and_one"]:
    """Dissent of the exact Bayes agent before the first turn and after each."""
    exact = likes(given.believed(trained=trained))
    return np.array([adoption(exact[:, number], given.view) for number in range(exact.shape[1])])


def measured(
    model: LlamaForCausalLM, of: Culture, settings: Pressed, random: Randoms
) -> dict[str, float | np.ndarray]:
    """Dissent while a view forms, after it was pressed, and in the next instance, which has read nothing."""
    given = drawn(of, settings.situation, settings.rows, random)
    turns, formed = list(settings.after), settings.after.index(settings.formed)
    curve = np.array([held(model, after(given, number)) for number in turns])
    exact = believed(given)[turns]
    found: dict[str, float | np.ndarray] = {
        "next_instance": float(curve[0]),
        "formed": float(curve[formed]),
        "adopted": float(curve[-1]),
        "bayes_prior": float(exact[0]),
        "bayes_formed": float(exact[formed]),
        "bayes_adopted": float(exact[-1]),
        "curve": curve,
        "bayes_curve": exact,
        "trained_curve": believed(given, trained=True)[turns],
    }
    theirs = others_speak(given, settings, random)
    for name, who in OTHERS.items():
        late = pressed(given, theirs, who)
        found |= {f"after_{name}": held(model, late), f"bayes_after_{name}": float(believed(late)[-1])}
    return {**found, "conviction": float(found["after_dan"]) - float(found["next_instance"])}
