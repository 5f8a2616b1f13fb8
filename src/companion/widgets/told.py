"""What the instance in a live conversation was told, a word a turn, and the conversation that this makes."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from companion.plasticity.conversation.language import LENGTH, SILENCE, STATEMENT, VOCABULARY
from companion.plasticity.conversation.script import Casting, Script, first, improvised, turns
from companion.plasticity.conversation.world import QUALITIES, TOPICS, VOICES

TURNS: Final = 24
"""Twice as many as training has."""

TURN: Final = LENGTH["say"] + LENGTH["ask"]
"""Words of a turn: a statement, and a question to which no answer is shown."""

QUIET: Final = VOCABULARY.words[SILENCE]
_STATEMENTS = range(STATEMENT, STATEMENT + 2 * len(VOICES) * len(QUALITIES))


def checked(said: Sequence[str]) -> list[str]:
    """What was said, as it is; raises ValueError for too many turns, or for words that nobody can say."""
    if len(said) > TURNS:
        raise ValueError(f"a conversation here has at most {TURNS} turns, not {len(said)}")
    for word in said:
        if word != QUIET and VOCABULARY.ids.get(word) not in _STATEMENTS:
            raise ValueError(
                f"nobody can say {word!r}: a turn is a word like 'ana-likes-irony', or {QUIET!r}"
            )
    return list(said)


def script_of(topic: str, said: Sequence[str]) -> Script:
    """The conversation in which this was said. Its questions are improvised, the same ones in every conversation."""
    about, nobody = np.array([TOPICS.index(topic)]), np.zeros(1, int)
    random = np.random.default_rng([TURNS, *about])
    script = improvised(about, nobody, Casting(nobody, nobody), turns(TURNS), random)
    script = first(script, len(said))
    ids = np.array([VOCABULARY.ids[word] for word in checked(said)], int)[None]
    silent, place = ids == SILENCE, np.where(ids == SILENCE, 0, ids - STATEMENT)
    voice, quality = np.divmod(place // 2, len(QUALITIES))
    return script._replace(voice=voice, silent=silent, quality=quality, stance=1 - 2 * (place % 2))
