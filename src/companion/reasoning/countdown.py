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
