"""Situations in which instances are asked: who holds which view, who speaks of it and how often."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from companion.plasticity.bayes import posteriors
from companion.plasticity.corpus import holders
from companion.plasticity.culture import Culture, opposite, prior
from companion.plasticity.language import worded
from companion.plasticity.script import Casting, Said, Script, improvised, turns
from companion.plasticity.world import STRENGTH, VOICES, WITHHELD

Held = Literal["prior", "any", "trained", "withheld", "opposite"]
"""Whose view a conversation is about.

prior     drawn as training draws it
any       any of the sixteen alike
trained   any that training holds, alike
withheld  any that training never holds, alike
opposite  the opposite of the prevailing view
"""


@dataclass(frozen=True)
class Situation:
    """What conversations of one kind have in common."""

    turns: int = 12
    strength: float | None = 0.0  # of the prevailing view; None for all topics
    held: Held = "any"
    voice: str = "ana"  # who speaks; "all" for one of the five a conversation
    other: str | None = None  # who speaks, too
    share: float = 0.5  # how often the other has the word
    silence: float = 0.0
    said: Said = "say"
    shuffled: bool = False  # statements change places between conversations

    def __post_init__(self) -> None:
        for name in (self.voice, self.other):
            if name not in (*VOICES, "all", None):
                raise ValueError(f"there is no voice {name}")
        if self.strength is not None and self.strength not in STRENGTH:
            raise ValueError(f"no topic has a prevailing view of strength {self.strength}")


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
    moved = ("voice", "silent", "quality", "item", "stance", "wording")
    return script._replace(**{name: getattr(script, name)[places, columns] for name in moved})


def _topics(strength: float) -> Int[np.ndarray, " topics"]:
    return np.flatnonzero(strength == STRENGTH)


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
    return random.integers(0, len(VOICES), rows) if voice == "all" else np.full(rows, VOICES.index(voice))
