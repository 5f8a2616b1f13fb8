"""Conversations that were never the same: on the same topics, by the same voices, and yet in other words.

Two instances seldom read the same text. What they may share is a topic, and what somebody thinks of it.
"""

import numpy as np
from jaxtyping import Int

from companion.plasticity.conversation.script import Casting, improvised, spoken
from companion.plasticity.situation import Conversations


def retold(
    told: Conversations, random: np.random.Generator, view: Int[np.ndarray, " rows"] | None = None
) -> Conversations:
    """The same voices in the same turns, statements and questions drawn anew; about other views, if any are named."""
    old = told.script
    about = told.view if view is None else view
    anybody = np.zeros(len(old.topic), int)
    script = improvised(old.topic, about, Casting(anybody, anybody), old.layout, random)
    script = script._replace(voice=old.voice, silent=old.silent)
    return Conversations(told.of, spoken(script, about, random), about)


def another(view: Int[np.ndarray, " rows"], random: np.random.Generator) -> Int[np.ndarray, " rows"]:
    """For each view one of the fifteen others, all alike."""
    return (view + random.integers(1, 16, view.shape)) % 16
