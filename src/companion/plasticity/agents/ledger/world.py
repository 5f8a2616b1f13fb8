"""A hidden table of eight cells, and a stream of questions about the sum of two of them.

At each turn the agent looks a cell up, which costs a fifth, or answers, which earns 1 if the sum is right. What it has
looked up it reads again in its context, for as long as it has it. After an answer come up to two words of chatter and
the next question. An episode is drawn as a whole beforehand, so that the world itself is a plain function of what the
agent does.
"""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Int

from companion.transformer.vocabulary import BEGIN, END, PAD, Vocabulary

CELLS: Final = 8
VALUES: Final = 4
QUESTIONS: Final = 16
"""In an episode."""
COST: Final = 0.2
PATIENCE: Final = 6
"""Look-ups allowed on one question; whatever the agent does then is taken as an answer."""

NAMES = "abcdefgh"
SUM, NOTE, DONE = "sum", "note", "done"
CHATTER = ("hm", "so", "well", "then", "now", "fine")
VOCABULARY = Vocabulary(
    (
        BEGIN, END, PAD, SUM, NOTE, DONE, *NAMES, *(f"look-{name}" for name in NAMES),
        *(f"say-{total}" for total in range(2 * VALUES - 1)),
        *(f"{name}={value}" for name in NAMES for value in range(VALUES)), *CHATTER,
    )
)  # fmt: skip
CELL, LOOK, SAY, FACT, CHAT = (VOCABULARY.ids[word] for word in ("a", "look-a", "say-0", "a=0", CHATTER[0]))
"""Where each kind of word begins; what an agent may do lies from LOOK up to FACT."""


class Episode(NamedTuple):
    """A table and all that will be asked."""

    table: Int[np.ndarray, " cells"]
    pairs: Int[np.ndarray, "questions 2"]  # two different cells each
    chatter: Int[np.ndarray, "questions 2"]  # words after each answer, numbered; -1 for none

    def question(self, number: int) -> list[int]:
        """The words of a question."""
        first, second = map(int, self.pairs[number])
        return [VOCABULARY.ids[SUM], CELL + first, CELL + second]

    def sum_of(self, number: int) -> int:
        """The right answer to a question."""
        return int(self.table[self.pairs[number]].sum())


class Place(NamedTuple):
    """Where a stream has got to."""

    number: int = 0  # of the question
    looks: int = 0  # at this question, so far


class Outcome(NamedTuple):
    """What an action leads to."""

    words: list[int]  # that the world appends
    place: Place
    reward: float


def episode(random: np.random.Generator, questions: int = QUESTIONS) -> Episode:
    """A table, questions and chatter at random."""
    pairs = random.random((questions, CELLS)).argsort(1)[:, :2]
    words = random.integers(0, len(CHATTER), (questions, 2))
    silent = np.arange(2) >= random.integers(0, 3, questions)[:, None]
    return Episode(random.integers(0, VALUES, CELLS), pairs, np.where(silent, -1, words))


def fact(cell: int, value: int) -> int:
    """The word that says what a cell holds."""
    return FACT + VALUES * cell + value


def respond(of: Episode, place: Place, action: int) -> Outcome:
    """What the world says to an action; raises ValueError for a word that is no action."""
    if not LOOK <= action < FACT:
        raise ValueError(
            f"'{VOCABULARY.words[action]}' is no action: an agent looks a cell up or says a sum."
        )
    if action < SAY and place.looks < PATIENCE:
        cell = action - LOOK
        told = fact(cell, int(of.table[cell]))
        return Outcome([told], Place(place.number, place.looks + 1), -COST)
    right = action == SAY + of.sum_of(place.number)
    words = [CHAT + int(word) for word in of.chatter[place.number] if word >= 0]
    after = Place(place.number + 1)
    if after.number < len(of.pairs):
        words += of.question(after.number)
    return Outcome(words, after, float(right))
