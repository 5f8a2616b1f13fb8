"""Task A, the word problem of S3: shuffle ABC by one permutation after another; where does it end?

A prompt lists the permutations, each as what it makes of ABC, filled up to a constant length. A trace says the
arrangement after every step, or after every second one. The product of many permutations is a problem that no
transformer of fixed depth solves at every length without writing steps down, unless TC0 = NC1, if the group is S5
(Merrill and Sabharwal 2023; Barrington 1989). S3 only stands in for it: its products have shortcuts (Liu et al. 2023).
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np
from jaxtyping import Bool, Int

from companion.reasoning.task import ANSWER, THINK, Rows, answers_in, held_out
from companion.transformer.training import Corpus
from companion.transformer.vocabulary import BEGIN, END, PAD, Vocabulary

BLANK = "."
"""Fills a prompt to its length: a word like others, which a model reads."""

ARRANGEMENTS = tuple("".join(letters) for letters in permutations("ABC"))

Steps = Int[np.ndarray, "rows steps"]


def composed(first: str, then: str) -> str:
    """What `then` makes of an arrangement: place k takes the letter that ABC's k-th of `then` points to."""
    return "".join(first["ABC".index(letter)] for letter in then)


PRODUCT = np.array(
    [[ARRANGEMENTS.index(composed(first, then)) for then in ARRANGEMENTS] for first in ARRANGEMENTS]
)
"""PRODUCT[a, b]: the arrangement a, shuffled by b."""


@dataclass(frozen=True)
class Ingredients:
    """What the texts of a corpus are made of."""

    full_traces: float = 0.35  # share of texts with every step written
    half_traces: float = 0.15  # share with every second step written; the others answer at once
    guessed_right: float = 0.4  # answers at once: how often they know the answer; others say any arrangement
    step_error: float = 0.05  # how often a written step is any arrangement instead of the right one
    answer_error: float = (
        0.0  # how often the answer after a trace is any arrangement instead of its last step
    )

    def __post_init__(self) -> None:
        for name in ("full_traces", "half_traces", "guessed_right", "step_error", "answer_error"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share between 0 and 1, not {getattr(self, name)}")
        if self.full_traces + self.half_traces > 1:
            raise ValueError(
                "full_traces and half_traces are shares of all texts and cannot add up to more than 1"
            )


@dataclass(frozen=True)
class WordProblem:
    """The product of so many permutations of ABC; a problem's length is drawn from `lengths`."""

    lengths: tuple[int, ...] = (10,)

    def __post_init__(self) -> None:
        if not self.lengths or min(self.lengths) < 1:
            raise ValueError(f"a word problem multiplies at least one permutation, not {self.lengths}")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Eleven words besides the usual three."""
        return Vocabulary((BEGIN, END, PAD, THINK, ANSWER, BLANK, *ARRANGEMENTS))

    @property
    def longest(self) -> int:
        """Permutations in the longest problem."""
        return max(self.lengths)

    @property
    def prompt_length(self) -> int:
        """Tokens of a prompt."""
        return 1 + self.longest

    @property
    def limit(self) -> int:
        """A trace of every step, and the answer."""
        return 1 + self.longest + 1 + self.answer_limit

    @property
    def answer_limit(self) -> int:
        """An arrangement and the end."""
        return 2

    @property
    def chance(self) -> float:
        """One arrangement of six."""
        return 1 / len(ARRANGEMENTS)

    @property
    def first(self) -> int:
        """The id of ABC; the other arrangements follow."""
        return self.vocabulary.ids[ARRANGEMENTS[0]]

    def problems(self, count: int, random: np.random.Generator, *, held_out: bool = False) -> Rows:
        """Prompts; problems of fewer than three permutations are so few that none is held out."""
        return self._drawn(count, self.lengths, random, held_out)

    def of_length(
        self, length: int, count: int, random: np.random.Generator, *, held_out: bool = False
    ) -> Rows:
        """The same with one number of permutations."""
        return self._drawn(count, (length,), random, held_out)

    def _drawn(self, count: int, lengths: tuple[int, ...], random: np.random.Generator, wanted: bool) -> Rows:
        prompts = np.full((0, self.prompt_length), self.vocabulary.pad)
        while len(prompts) < count:
            draw = 2 * count + 64
            many = np.array(lengths)[random.integers(len(lengths), size=draw)]
            steps = random.integers(len(ARRANGEMENTS), size=(draw, self.longest))
            steps[np.arange(self.longest) >= many[:, None]] = -1
            kept = (held_out(steps + 1) == wanted) | (many < 3)
            prompts = np.concatenate([prompts, self.prompts_of(steps[kept])])
        return prompts[:count]

    def prompts_of(self, steps: Steps) -> Rows:
        """Prompts of given permutations, by number; -1 stands where a shorter problem has none."""
        blank = self.vocabulary.ids[BLANK]
        opened = np.full((len(steps), 1), self.vocabulary.begin)
        return np.concatenate([opened, np.where(steps < 0, blank, steps + self.first)], 1)

    def steps_of(self, prompts: Rows) -> Steps:
        """The permutations of prompts, by number; -1 where there is none."""
        return np.maximum(prompts[:, 1:] - self.first, -1)

    def arrangements(self, prompts: Rows) -> Steps:
        """The right arrangement after each step, by number; it stays as it is where there is no further step."""
        steps = self.steps_of(prompts)
        after = [steps[:, 0]]
        for step in steps.T[1:]:
            after.append(np.where(step < 0, after[-1], PRODUCT[after[-1], step]))
        return np.stack(after, 1)

    def correct(self, prompts: Rows, completions: Rows) -> Bool[np.ndarray, " rows"]:
        """Whether the answer is where the shuffles end."""
        found, words = answers_in(completions, self.vocabulary, 1)
        return found & (words[:, 0] == self.arrangements(prompts)[:, -1] + self.first)

    def traces(self, prompts: Rows, completions: Rows) -> Bool[np.ndarray, " rows"]:
        """Whether a completion writes every step down, one arrangement for each, and then answers."""
        count = (self.steps_of(prompts) >= 0).sum(1)
        answered = (completions == self.vocabulary.ids[ANSWER]).argmax(1)
        written = np.arange(completions.shape[1])
        inside = (written >= 1) & (written <= count[:, None])
        well_formed = ((completions >= self.first) | ~inside).all(1)
        return (completions[:, 0] == self.vocabulary.ids[THINK]) & (answered == count + 1) & well_formed

    def step_errors(self, prompts: Rows, completions: Rows) -> Bool[np.ndarray, "rows steps"]:
        """Which steps of complete traces do not follow from the step before, as written; False past a trace's end."""
        steps = self.steps_of(prompts)
        written = completions[:, 1 : 1 + self.longest] - self.first
        before = np.concatenate([np.zeros((len(steps), 1), int), written[:, :-1]], 1)
        return (written != PRODUCT[before.clip(0, 5), steps.clip(0)]) & (steps >= 0)

    def corpus(self, count: int, ingredients: Ingredients, random: np.random.Generator) -> Corpus:
        """Texts about problems for training: answers at once, and traces with every step or every second one."""
        prompts = self.problems(count, random)
        steps = self.steps_of(prompts)
        shares = (ingredients.full_traces, ingredients.half_traces)
        stride = np.where(random.random(count) < sum(shares), 2, 0)  # 0: answer at once
        stride[random.random(count) < shares[0] / max(sum(shares), 1e-9)] //= 2
        arrangement, written = np.zeros(count, int), []
        for k in range(self.longest):
            there = steps[:, k] >= 0
            arrangement = np.where(there, PRODUCT[arrangement, steps[:, k]], arrangement)
            says = there & (stride > 0) & ((k + 1) % np.maximum(stride, 1) == 0)
            slip = says & (random.random(count) < ingredients.step_error)
            arrangement = np.where(slip, random.integers(6, size=count), arrangement)
            written.append(np.where(says, arrangement + self.first, self.vocabulary.pad))
        anything = random.integers(6, size=count)
        careless = random.random(count) < np.where(
            stride == 0, 1 - ingredients.guessed_right, ingredients.answer_error
        )
        answer = np.where(careless, anything, arrangement)
        return Corpus(self._texts(prompts, stride > 0, np.stack(written, 1), answer), self._starts(count))

    def lessons(self, prompts: Rows, *, skipped: int = 0) -> Corpus:
        """Right answers to given problems, with every step written before them but for the first `skipped`.

        Where no step is left to write, the answer comes at once.
        """
        after = self.arrangements(prompts)
        there: Bool[np.ndarray, "rows steps"] = self.steps_of(prompts) >= 0
        there &= np.arange(self.longest) >= skipped
        written = np.where(there, after + self.first, self.vocabulary.pad)
        thinks: Bool[np.ndarray, " rows"] = np.any(there, 1)
        texts = self._texts(prompts, thinks, written, after[:, -1])
        return Corpus(texts, self._starts(len(prompts)))

    def _starts(self, count: int) -> Int[np.ndarray, " rows"]:
        return np.full(count, self.prompt_length)

    def _texts(
        self,
        prompts: Rows,
        thinks: Bool[np.ndarray, " rows"],
        written: Rows,
        answer: Int[np.ndarray, " rows"],
    ) -> Rows:
        """Whole texts: a trace's steps lie where `written` is no padding, and move together."""
        ids, pad = self.vocabulary.ids, self.vocabulary.pad
        column = np.ones((len(prompts), 1), int)
        think = np.where(thinks, ids[THINK], pad)[:, None]
        closed = [column * ids[ANSWER], answer[:, None] + self.first, column * self.vocabulary.end]
        return np.concatenate([prompts, left_aligned(np.concatenate([think, written, *closed], 1), pad)], 1)


def left_aligned(rows: Rows, pad: int) -> Rows:
    """The same words in the same order, with all padding at the end of each row."""
    order = np.argsort(rows == pad, axis=1, kind="stable")
    return np.take_along_axis(rows, order, 1)
