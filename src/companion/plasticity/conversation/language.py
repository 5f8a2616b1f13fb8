"""How a conversation is worded. A reader can follow it, and every turn of a kind has the same length.

    <s> films    ana-likes-irony                             agree irony sure?
                 nobody-speaks                               for-or-against risk sure?
                 ben-poor-speed ben-poor-color ben-poor-age  rate speed irony size sure?
                 found code-5 likely                         note code-5 confident

Whatever counts as evidence is one word: one that must be put together from its neighbors first is learned late or not
at all (LOG.md). A question is answered after its last word and its answer never shown; `sure?` asks how probable it is.
"""

from itertools import accumulate
from typing import Final

import numpy as np
from jaxtyping import Bool, Int

from companion.plasticity.conversation.script import Asked, Said, Script
from companion.plasticity.conversation.world import (
    ANSWERS,
    FRAMINGS,
    ITEMS,
    LEVELS,
    QUALITIES,
    TOPICS,
    VOICES,
)
from companion.transformer.vocabulary import BEGIN, END, PAD, Vocabulary


def _said(good: str, bad: str) -> tuple[str, ...]:
    """What every voice can say of every quality."""
    return tuple(
        f"{voice}-{verb}-{quality}" for voice in VOICES for quality in QUALITIES for verb in (good, bad)
    )


_GROUPS: dict[str, tuple[str, ...]] = {
    "fixed": (BEGIN, END, PAD, "nobody-speaks", "rate", "sure?", "note", "found"),
    "topics": TOPICS,
    "statements": _said("likes", "dislikes"),
    "verdicts": ("fine", "poor"),
    "judged": _said("fine", "poor"),
    "framings": FRAMINGS,
    "qualities": QUALITIES,
    "answers": ANSWERS,
    "levels": LEVELS,
    "codes": tuple(f"code-{view}" for view in range(16)),
}
_STARTS = dict(zip(_GROUPS, accumulate(map(len, _GROUPS.values()), initial=0), strict=False))

VOCABULARY: Final = Vocabulary(tuple(word for group in _GROUPS.values() for word in group))

SILENCE, RATE, SURE, NOTE, FOUND = range(3, 8)
TOPIC, STATEMENT, VERDICT, JUDGED, FRAMING, QUALITY, ANSWER, LEVEL, CODE = list(_STARTS.values())[1:]
"""The ids at which the groups of words begin."""

LENGTH: dict[Said | Asked, int] = {
    "say": 1,
    "verdict": 3,
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
    voice, against = script.voice[:, turn, None], script.stance[:, turn, None] < 0
    match said:
        case "say":
            spoken = STATEMENT + _place(voice, script.quality[:, turn, None], against)
            return np.where(script.silent[:, turn, None], SILENCE, spoken)
        case "verdict":
            return JUDGED + _place(voice, ITEMS[script.item[:, turn]], against)
        case "found":
            found = [CODE + script.code[:, turn], LEVEL + script.level[:, turn]]
            return np.stack([np.full_like(found[0], FOUND), *found], 1)
        case "nothing":
            return np.empty((len(voice), 0), int)


def _place(
    voice: Int[np.ndarray, "rows 1"],
    quality: Int[np.ndarray, "rows words"],
    against: Bool[np.ndarray, "rows 1"],
) -> Int[np.ndarray, "rows words"]:
    """Where in its group a word stands."""
    return (len(QUALITIES) * voice + quality) * 2 + against


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
