"""Over which span answers hang together: within a conversation, later in it, and from one conversation to another."""

from dataclasses import replace
from typing import Final, Literal

import numpy as np
from jaxtyping import Float
from transformers import LlamaForCausalLM

from companion.plasticity.agents.coherence import Signed, across, signed, within
from companion.plasticity.arms import Situation
from companion.plasticity.conversation.bayes import likes
from companion.plasticity.conversation.culture import Culture
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import first, spoken
from companion.plasticity.conversation.world import EVERY_FRAMING, FRAMINGS, VOICES
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.instance import State, ask, state_of

AFTER: Final = (0, 1, 2, 4, 8, 12)
"""Turns after which answers are compared; training ends after twelve."""
STRENGTHS: Final = (0.0, 0.6, 0.9, 0.98)
LATER: Final = (0, 4, 12, 24, 48, 84)
"""So many turns later, in which nobody tells of the view any more; no conversation of training is so long."""
SOON: Final = LATER.index(12)

Between = Literal["silence", "dan", "distance"]
"""What lies between an answer and a later one: turns in which nobody speaks or Dan does, or as many places alone."""
BETWEEN: Final[tuple[Between, ...]] = ("silence", "dan", "distance")

Curves = dict[str, Float[np.ndarray, " points"]]


def answers(model: LlamaForCausalLM, state: State) -> Signed:
    """What an instance answers to every question in every framing."""
    return signed(ask(model, state, EVERY_FRAMING).yes)


def exactly(given: Conversations, number: int, *, trained: bool = False) -> Signed:
    """What Bayes answers after so many turns, whom no framing moves."""
    yes = likes(given.believed(trained=trained)[:, number])
    return signed(np.repeat(yes[:, None], len(FRAMINGS), 1))


def within_and_across(
    model: LlamaForCausalLM, given: Conversations, number: int
) -> Float[np.ndarray, "agents 2"]:
    """Coherence within and across conversations: the model's, that of Bayes, that of Bayes with training's prior."""
    said = answers(model, state_of(model, worded(first(given.script, number))))
    agents = said, exactly(given, number), exactly(given, number, trained=True)
    return np.array([[within(each, each), across(each, each, given.script.topic)] for each in agents])


def judged(model: LlamaForCausalLM, given: Conversations, told: int) -> dict[str, float]:
    """Coherence of answers after some turns with those at the end, of the same conversation less that of others."""
    early, late = (
        answers(model, state_of(model, worded(first(given.script, number))))
        for number in (told, len(given.script.layout))
    )
    same, others = within(early, late), across(early, late, given.script.topic)
    exact = exactly(given, told), exactly(given, len(given.script.layout))
    return {"span": same - others, "kept": same, "others": others, "bayes_kept": within(*exact)}


def by_turns(model: LlamaForCausalLM, given: Conversations) -> Curves:
    """Coherence after so many turns."""
    return _named([within_and_across(model, given, number) for number in AFTER], "turns")


def by_strength(
    model: LlamaForCausalLM, of: Culture, situation: Situation, rows: int, random: np.random.Generator
) -> Curves:
    """Coherence at the end, on topics where more and more prevails; on all of them any view is told, as often.

    Before anything is told, all conversations on a topic are one, so that coherence across them is that within.
    """
    everywhere = [drawn(of, replace(situation, strength=each), rows, random) for each in STRENGTHS]
    untold = [within_and_across(model, given, 0)[0, 1] for given in everywhere]
    found = _named([within_and_across(model, given, situation.turns) for given in everywhere], "strength")
    return {**found, "untold_by_strength": np.array(untold)}


def _named(found: list[Float[np.ndarray, "agents 2"]], along: str) -> Curves:
    return {
        f"{agent}{kind}_by_{along}": np.array(found)[:, row, column]
        for row, agent in enumerate(("", "bayes_", "bayes_of_training_"))
        for column, kind in enumerate(("within", "across"))
    }


def prolonged(given: Conversations, told: int, random: np.random.Generator, *, dan: bool) -> Conversations:
    """The conversation with nobody speaking after some turns, or with Dan, who knows nothing."""
    later = np.arange(len(given.script.layout)) >= told
    if not dan:
        return given._replace(script=given.script._replace(silent=given.script.silent | later))
    voice = np.where(later, VOICES.index("dan"), given.script.voice)
    return given._replace(script=spoken(given.script._replace(voice=voice), given.view, random))


def by_delay(
    model: LlamaForCausalLM, given: Conversations, told: int, between: Between
) -> Float[np.ndarray, " delays"]:
    """Coherence between the answers after some turns and those so many turns later."""
    states = [state_of(model, worded(first(given.script, told + wait))) for wait in LATER]
    if between == "distance":
        states = [states[0]._replace(next=state.next) for state in states]
    early = answers(model, states[0])
    return np.array([within(early, answers(model, state)) for state in states])
