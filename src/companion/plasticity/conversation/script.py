"""A conversation before it is worded: what happens in each turn. Experiments edit these arrays, never tokens."""

from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from companion.plasticity.conversation.world import ERROR, ITEMS, STANCES, TRAIT_OF, WITHHELD

Said = Literal["say", "verdict", "found", "nothing"]
"""What opens a turn.

say       a voice says whether it likes a quality; in a silent row nobody does
verdict   a voice calls an item fine or poor, for one of its qualities, which it does not name
found     a note of another conversation is read
nothing   the turn is only a question
"""

Asked = Literal["ask", "rate", "note", "nothing"]
"""What closes a turn: a question about a quality, one about an item, a note that is written, or nothing."""

Layout = tuple[tuple[Said, Asked], ...]
"""The turns of a conversation; all rows of a batch share it, so that all their texts are equally long."""


class Script(NamedTuple):
    """Rows of conversations with the same layout. Entries that a turn has no use for are ignored."""

    layout: Layout
    topic: Int[np.ndarray, " rows"]
    voice: Int[np.ndarray, "rows turns"]
    silent: Bool[np.ndarray, "rows turns"]
    quality: Int[np.ndarray, "rows turns"]  # that a voice speaks of, or that its verdict is for
    item: Int[np.ndarray, "rows turns"]  # that a voice gives a verdict on
    stance: Int[np.ndarray, "rows turns"]  # 1 for liking it, -1 for not
    code: Int[np.ndarray, "rows turns"]  # of the note that is found: a view
    level: Int[np.ndarray, "rows turns"]  # of the note that is found
    framing: Int[np.ndarray, "rows turns"]
    asked: Int[np.ndarray, "rows turns"]  # the quality in question
    rated: Int[np.ndarray, "rows turns"]  # the item in question


def turns(number: int, said: Said = "say", asked: Asked = "ask") -> Layout:
    """A layout of equal turns."""
    return ((said, asked),) * number


class Casting(NamedTuple):
    """Who speaks: a main voice and a second one, and how often the second has the word."""

    main: Int[np.ndarray, " rows"]
    second: Int[np.ndarray, " rows"]
    share: float = 0.3


def improvised(
    topic: Int[np.ndarray, " rows"],
    view: Int[np.ndarray, " rows"],
    cast: Casting,
    layout: Layout,
    random: np.random.Generator,
    *,
    silence: float = 0.0,
    everything: bool = False,
    framings: int = 6,
) -> Script:
    """Conversations about views: statements about random qualities, right as often as their voices are.

    Questions avoid what training withholds, unless `everything` is allowed.
    """
    shape = (len(topic), len(layout))
    voice = np.where(random.random(shape) < cast.share, cast.second[:, None], cast.main[:, None])
    items = np.arange(len(ITEMS)) if everything else np.flatnonzero(~WITHHELD.items)
    framing, asked = random.integers(0, framings, shape), random.integers(0, 16, shape)
    if not everything:
        framing = np.where(WITHHELD.pairs[framing, asked], 0, framing)
        framing = np.where(WITHHELD.framings[topic[:, None], framing], 0, framing)
    item = random.choice(items, shape)
    deciding = ITEMS[item, random.integers(0, 3, shape)]
    of_verdict = np.array([opening == "verdict" for opening, _ in layout], bool)
    script = Script(
        layout,
        topic,
        voice,
        random.random(shape) < silence,
        np.where(of_verdict, deciding, random.integers(0, 16, shape)),
        item,
        np.ones(shape, int),
        np.zeros(shape, int),
        np.zeros(shape, int),
        framing,
        asked,
        random.choice(items, shape),
    )
    return spoken(script, view, random)


def spoken(script: Script, view: Int[np.ndarray, " rows"], random: np.random.Generator) -> Script:
    """The same script with statements about the given views, wrong as often as their voices are."""
    right = STANCES[view[:, None], script.quality]
    wrong = random.random(right.shape) < ERROR[script.voice, TRAIT_OF[script.quality]]
    return script._replace(stance=np.where(wrong, -right, right))


def first(script: Script, number: int) -> Script:
    """The first turns alone."""
    cut = [field[:, :number] for field in script[2:]]
    return Script(script.layout[:number], script.topic, *cut)


def joined(start: Script, end: Script) -> Script:
    """One conversation after the other; the topic is that of the first."""
    fields = [np.concatenate(pair, 1) for pair in zip(start[2:], end[2:], strict=True)]
    return Script(start.layout + end.layout, start.topic, *fields)


def rows(script: Script, chosen: np.ndarray) -> Script:
    """Some of the conversations, or all in another order."""
    return Script(script.layout, *[field[chosen] for field in script[1:]])
