"""Texts of the planner at work: what it does is to be predicted, what the world says is not.

A context that was wiped, cut or begun by a note looks like a text that starts so; a varied corpus holds all three.
Now and then a text does not do what the planner would, so that the agent also learns to go on after a look too many.
"""

from dataclasses import dataclass
from random import Random

import numpy as np

from companion.plasticity.agents.ledger.planner import plan
from companion.plasticity.agents.ledger.recipe import Variant
from companion.plasticity.agents.ledger.world import (
    CELL,
    CELLS,
    CHAT,
    CHATTER,
    DONE,
    LOOK,
    NOTE,
    SAY,
    SUM,
    VALUES,
    VOCABULARY,
    fact,
)
from companion.plasticity.schooling.lessons import UNLABELED, Lesson


@dataclass(frozen=True)
class Habits:
    """What texts are like."""

    after_a_note: float = 0.3  # share of texts that begin after one
    inside_a_turn: float = 0.3  # share that begins in the middle of a turn
    notes: float = 0.1  # how often a note is written before a question
    slips: float = 0.03  # how often a look at any cell stands where the planner does something

    def __post_init__(self) -> None:
        if min(self.after_a_note, self.inside_a_turn) < 0 or self.after_a_note + self.inside_a_turn > 1:
            raise ValueError("after_a_note and inside_a_turn are shares that add up to at most 1.")


HABITS: dict[Variant, Habits] = {
    "varied": Habits(),
    "intact": Habits(after_a_note=0.0, inside_a_turn=0.0),
}
EASY: dict[Variant, Habits] = {
    "varied": Habits(after_a_note=1.0, inside_a_turn=0.0, slips=0.0),
    "intact": HABITS["intact"],
}
"""What the short texts are like with which a training begins; after a note there is more to answer than to look up."""


class Text:
    """A text in the making: its words, its labels, and the table that it tells of."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.table = [random.randrange(VALUES) for _ in range(CELLS)]
        self.words: list[int] = []
        self.labels: list[int] = []
        self.known: set[int] = set()

    def write(self, *words: int, says: bool = False) -> None:
        """Append words; `says` labels each as the one to predict after the word before it."""
        for word in words:
            if says:
                self.labels[-1] = word
            self.words.append(word)
            self.labels.append(UNLABELED)

    def tell(self, cell: int, *, says: bool = False) -> None:
        """Append what a cell holds."""
        self.known.add(cell)
        self.write(fact(cell, self.table[cell]), says=says)

    def chat(self) -> None:
        """Append up to two words that mean nothing."""
        self.write(*(CHAT + self.random.randrange(len(CHATTER)) for _ in range(self.random.randrange(3))))

    def note(self) -> None:
        """Append a note of all that is known."""
        self.write(VOCABULARY.ids[NOTE])
        for cell in sorted(self.known):
            self.tell(cell, says=True)
        self.write(VOCABULARY.ids[DONE], says=True)

    def turn(self, slips: float) -> None:
        """Append a question and all that the agent does about it."""
        pair = self.random.sample(range(CELLS), 2)
        self.write(VOCABULARY.ids[SUM], *(CELL + cell for cell in pair))
        while True:
            best = plan([fact(cell, self.table[cell]) for cell in self.known], pair)
            self.labels[-1] = best
            done = best if self.random.random() >= slips else LOOK + self.random.randrange(CELLS)
            self.write(done)
            if done >= SAY:
                return self.chat()
            self.tell(done - LOOK)

    def begin_after_a_note(self) -> None:
        """The facts of a note, and at times the word that closed it."""
        for cell in sorted(self.random.sample(range(CELLS), 1 + self.random.randrange(CELLS))):
            self.tell(cell)
        self.write(*[VOCABULARY.ids[DONE]] * self.random.randrange(2))

    def begin_inside_a_turn(self) -> None:
        """The end of a turn whose beginning is lost."""
        whole = Text(self.random)
        whole.table = self.table
        whole.turn(0.0)
        kept = whole.words[3 + self.random.randrange(max(1, len(whole.words) - 3)) :]
        self.known |= {cell for cell in whole.known if fact(cell, self.table[cell]) in kept}
        self.write(*kept)


def text(habits: Habits, length: int, random: Random) -> Text:
    """One text, cut at a length."""
    made, start = Text(random), random.random()
    if start < habits.after_a_note:
        made.begin_after_a_note()
    elif start < habits.after_a_note + habits.inside_a_turn:
        made.begin_inside_a_turn()
    while len(made.words) < length:
        if made.known and random.random() < habits.notes:
            made.note()
        made.turn(habits.slips)
    return made


def lesson(habits: Habits, rows: int, length: int, random: Random) -> Lesson:
    """Texts of one length."""
    if rows < 1 or length < 8:
        raise ValueError("a lesson has at least one text of at least eight words.")
    texts = [text(habits, length, random) for _ in range(rows)]
    return Lesson(
        np.array([made.words[:length] for made in texts]), np.array([made.labels[:length] for made in texts])
    )
