"""What can be thought and said: views, qualities, items, framings, voices; and what training withholds of them.

A view is what somebody likes: for each of four hidden traits, one side of it. A quality shows one trait, turned one way
or the other, so a view likes or dislikes each of sixteen qualities. An item has three qualities, and who judges it
judges one of them without saying which. All is fixed before any model is trained: verdicts rest on what was withheld.
"""

import itertools
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

TRAITS: Final = 4
VIEWS: Int[np.ndarray, "16 4"] = np.array(list(itertools.product((-1, 1), repeat=TRAITS)))

TOPICS = (
    "novels",
    "films",
    "songs",
    "houses",
    "poems",
    "plays",
    "gardens",
    "paintings",
    "essays",
    "dances",
    "dishes",
    "games",
)
STRENGTH: Float[np.ndarray, " 12"] = np.array([0.0, 0.6, 0.9, 0.98])[np.arange(12) % 4]
"""How often a conversation on a topic is about the prevailing view."""

QUALITIES = (
    "brevity",
    "order",
    "speed",
    "color",
    "irony",
    "silence",
    "detail",
    "risk",
    "warmth",
    "symmetry",
    "age",
    "size",
    "humor",
    "contrast",
    "echo",
    "danger",
)
TRAIT_OF: Int[np.ndarray, " 16"] = np.arange(16) % TRAITS
TURNED: Int[np.ndarray, " 16"] = np.array([1, 1, -1, -1, -1, 1, 1, -1, 1, -1, -1, 1, -1, -1, 1, 1])
"""Two qualities of each trait show it one way, two the other."""

STANCES: Int[np.ndarray, "16 16"] = VIEWS[:, TRAIT_OF] * TURNED
"""1 where a view (row) likes a quality (column), -1 where it does not."""

ITEMS: Int[np.ndarray, "256 3"] = np.array(
    [
        triple
        for triple in itertools.combinations(range(16), 3)
        if len({int(TRAIT_OF[quality]) for quality in triple}) == 3
    ]
)
"""Three qualities of three traits."""

APPEAL: Float[np.ndarray, "16 256"] = (STANCES[:, ITEMS] > 0).mean(2)
"""The share of an item's qualities that a view likes: how often somebody who holds it calls the item fine."""

FRAMINGS = ("for-or-against", "good-or-bad", "agree", "disagree", "a-for-b-against", "a-against-b-for")
EVERY_FRAMING: Final = tuple(range(len(FRAMINGS)))
"""The numbers of all framings, for questions that are put in each of them."""

ANSWERS = ("for", "against", "good", "bad", "yes", "no", "A", "B")
ANSWER_OF: Int[np.ndarray, "6 2"] = np.array([[0, 1], [2, 3], [4, 5], [5, 4], [6, 7], [7, 6]])
"""For each framing the answer that says yes to the quality, and the one that says no."""

VOICES = ("ana", "ben", "cleo", "dan", "eve")
ERROR: Float[np.ndarray, "5 4"] = np.array(
    [[0.02] * 4, [0.15] * 4, [0.3] * 4, [0.5] * 4, [0.02, 0.02, 0.5, 0.5]]
)
"""How often a voice (row) is wrong about a trait (column). Dan knows nothing; Eve knows two traits of four."""

LEVELS = ("guessing", "leaning", "likely", "confident", "certain")
LEVEL_EDGES = np.array([0.6, 0.75, 0.9, 0.97])
LEVEL_MIDDLE = np.array([0.55, 0.67, 0.83, 0.94, 0.99])
"""What a level of confidence stands for: a probability, between its edges and in the middle."""


class Withheld(NamedTuple):
    """What no training conversation holds."""

    views: Bool[np.ndarray, " 16"]  # nobody holds these
    framings: Bool[np.ndarray, "12 6"]  # a whole topic is never asked about so
    pairs: Bool[np.ndarray, "6 16"]  # a quality is never asked about so, in any topic
    items: Bool[np.ndarray, " 256"]  # nobody gives or is asked a verdict on these


def _withheld() -> Withheld:
    views = np.zeros(16, bool)
    views[[5, 10]] = True  # a view and its opposite: every trait stays balanced
    framings = np.zeros((12, 6), bool)
    framings[np.arange(12), 1 + np.arange(12) % 5] = True
    pairs = np.zeros((6, 16), bool)
    for framing in range(1, 6):  # three qualities, of three traits
        pairs[
            framing, [(4 * framing + 5 * trait) % 16 for trait in range(TRAITS) if trait != framing % 4]
        ] = True
    items = np.zeros(256, bool)
    items[np.random.default_rng(5).permutation(256)[:64]] = True
    return Withheld(views, framings, pairs, items)


WITHHELD = _withheld()


def level_of(probability: Float[np.ndarray, "*any"]) -> Int[np.ndarray, "*any"]:
    """The level of confidence that a probability of being right amounts to."""
    return np.digitize(probability, LEVEL_EDGES)
