"""What a person would say of prompts and completions: everything is read as words, one text after the other."""

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from companion.reasoning.countdown import Countdown
from companion.reasoning.task import Task

ARRANGEMENTS = ("ABC", "ACB", "BAC", "BCA", "CAB", "CBA")


def rows_of(task: Task, texts: Sequence[str], width: int | None = None) -> np.ndarray:
    """Texts as rows of tokens, filled up on the right."""
    ids = [task.vocabulary.encode(text) for text in texts]
    width = width or max(map(len, ids))
    assert max(map(len, ids)) <= width
    return np.array([row + [task.vocabulary.pad] * (width - len(row)) for row in ids])


def words_of(task: Task, rows: Iterable[Iterable[int]]) -> list[list[str]]:
    """Rows of tokens as words; padding between words is an assertion."""
    found = []
    for row in rows:
        words = [task.vocabulary.words[token] for token in row]
        text = [word for word in words if word != "<pad>"]
        assert words == text + ["<pad>"] * (len(words) - len(text))
        found.append(text)
    return found


def said(words: Sequence[str]) -> list[str] | None:
    """The words between the word that opens an answer and the end of the text; None where one of the two is missing."""
    if "answer" not in words:
        return None
    after = list(words[words.index("answer") + 1 :])
    return after[: after.index("</s>")] if "</s>" in after else None


# Task A


def shuffled(arrangement: str, permutation: str) -> str:
    """Move the letters one by one: what stood where A stands in ABC goes to where A stands in the permutation."""
    places = [""] * 3
    for place, letter in enumerate("ABC"):
        places[permutation.index(letter)] = arrangement[place]
    return "".join(places)


def arrangements_after(permutations: Sequence[str]) -> list[str]:
    """Where the letters stand after each of the permutations."""
    found, arrangement = [], "ABC"
    for permutation in permutations:
        arrangement = shuffled(arrangement, permutation)
        found.append(arrangement)
    return found


def permutations_in(prompt: Sequence[str]) -> list[str]:
    """The permutations of a prompt; anything that is not one, or blanks in between, is an assertion."""
    assert prompt[0] == "<s>"
    listed = [word for word in prompt[1:] if word != "."]
    assert list(prompt[1:]) == listed + ["."] * (len(prompt) - 1 - len(listed))
    assert set(listed) <= set(ARRANGEMENTS)
    return listed


# Task B


def result(left: int, operation: str, right: int) -> int:
    """What one operation makes of two numbers."""
    return {"+": left + right, "-": max(left, right) - min(left, right), "*": left * right}[operation]


def value(expression: Sequence[str]) -> int:
    """An expression's value, from left to right."""
    total = int(expression[0])
    for operation, number in zip(expression[1::2], expression[2::2], strict=True):
        total = result(total, operation, int(number))
    return total


def expressions(numbers: Sequence[int]) -> list[tuple[str, ...]]:
    """All expressions that use each number once: every order, every choice of operations."""
    return [
        (str(order[0]), *itertools.chain(*zip(signs, map(str, order[1:]), strict=True)))
        for order in itertools.permutations(numbers)
        for signs in itertools.product("+-*", repeat=len(numbers) - 1)
    ]


def same_name(expression: Sequence[str]) -> tuple:
    """Two expressions are the same if they are equal but for the order of the first two numbers."""
    return (*sorted((expression[0], expression[2])), *expression[1:2], *expression[3:])


def is_expression(words: Sequence[str], count: int) -> bool:
    """Whether the words are so many numbers with operations in between."""
    return (
        len(words) == 2 * count - 1
        and all(word.isdecimal() for word in words[::2])
        and all(word in ("+", "-", "*") for word in words[1::2])
    )


def is_right(prompt: Sequence[str], completion: Sequence[str]) -> bool:
    """Whether a completion answers a Countdown problem."""
    numbers, target, answer = prompt[1:-1], prompt[-1], said(completion)
    return (
        answer is not None
        and is_expression(answer, len(numbers))
        and sorted(answer[::2]) == sorted(numbers)
        and value(answer) == int(target)
    )


class Attempt(NamedTuple):
    """One attempt of a trace."""

    expression: tuple[str, ...]
    results: tuple[str, ...]  # as they are written
    own_numbers: bool
    right_results: bool
    says_hit: bool
    hit: bool
    marked_ok: bool


def attempts_in(prompt: Sequence[str], completion: Sequence[str]) -> list[Attempt]:
    """The attempts of a Countdown trace, up to the first that is ill-formed.

    An attempt of three numbers reads: 3 + 5 8 * 2 16 TARGET ok.
    """
    numbers, target = list(prompt[1:-1]), prompt[-1]
    length, found = 3 * len(numbers), []
    if completion[0] != "think":
        return []
    for first in range(1, len(completion) - length + 1, length):
        words = completion[first : first + length]
        links = [words[i : i + 3] for i in range(1, length - 2, 3)]
        expression = (words[0], *itertools.chain(*(link[:2] for link in links)))
        results = tuple(link[2] for link in links)
        formed = is_expression(expression, len(numbers)) and words[-1] in ("ok", "no") and words[-2] == target
        if not formed or not all(word.isdecimal() or word == "big" for word in results):
            break
        right, left = True, words[0]
        for operation, number, written in links:
            true = 100 if left == "big" else result(int(left), operation, int(number))
            right &= written == ("big" if true > 99 else str(true))
            left = written
        own = sorted(expression[::2]) == sorted(numbers)
        hit = own and value(expression) == int(target)
        found.append(Attempt(expression, results, own, right, results[-1] == target, hit, words[-1] == "ok"))
    return found


def prompt_words(task: Countdown, prompts: np.ndarray) -> list[list[str]]:
    """Prompts of Countdown in words, and that they are some."""
    found = words_of(task, prompts)
    for words in found:
        assert words[0] == "<s>"
        assert len(words) == task.numbers + 2
        assert all(word.isdecimal() for word in words[1:])
    return found


def problems_in(task: Countdown, prompts: np.ndarray) -> set[tuple[tuple[int, ...], int]]:
    """The numbers and the target of each prompt; the order of the numbers does not matter."""
    return {(tuple(sorted(map(int, words[1:-1]))), int(words[-1])) for words in prompt_words(task, prompts)}
