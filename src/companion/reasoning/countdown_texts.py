"""What a prior of Countdown learns from: texts by people of varying care, and exercises.

A text searches for a solution, more or less carefully, or answers at once; how many do what, and how often they slip,
are the ingredients. The exercises teach the parts of an attempt: arithmetic, when two numbers are the same, and what a
mark means.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from companion.reasoning.countdown import (
    CHECK,
    LARGEST_RESULT,
    NO,
    OK,
    OPERATIONS,
    Countdown,
    Flags,
    applied,
)
from companion.reasoning.task import ANSWER, THINK, Rows
from companion.reasoning.word_problem import left_aligned
from companion.transformer.training import Corpus


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


def corpus(task: Countdown, count: int, ingredients: Ingredients, random: np.random.Generator) -> Corpus:
    """Texts about problems for training, in four manners."""
    prompts = task.problems(count, random)
    some = len(task.expressions[0])
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
    answer = np.where(known, solutions(task, prompts, random), random.integers(some, size=count))
    without_repeats = np.argsort(random.random((count, some)), 1)[:, : task.attempts]
    going, attempts = thinks.copy(), []
    for k in range(task.attempts):
        tried = np.where(careful, without_repeats[:, k], random.integers(some, size=count))
        plain, plain_ok = written(task, prompts, tried, random)
        loose, loose_ok = written(task, prompts, tried, random, ingredients.slip, ingredients.false_mark)
        words = np.where(sloppy[:, None], loose, plain)
        attempts.append(np.where(going[:, None], words, task.vocabulary.pad))
        answer = np.where(going, tried, answer)
        ended = np.where(sloppy, loose_ok | (random.random(count) < ingredients.early_end), plain_ok | once)
        going &= ~ended
    ignoring = sloppy & (random.random(count) < ingredients.ignored)
    answer = np.where(ignoring, random.integers(some, size=count), answer)
    think = np.where(thinks, task.vocabulary.ids[THINK], task.vocabulary.pad)[:, None]
    said = np.concatenate([think, *attempts, answer_words(task, prompts, answer, random)], 1)
    texts = np.concatenate([prompts, left_aligned(said, task.vocabulary.pad)], 1)
    return Corpus(texts, np.full(count, task.prompt_length))


def checks(task: Countdown, count: int, random: np.random.Generator) -> Corpus:
    """Lists of attempts that are marked right, half of them hits: what a mark means, and no way to search."""
    prompts, attempts = task.problems(count, random), []
    for _ in range(task.attempts):
        anything = random.integers(len(task.expressions[0]), size=count)
        tried = np.where(random.random(count) < 0.5, solutions(task, prompts, random), anything)
        attempts.append(written(task, prompts, tried, random)[0])
    heading = np.full((count, 1), task.vocabulary.ids[CHECK])
    return Corpus(np.concatenate([prompts, heading, *attempts], 1), np.full(count, task.prompt_length))


def drills(task: Countdown, count: int, random: np.random.Generator) -> Corpus:
    """Chains of sums, distances and products without numbers to use or a target: arithmetic alone."""
    links = (task.prompt_length + task.limit - 2) // 3
    value = random.integers(1, task.largest + 1, size=count)
    words = [np.full(count, task.vocabulary.begin), value + task.zero]
    for _ in range(links):
        sign = random.choice(3, size=count, p=[0.3, 0.3, 0.4])
        right = random.integers(1, task.largest + 1, size=count)
        result = applied(sign, value, right)
        sign = np.where(result > LARGEST_RESULT, 1, sign)  # too large: take the distance instead
        value = applied(sign, value, right)
        words += [sign + task.vocabulary.ids[OPERATIONS[0]], right + task.zero, value + task.zero]
    return Corpus(np.stack(words, 1), np.full(count, 1))


def comparisons(task: Countdown, count: int, random: np.random.Generator) -> Corpus:
    """Pairs of numbers and whether they are the same: what a mark compares."""
    pairs = (task.prompt_length + task.limit - 1) // 3
    left, other = random.integers(LARGEST_RESULT + 1, size=(2, count, pairs))
    same = random.random((count, pairs)) < 0.5
    right = np.where(same, left, other)
    mark = np.where(left == right, task.vocabulary.ids[OK], task.vocabulary.ids[NO])
    words = np.stack([left + task.zero, right + task.zero, mark], 2).reshape(count, -1)
    opened = np.full((count, 1), task.vocabulary.begin)
    return Corpus(np.concatenate([opened, words], 1), np.full(count, 1))


def written(
    task: Countdown,
    prompts: Rows,
    expressions: Int[np.ndarray, " rows"],
    random: np.random.Generator,
    slip: float = 0.0,
    false_mark: float = 0.0,
) -> tuple[Rows, Flags]:
    """One attempt for each prompt, in words, and whether it is marked ok."""
    ordered, signs = _ordered(task, prompts, expressions, random)
    left, words = ordered[:, 0], [ordered[:, 0] + task.zero]
    for k in range(task.numbers - 1):
        result = applied(signs[:, k], left, ordered[:, k + 1])
        off = np.where(random.random(len(left)) < slip, random.integers(-3, 4, len(left)), 0)
        result = np.where(left > LARGEST_RESULT, LARGEST_RESULT + 1, np.maximum(result + off, 0))
        left = np.minimum(result, LARGEST_RESULT + 1)
        sign = signs[:, k] + task.vocabulary.ids[OPERATIONS[0]]
        words += [sign, ordered[:, k + 1] + task.zero, left + task.zero]
    marked = (left == task.targets(prompts)) ^ (random.random(len(left)) < false_mark)
    words += [prompts[:, -1], np.where(marked, task.vocabulary.ids[OK], task.vocabulary.ids[NO])]
    return np.stack(words, 1), marked


def answer_words(
    task: Countdown, prompts: Rows, expressions: Int[np.ndarray, " rows"], random: np.random.Generator
) -> Rows:
    """Answers that give these expressions, from the word that opens them to the end."""
    ordered, signs = _ordered(task, prompts, expressions, random)
    words = np.full((len(prompts), 2 * task.numbers + 1), task.vocabulary.end)
    words[:, 0] = task.vocabulary.ids[ANSWER]
    words[:, 1:-1:2] = ordered + task.zero
    words[:, 2:-1:2] = signs + task.vocabulary.ids[OPERATIONS[0]]
    return words


def solutions(task: Countdown, prompts: Rows, random: np.random.Generator) -> Int[np.ndarray, " rows"]:
    """For each problem one of its solutions at random."""
    solves = task.values(prompts) == task.targets(prompts)[:, None]
    return (solves * random.random(solves.shape)).argmax(1)


def _ordered(
    task: Countdown, prompts: Rows, expressions: Int[np.ndarray, " rows"], random: np.random.Generator
) -> tuple[Int[np.ndarray, "rows numbers"], Int[np.ndarray, "rows operations"]]:
    """The numbers in the order of each expression, the first two in either order, and the operations."""
    orders, signs = task.expressions
    order = orders[expressions]
    swapped = random.random(len(order)) < 0.5
    order[swapped, :2] = order[swapped, 1::-1]
    return np.take_along_axis(task.given(prompts), order, 1), signs[expressions]
