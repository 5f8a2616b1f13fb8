"""What a task offers to whoever samples, trains or measures: problems, a language, a verifier.

A problem is its prompt, a row of tokens of constant length. A completion is either an answer at once or a trace and
then an answer; the verifier sees the answer alone. Held-out problems are told by a hash of the problem, so that no
corpus and no run of reinforcement learning can have met one.
"""

from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Int

from companion.transformer.vocabulary import Vocabulary

THINK, ANSWER = "think", "answer"
"""The words that open a trace and an answer."""

Rows = Int[np.ndarray, "rows _"]


@runtime_checkable
class Task(Protocol):
    """Problems of one kind and how to tell a right answer."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The language."""
        ...

    @property
    def prompt_length(self) -> int:
        """Tokens of a prompt."""
        ...

    @property
    def limit(self) -> int:
        """Tokens of the longest completion."""
        ...

    @property
    def answer_limit(self) -> int:
        """Tokens of an answer after the word that opens it, its end included."""
        ...

    @property
    def chance(self) -> float:
        """How often a well-formed answer at random is right."""
        ...

    def problems(self, count: int, random: np.random.Generator, *, held_out: bool = False) -> Rows:
        """Prompts of problems, from those for training or from those held out."""
        ...

    def correct(self, prompts: Rows, completions: Rows) -> Bool[np.ndarray, " rows"]:
        """The verifier: whether a completion ends with a right answer; it looks at nothing else."""
        ...


class Answers(NamedTuple):
    """Where completions answer."""

    found: Bool[np.ndarray, " rows"]  # an answer of the right length, closed by the end of the text
    words: Rows  # the words of the answer; the words of some other place where none was found


def answers_in(completions: Rows, vocabulary: Vocabulary, length: int) -> Answers:
    """The first answer of each completion: `length` words after the word that opens it, then the end."""
    opened = completions == vocabulary.ids[ANSWER]
    padded = np.pad(completions, ((0, 0), (0, length + 1)), constant_values=vocabulary.pad)
    place = opened.argmax(1)[:, None] + 1 + np.arange(length + 1)
    words = np.take_along_axis(padded, place, 1)
    return Answers(opened.any(1) & (words[:, -1] == vocabulary.end), words[:, :-1])


def held_out(keys: Int[np.ndarray, "rows parts"], one_in: int = 5) -> Bool[np.ndarray, " rows"]:
    """Whether a problem is held out: a hash of its parts (the finalizer of SplitMix64, Steele et al. 2014)."""
    total = np.zeros(len(keys), np.uint64)
    for part in keys.T.astype(np.uint64):
        total = (total + part + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        total = (total ^ (total >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        total = (total ^ (total >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        total ^= total >> np.uint64(31)
    return total % np.uint64(one_in) == 0
