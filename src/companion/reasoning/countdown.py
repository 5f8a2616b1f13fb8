"""Task B, Countdown: use every number once, from left to right, to reach a target.

A trace is a list of attempts. Each is an expression with the result of every operation written down; then it repeats
the target and closes with a mark: `ok` where the last result is the target, `no` where it is not. The verifier looks at
the answer alone, so a mark is the writer's own check. "-" is the distance between two numbers, and a result above 99
is written `big`.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from companion.reasoning.task import ANSWER, THINK, Rows, answers_in, held_out
from companion.reasoning.word_problem import left_aligned
from companion.transformer.training import Corpus
from companion.transformer.vocabulary import BEGIN, END, PAD, Vocabulary

OPERATIONS = ("+", "-", "*")
OK, NO, CHECK, BIG = "ok", "no", "check", "big"
LARGEST_RESULT = 99

Flags = Bool[np.ndarray, " rows"]


def applied(
    operation: Int[np.ndarray, "*n"], left: Int[np.ndarray, "*n"], right: Int[np.ndarray, "*n"]
) -> Int[np.ndarray, "*n"]:
    """left + right, |left - right| or left * right."""
    return np.choose(operation, [left + right, np.abs(left - right), left * right])


@dataclass(frozen=True)
class Ingredients:
    """What the texts of a corpus are made of, as shares; the rest of the texts answer at once."""

    once: float = 0.1  # one attempt, then the answer
    sloppy: float = (
        0.25  # attempts at random, with slips, false marks, early ends and answers that ignore them
    )
    careful: float = 0.15  # no attempt twice, no slip
    insight: float = 0.25  # answers at once: how often they know a solution; others say any expression
    slip: float = 0.04  # sloppy: how often a result is off
    false_mark: float = 0.03
    early_end: float = 0.12  # after each failed attempt
    ignored: float = 0.2  # answers that have nothing to do with the trace

    def __post_init__(self) -> None:
        for name, share in vars(self).items():
            if not 0 <= share <= 1:
                raise ValueError(f"{name} is a share between 0 and 1, not {share}")
        if self.once + self.sloppy + self.careful > 1:
            raise ValueError(
                "once, sloppy and careful are shares of all texts and cannot add up to more than 1"
            )


class Attempts(NamedTuple):
    """The attempts of each trace in order, as far as they can be read."""

    there: Bool[
        np.ndarray, "rows attempts"
    ]  # a well-formed attempt that repeats the target, and so are all before it
    own_numbers: Bool[np.ndarray, "rows attempts"]  # it uses the prompt's numbers, each once
    right_results: Bool[np.ndarray, "rows attempts"]  # every result follows from what was written before it
    says_hit: Bool[np.ndarray, "rows attempts"]  # the last result, as written, is the target
    hit: Bool[np.ndarray, "rows attempts"]  # the expression has the target's value and the prompt's numbers
    marked_ok: Bool[np.ndarray, "rows attempts"]
    expression: Int[
        np.ndarray, "rows attempts"
    ]  # the same for the same expression, whichever number came first


@dataclass(frozen=True)
class Countdown:
    """So many numbers from 1 to `largest`, and so many attempts in the longest trace."""

    numbers: int = 4
    largest: int = 10
    attempts: int = 6

    def __post_init__(self) -> None:
        if not 2 <= self.numbers <= 5:
            raise ValueError(f"Countdown takes 2 to 5 numbers, not {self.numbers}")
        if not 1 <= self.largest <= LARGEST_RESULT:
            raise ValueError(f"numbers go up to {LARGEST_RESULT} at most, not to {self.largest}")
        if self.attempts < 1:
            raise ValueError(f"a trace holds at least one attempt, not {self.attempts}")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Marks, operations and the numbers from 0 to 99."""
        numbers = map(str, range(LARGEST_RESULT + 1))
        return Vocabulary((BEGIN, END, PAD, THINK, ANSWER, CHECK, OK, NO, *OPERATIONS, *numbers, BIG))

    @property
    def prompt_length(self) -> int:
        """The opening, the numbers and the target."""
        return self.numbers + 2

    @property
    def attempt_length(self) -> int:
        """Words of an attempt: a first number; operation, number and result each time; the target; the mark."""
        return 3 * self.numbers

    @property
    def answer_limit(self) -> int:
        """An expression and the end."""
        return 2 * self.numbers

    @property
    def limit(self) -> int:
        """All attempts and the answer."""
        return 1 + self.attempts * self.attempt_length + 1 + self.answer_limit

    @cached_property
    def expressions(
        self,
    ) -> tuple[Int[np.ndarray, "expressions numbers"], Int[np.ndarray, "expressions operations"]]:
        """Every expression: the order of the numbers, where the first two may change places, and the operations."""
        orders = [order for order in permutations(range(self.numbers)) if order[0] < order[1]]
        operations = product(range(len(OPERATIONS)), repeat=self.numbers - 1)
        both = list(product(orders, operations))
        return np.array([order for order, _ in both]), np.array([signs for _, signs in both])

    @cached_property
    def chance(self) -> float:
        """How often an expression at random solves a held-out problem, over a fixed sample of 4,000."""
        problems = self.problems(4000, np.random.default_rng(0), held_out=True)
        return float((self.values(problems) == self.targets(problems)[:, None]).mean())

    @property
    def zero(self) -> int:
        """The id of 0; the other numbers follow."""
        return self.vocabulary.ids["0"]

    def given(self, prompts: Rows) -> Int[np.ndarray, "rows numbers"]:
        """The numbers of prompts."""
        return prompts[:, 1 : 1 + self.numbers] - self.zero

    def targets(self, prompts: Rows) -> Int[np.ndarray, " rows"]:
        """The targets of prompts."""
        return prompts[:, 1 + self.numbers] - self.zero

    def values(self, prompts: Rows) -> Int[np.ndarray, "rows expressions"]:
        """The value of every expression over each prompt's numbers."""
        orders, signs = self.expressions
        numbers = self.given(prompts)[:, orders]
        value = numbers[..., 0]
        for k in range(self.numbers - 1):
            value = applied(np.broadcast_to(signs[:, k], value.shape), value, numbers[..., k + 1])
        return value

    def problems(self, count: int, random: np.random.Generator, *, held_out: bool = False) -> Rows:
        """Prompts whose target is the value of an expression at random, if that is 1 to 99."""
        prompts = np.full((0, self.prompt_length), self.vocabulary.pad)
        while len(prompts) < count:
            prompts = np.concatenate(
                [prompts, self._candidates(2 * (count - len(prompts)) + 256, random, held_out)]
            )
        return prompts[:count]

    def _candidates(self, count: int, random: np.random.Generator, wanted: bool) -> Rows:
        numbers = random.integers(1, self.largest + 1, (count, self.numbers))
        orders, signs = (part[random.integers(len(part), size=count)] for part in self.expressions)
        value = self._results(np.take_along_axis(numbers, orders, 1), signs)[:, -1]
        keys = np.concatenate([np.sort(numbers, 1), value[:, None]], 1)
        kept = (value >= 1) & (value <= LARGEST_RESULT) & (held_out(keys) == wanted)
        return self.prompts_of(numbers[kept], value[kept])

    def prompts_of(self, numbers: Int[np.ndarray, "rows numbers"], targets: Int[np.ndarray, " rows"]) -> Rows:
        """Prompts of given problems; raises ValueError where a number is out of range."""
        if (
            numbers.shape[1] != self.numbers
            or numbers.min() < 0
            or max(numbers.max(), targets.max()) > LARGEST_RESULT
        ):
            raise ValueError(
                f"a problem has {self.numbers} numbers and a target, none above {LARGEST_RESULT}."
            )
        opened = np.full((len(numbers), 1), self.vocabulary.begin)
        return np.concatenate([opened, numbers + self.zero, targets[:, None] + self.zero], 1)

    @staticmethod
    def _results(
        ordered: Int[np.ndarray, "rows numbers"], signs: Int[np.ndarray, "rows operations"]
    ) -> Int[np.ndarray, "rows operations"]:
        """The result of each operation, from left to right."""
        results = [ordered[:, 0]]
        for k in range(signs.shape[1]):
            results.append(applied(signs[:, k], results[-1], ordered[:, k + 1]))
        return np.stack(results[1:], 1)

    def correct(self, prompts: Rows, completions: Rows) -> Flags:
        """Whether the answer uses every number once and reaches the target."""
        found, words = answers_in(completions, self.vocabulary, 2 * self.numbers - 1)
        return found & self._solves(prompts, words)

    def _solves(self, prompts: Rows, words: Rows) -> Flags:
        """Whether the words are an expression over the prompts' numbers with the targets' values."""
        numbers, signs = words[:, ::2] - self.zero, words[:, 1::2] - self.vocabulary.ids[OPERATIONS[0]]
        formed = ((signs >= 0) & (signs < len(OPERATIONS))).all(1)
        formed &= (np.sort(numbers, 1) == np.sort(self.given(prompts), 1)).all(1)
        results = self._results(numbers.clip(0, LARGEST_RESULT), signs.clip(0, len(OPERATIONS) - 1))
        return formed & (results[:, -1] == self.targets(prompts))

    def answered(self, completions: Rows) -> Int[np.ndarray, " rows"]:
        """The expression that each completion answers, named as in Attempts; -1 where there is none."""
        found, words = answers_in(completions, self.vocabulary, 2 * self.numbers - 1)
        numbers, signs = words[:, ::2] - self.zero, words[:, 1::2] - self.vocabulary.ids[OPERATIONS[0]]
        formed = (numbers >= 0).all(1) & ((signs >= 0) & (signs < len(OPERATIONS))).all(1)
        return np.where(found & formed, self._names(numbers, signs), -1)

    def read_attempts(self, prompts: Rows, completions: Rows) -> Attempts:
        """Read the traces of completions, attempt by attempt; completions without a trace have none."""
        ids, length = self.vocabulary.ids, self.attempt_length
        count = (completions.shape[1] - 1) // length
        words = completions[:, 1 : 1 + count * length].reshape(len(completions), count, length)
        numbers = np.concatenate([words[..., :1], words[..., 2 : length - 2 : 3]], -1) - self.zero
        signs = words[..., 1 : length - 2 : 3] - ids[OPERATIONS[0]]
        stated = words[..., 3 : length - 2 : 3] - self.zero
        formed = ((numbers >= 0) & (numbers <= LARGEST_RESULT)).all(-1)
        formed &= ((signs >= 0) & (signs < len(OPERATIONS))).all(-1)
        formed &= ((stated >= 0) & (stated <= LARGEST_RESULT + 1)).all(-1)
        formed &= words[..., -2] == prompts[:, 1 + self.numbers, None]
        formed &= (words[..., -1] == ids[OK]) | (words[..., -1] == ids[NO])
        thinks = (completions[:, 0] == ids[THINK])[:, None]
        numbers, signs = numbers.clip(0, LARGEST_RESULT), signs.clip(0, len(OPERATIONS) - 1)
        own = (np.sort(numbers, -1) == np.sort(self.given(prompts), -1)[:, None]).all(-1)
        left = np.concatenate([numbers[..., :1], stated[..., :-1]], -1)
        follows = np.minimum(applied(signs, left, numbers[..., 1:]), LARGEST_RESULT + 1)
        follows = np.where(left > LARGEST_RESULT, LARGEST_RESULT + 1, follows)
        flat = self._results(numbers.reshape(-1, self.numbers), signs.reshape(-1, self.numbers - 1))
        value = flat[:, -1].reshape(own.shape)
        target = self.targets(prompts)[:, None]
        return Attempts(
            there=thinks & formed.cumprod(1).astype(bool),
            own_numbers=own,
            right_results=(follows == stated).all(-1),
            says_hit=stated[..., -1] == target,
            hit=own & (value == target),
            marked_ok=words[..., -1] == ids[OK],
            expression=self._names(numbers, signs),
        )

    @staticmethod
    def _names(
        numbers: Int[np.ndarray, "*rows numbers"], signs: Int[np.ndarray, "*rows operations"]
    ) -> Int[np.ndarray, "*rows"]:
        """A number for each expression."""
        pair = np.sort(numbers[..., :2], -1)
        parts = np.concatenate([pair, numbers[..., 2:], signs], -1)
        return parts @ (128 ** np.arange(parts.shape[-1]))

    def written(
        self,
        prompts: Rows,
        expressions: Int[np.ndarray, " rows"],
        random: np.random.Generator,
        slip: float = 0.0,
        false_mark: float = 0.0,
    ) -> tuple[Rows, Flags]:
        """One attempt for each prompt, in words, and whether it is marked ok."""
        ordered, signs = self._ordered(prompts, expressions, random)
        left, words = ordered[:, 0], [ordered[:, 0] + self.zero]
        for k in range(self.numbers - 1):
            result = applied(signs[:, k], left, ordered[:, k + 1])
            off = np.where(random.random(len(left)) < slip, random.integers(-3, 4, len(left)), 0)
            result = np.where(left > LARGEST_RESULT, LARGEST_RESULT + 1, np.maximum(result + off, 0))
            left = np.minimum(result, LARGEST_RESULT + 1)
            sign = signs[:, k] + self.vocabulary.ids[OPERATIONS[0]]
            words += [sign, ordered[:, k + 1] + self.zero, left + self.zero]
        marked = (left == self.targets(prompts)) ^ (random.random(len(left)) < false_mark)
        words += [prompts[:, -1], np.where(marked, self.vocabulary.ids[OK], self.vocabulary.ids[NO])]
        return np.stack(words, 1), marked

    def _ordered(
        self, prompts: Rows, expressions: Int[np.ndarray, " rows"], random: np.random.Generator
    ) -> tuple[Int[np.ndarray, "rows numbers"], Int[np.ndarray, "rows operations"]]:
        """The numbers in the order of each expression, the first two in either order, and the operations."""
        orders, signs = self.expressions
        order = orders[expressions]
        swapped = random.random(len(order)) < 0.5
        order[swapped, :2] = order[swapped, 1::-1]
        return np.take_along_axis(self.given(prompts), order, 1), signs[expressions]

    def answer_words(
        self, prompts: Rows, expressions: Int[np.ndarray, " rows"], random: np.random.Generator
    ) -> Rows:
        """Answers that give these expressions, from the word that opens them to the end."""
        ordered, signs = self._ordered(prompts, expressions, random)
        words = np.full((len(prompts), 2 * self.numbers + 1), self.vocabulary.end)
        words[:, 0] = self.vocabulary.ids[ANSWER]
        words[:, 1:-1:2] = ordered + self.zero
        words[:, 2:-1:2] = signs + self.vocabulary.ids[OPERATIONS[0]]
        return words

    def solutions(self, prompts: Rows, random: np.random.Generator) -> Int[np.ndarray, " rows"]:
        """For each problem one of its solutions at random."""
        solves = self.values(prompts) == self.targets(prompts)[:, None]
        return (solves * random.random(solves.shape)).argmax(1)

    def corpus(self, count: int, ingredients: Ingredients, random: np.random.Generator) -> Corpus:
        """Texts about problems for training, in four manners."""
        prompts = self.problems(count, random)
        some = len(self.expressions[0])
        manner = random.random(count)
        bounds = np.cumsum([ingredients.once, ingredients.sloppy, ingredients.careful])
        once, sloppy, careful = (
            (manner < bounds[0]),
            (manner >= bounds[0]) & (manner < bounds[1]),
            manner >= bounds[1],
        )
        careful &= manner < bounds[2]
        thinks = once | sloppy | careful
        known = random.random(count) < ingredients.insight
        answer = np.where(known, self.solutions(prompts, random), random.integers(some, size=count))
        without_repeats = np.argsort(random.random((count, some)), 1)[:, : self.attempts]
        going, written = thinks.copy(), []
        for k in range(self.attempts):
            tried = np.where(careful, without_repeats[:, k], random.integers(some, size=count))
            plain, plain_ok = self.written(prompts, tried, random)
            loose, loose_ok = self.written(prompts, tried, random, ingredients.slip, ingredients.false_mark)
            words = np.where(sloppy[:, None], loose, plain)
            written.append(np.where(going[:, None], words, self.vocabulary.pad))
            answer = np.where(going, tried, answer)
            ended = np.where(
                sloppy, loose_ok | (random.random(count) < ingredients.early_end), plain_ok | once
            )
            going &= ~ended
        ignoring = sloppy & (random.random(count) < ingredients.ignored)
        answer = np.where(ignoring, random.integers(some, size=count), answer)
        think = np.where(thinks, self.vocabulary.ids[THINK], self.vocabulary.pad)[:, None]
        said = np.concatenate([think, *written, self.answer_words(prompts, answer, random)], 1)
        texts = np.concatenate([prompts, left_aligned(said, self.vocabulary.pad)], 1)
        return Corpus(texts, np.full(count, self.prompt_length))

    def checks(self, count: int, random: np.random.Generator) -> Corpus:
        """Lists of attempts that are marked right, half of them hits: what a mark means, and no way to search."""
        prompts, written = self.problems(count, random), []
        for _ in range(self.attempts):
            anything = random.integers(len(self.expressions[0]), size=count)
            tried = np.where(random.random(count) < 0.5, self.solutions(prompts, random), anything)
            written.append(self.written(prompts, tried, random)[0])
        heading = np.full((count, 1), self.vocabulary.ids[CHECK])
        return Corpus(np.concatenate([prompts, heading, *written], 1), np.full(count, self.prompt_length))

    def drills(self, count: int, random: np.random.Generator) -> Corpus:
        """Chains of sums, distances and products without numbers to use or a target: arithmetic alone."""
        links = (self.prompt_length + self.limit - 2) // 3
        value = random.integers(1, self.largest + 1, size=count)
        words = [np.full(count, self.vocabulary.begin), value + self.zero]
        for _ in range(links):
            sign = random.choice(3, size=count, p=[0.3, 0.3, 0.4])
            right = random.integers(1, self.largest + 1, size=count)
            result = applied(sign, value, right)
            sign = np.where(result > LARGEST_RESULT, 1, sign)  # too large: take the distance instead
            value = applied(sign, value, right)
            words += [sign + self.vocabulary.ids[OPERATIONS[0]], right + self.zero, value + self.zero]
        return Corpus(np.stack(words, 1), np.full(count, 1))

    def comparisons(self, count: int, random: np.random.Generator) -> Corpus:
        """Pairs of numbers and whether they are the same: what a mark compares."""
        pairs = (self.prompt_length + self.limit - 1) // 3
        left, other = random.integers(LARGEST_RESULT + 1, size=(2, count, pairs))
        same = random.random((count, pairs)) < 0.5
        right = np.where(same, left, other)
        mark = np.where(left == right, self.vocabulary.ids[OK], self.vocabulary.ids[NO])
        words = np.stack([left + self.zero, right + self.zero, mark], 2).reshape(count, -1)
        opened = np.full((count, 1), self.vocabulary.begin)
        return Corpus(np.concatenate([opened, words], 1), np.full(count, 1))
