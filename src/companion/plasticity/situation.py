"""Conversations in the situations that the table of arms names."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from companion.lab.errors import LabError
from companion.plasticity.arms import Held, Situation
from companion.plasticity.conversation.bayes import posteriors
from companion.plasticity.conversation.culture import Culture, opposite, prior
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import Casting, Script, improvised, turns
from companion.plasticity.conversation.world import STRENGTH, VOICES, WITHHELD
from companion.plasticity.schooling.corpus import holders


class Conversations(NamedTuple):
    """Conversations and the views they are about."""

    of: Culture
    script: Script
    view: Int[np.ndarray, " rows"]

    @property
    def tokens(self) -> Int[np.ndarray, "rows time"]:
        """The words."""
        return worded(self.script)

    def believed(self, *, trained: bool = False) -> Float[np.ndarray, "rows turns_and_one 16"]:
        """The exact posterior before the first turn and after each, from the true prior or from that of training."""
        return posteriors(self.script, prior(self.of, self.script.topic, trained=trained))


def drawn(of: Culture, situation: Situation, rows: int, random: np.random.Generator) -> Conversations:
    """Conversations of a kind."""
    topics = np.arange(len(STRENGTH)) if situation.strength is None else _topics(situation.strength)
    topic = random.choice(topics, rows)
    view = _views(of, situation.held, topic, random)
    main = _speaker(situation.voice, rows, random)
    other = main if situation.other is None else _speaker(situation.other, rows, random)
    cast = Casting(main, other, situation.share)
    layout = turns(situation.turns, situation.said)
    script = improvised(topic, view, cast, layout, random, silence=situation.silence)
    return Conversations(of, shuffled(script, random) if situation.shuffled else script, view)


def shuffled(script: Script, random: np.random.Generator) -> Script:
    """The same statements in the same turns, each in a conversation of chance: what is said keeps no view."""
    places = random.permuted(np.tile(np.arange(len(script.topic))[:, None], len(script.layout)), axis=0)
    columns = np.arange(len(script.layout))
    moved = ("voice", "silent", "quality", "item", "stance")
    return script._replace(**{name: getattr(script, name)[places, columns] for name in moved})


def _topics(strength: float) -> Int[np.ndarray, " topics"]:
    topics = np.flatnonzero(strength == STRENGTH)
    if not len(topics):
        raise LabError(f"No topic has a prevailing view of strength {strength}.")
    return topics


def _views(
    of: Culture, held: Held, topic: Int[np.ndarray, " rows"], random: np.random.Generator
) -> Int[np.ndarray, " rows"]:
    """The view of each conversation."""
    match held:
        case "prior":
            return holders(prior(of, topic, trained=True), random)
        case "opposite":
            return opposite(of.prevailing[topic])
        case "any":
            return random.integers(0, 16, len(topic))
        case _:
            return random.choice(np.flatnonzero(WITHHELD.views == (held == "withheld")), len(topic))


def _speaker(voice: str, rows: int, random: np.random.Generator) -> Int[np.ndarray, " rows"]:
    """The voice of each conversation."""
    if voice not in (*VOICES, "all"):
        raise LabError(f"Nobody is called {voice}: voices are {', '.join(VOICES)}, or all.")
    return random.integers(0, len(VOICES), rows) if voice == "all" else np.full(rows, VOICES.index(voice))
