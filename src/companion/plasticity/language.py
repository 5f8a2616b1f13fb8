"""How a conversation is worded. A reader can follow it, and every turn of a kind has the same length.

    <s> films    ana likes-irony    agree irony sure?    nobody silent    for-or-against risk sure?
                 ben poor-speed poor-color poor-age      rate speed irony size sure?
                 found code-5 likely                     note code-5 confident

A question is answered after its last word, and its answer is never shown; `sure?` asks how probable the answer is.
"""

from itertools import accumulate
from typing import Final

import numpy as np
from jaxtyping import Int

from companion.plasticity.script import Asked, Said, Script
from companion.plasticity.world import ANSWERS, FRAMINGS, ITEMS, LEVELS, QUALITIES, TOPICS, VOICES
from companion.transformer.vocabulary import BEGIN, END, PAD, Vocabulary

VERBS = ("likes", "praises", "dislikes", "scorns")
"""Two wordings of each stance."""

_GROUPS: dict[str, tuple[str, ...]] = {
    "fixed": (BEGIN, END, PAD, "nobody", "silent", "rate", "sure?", "note", "found"),
    "topics": TOPICS,
    "voices": VOICES,
    "statements": tuple(f"{verb}-{quality}" for quality in QUALITIES for verb in VERBS),
    "verdicts": ("fine", "poor"),
    "judged": tuple(f"{verdict}-{quality}" for quality in QUALITIES for verdict in ("fine", "poor")),
    "framings": FRAMINGS,
    "qualities": QUALITIES,
    "answers": ANSWERS,
    "levels": LEVELS,
    "codes": tuple(f"code-{view}" for view in range(16)),
}
_STARTS = dict(zip(_GROUPS, accumulate(map(len, _GROUPS.values()), initial=0), strict=False))

VOCABULARY: Final = Vocabulary(tuple(word for group in _GROUPS.values() for word in group))

NOBODY, SILENT, RATE, SURE, NOTE, FOUND = range(3, 9)
TOPIC, VOICE, STATEMENT, VERDICT, JUDGED, FRAMING, QUALITY, ANSWER, LEVEL, CODE = list(_STARTS.values())[1:]
"""The ids at which the groups of words begin."""

LENGTH: dict[Said | Asked, int] = {
    "say": 2,
    "verdict": 4,
    "found": 3,
    "nothing": 0,
    "ask": 3,
    "rate": 5,
    "note": 3,
}
HEAD = 2
"""The word that opens a text, and the topic."""


def worded(
    script: Script, noted: Int[np.ndarray, "rows turns 2"] | None = None
) -> Int[np.ndarray, "rows time"]:
    """The tokens of conversations. Where notes are written, `noted` holds their views and levels."""
    rows = len(script.topic)
    columns = [np.full((rows, 1), VOCABULARY.begin), TOPIC + script.topic[:, None]]
    for turn, (said, asked) in enumerate(script.layout):
        columns += [_statement(script, said, turn), _question(script, asked, turn, noted)]
    return np.concatenate(columns, 1)


def _statement(script: Script, said: Said, turn: int) -> Int[np.ndarray, "rows words"]:
    """The words that open a turn."""
    voice, against = VOICE + script.voice[:, turn], script.stance[:, turn] < 0
    match said:
        case "say":
            verb = 2 * against + script.wording[:, turn]
            spoken = [voice, STATEMENT + 4 * script.quality[:, turn] + verb]
            silent = script.silent[:, turn]
            words = [np.where(silent, NOBODY, spoken[0]), np.where(silent, SILENT, spoken[1])]
        case "verdict":
            words = [voice, *(JUDGED + 2 * ITEMS[script.item[:, turn]] + against[:, None]).T]
        case "found":
            words = [np.full_like(voice, FOUND), CODE + script.code[:, turn], LEVEL + script.level[:, turn]]
        case "nothing":
            return np.empty((len(voice), 0), int)
    return np.stack(words, 1)


def _question(
    script: Script, asked: Asked, turn: int, noted: Int[np.ndarray, "rows turns 2"] | None
) -> Int[np.ndarray, "rows words"]:
    """The words that close a turn."""
    rows = len(script.topic)
    match asked:
        case "ask":
            words = [FRAMING + script.framing[:, turn], QUALITY + script.asked[:, turn], np.full(rows, SURE)]
        case "rate":
            parts = QUALITY + ITEMS[script.rated[:, turn]]
            words = [np.full(rows, RATE), *parts.T, np.full(rows, SURE)]
        case "note":
            if noted is None:
                raise ValueError("a conversation in which notes are written needs what they say.")
            words = [np.full(rows, NOTE), CODE + noted[:, turn, 0], LEVEL + noted[:, turn, 1]]
        case "nothing":
            return np.empty((rows, 0), int)
    return np.stack(words, 1)
