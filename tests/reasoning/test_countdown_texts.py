"""Texts, exercises and single attempts against plain reading of words; how often they do what is said of them."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from companion.reasoning.countdown import Countdown
from companion.reasoning.countdown_texts import (
    Ingredients,
    answer_words,
    checks,
    comparisons,
    corpus,
    drills,
    solutions,
    written,
)
from tests.reasoning.referee import (
    Attempt,
    attempts_in,
    expressions,
    is_expression,
    is_right,
    problems_in,
    prompt_words,
    result,
    rows_of,
    said,
    same_name,
    value,
    words_of,
)

TWO, THREE, FOUR = Countdown(2, 9, 2), Countdown(3, 9, 3), Countdown()
tasks = pytest.mark.parametrize("task", [TWO, THREE, FOUR], ids=str)
ANSWERS_AT_ONCE = {"once": 0.0, "sloppy": 0.0, "careful": 0.0}


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def share(flags: list[bool]) -> float:
    assert len(flags) > 200
    return sum(flags) / len(flags)


# Answers


@tasks
def test_an_expression_s_words_have_its_value(task: Countdown) -> None:
    prompts = task.problems(200, random())
    chosen = random(1).integers(len(task.expressions[0]), size=200)
    answers = words_of(task, answer_words(task, prompts, chosen, random()))
    values = task.values(prompts)[np.arange(200), chosen]
    for prompt, text, expected in zip(prompt_words(task, prompts), answers, values, strict=True):
        answer = said(text)
        assert text == ["answer", *(answer or ()), "</s>"]
        assert answer is not None
        assert is_expression(answer, task.numbers)
        assert sorted(answer[::2]) == sorted(prompt[1:-1])
        assert value(answer) == expected


@tasks
def test_solutions_solve(task: Countdown) -> None:
    prompts = task.problems(300, random())
    answers = answer_words(task, prompts, solutions(task, prompts, random()), random())
    for prompt, answer in zip(prompt_words(task, prompts), words_of(task, answers), strict=True):
        assert is_right(prompt, answer)


def test_every_solution_is_as_likely_as_another() -> None:
    prompt = rows_of(THREE, ["<s> 1 2 3 6"])
    solving = [e for e in set(map(same_name, expressions((1, 2, 3)))) if value(unnamed(e)) == 6]
    found = solutions(THREE, np.repeat(prompt, 2000, 0), random())
    count = np.bincount(found)[np.bincount(found) > 0]
    assert len(count) == len(solving) > 4
    assert chisquare(count).pvalue > 1e-3


def unnamed(name: tuple) -> tuple:
    """An expression with this name."""
    return (name[0], name[2], name[1], *name[3:])


# Attempts


def at_random(task: Countdown, count: int, **manner: float) -> list[tuple[list[str], Attempt, bool]]:
    """Attempts at expressions at random: the prompt, what stands there, and whether it is said to be marked ok."""
    prompts = task.problems(count, random())
    tried = random(1).integers(len(task.expressions[0]), size=count)
    rows, marked = written(task, prompts, tried, random(2), **manner)
    assert rows.shape == (count, task.attempt_length)
    found = []
    for prompt, words, mark in zip(prompt_words(task, prompts), words_of(task, rows), marked, strict=True):
        (attempt,) = attempts_in(prompt, ["think", *words])
        assert attempt.own_numbers
        found.append((prompt, attempt, bool(mark)))
    return found


@tasks
def test_a_written_attempt_is_right_and_marked_for_what_it_says(task: Countdown) -> None:
    for _, attempt, marked in at_random(task, 300):
        assert attempt.right_results
        assert attempt.marked_ok == attempt.says_hit == marked


@tasks
def test_a_slip_is_a_result_off_by_at_most_three(task: Countdown) -> None:
    right = []
    for prompt, attempt, marked in at_random(task, 400, slip=1.0):
        assert attempt.marked_ok == marked == (attempt.results[-1] == prompt[-1])
        left = attempt.expression[0]
        for operation, number, stated in zip(
            attempt.expression[1::2], attempt.expression[2::2], attempt.results, strict=True
        ):
            true = 100 if left == "big" else result(int(left), operation, int(number))
            if left == "big":
                assert stated == "big"
            elif stated == "big":
                assert true + 3 > 99
            else:
                assert abs(int(stated) - true) <= 3
            if 3 <= true <= 96:
                right.append(int(stated) == true)
            left = stated
    assert abs(share(right) - 1 / 7) < 0.06


@tasks
def test_false_marks_say_the_opposite(task: Countdown) -> None:
    for _, attempt, marked in at_random(task, 200, false_mark=1.0):
        assert attempt.right_results
        assert attempt.marked_ok == marked != attempt.says_hit
    kept = [attempt.marked_ok == attempt.says_hit for _, attempt, _ in at_random(task, 1000, false_mark=0.3)]
    assert abs(share(kept) - 0.7) < 0.06


# The corpus


def texts(
    task: Countdown, count: int, **ingredients: float
) -> list[tuple[list[str], list[str], list[Attempt]]]:
    """Prompts, completions and attempts of a corpus; that texts are whole, in form and end in an answer."""
    rows = corpus(task, count, Ingredients(**ingredients), random())
    assert (rows.start == task.prompt_length).all()
    assert rows.tokens.shape == (count, task.prompt_length + task.limit)
    prompts, completions = np.split(rows.tokens, [task.prompt_length], 1)
    found = []
    for prompt, words in zip(prompt_words(task, prompts), words_of(task, completions), strict=True):
        attempts = attempts_in(prompt, words)
        opening = 1 + len(attempts) * task.attempt_length if words[0] == "think" else 0
        answer = said(words)
        assert words[opening:] == ["answer", *(answer or ()), "</s>"]
        assert answer is not None
        assert is_expression(answer, task.numbers)
        assert sorted(answer[::2]) == sorted(prompt[1:-1])
        assert all(attempt.own_numbers for attempt in attempts)
        found.append((prompt, words, attempts))
    return found


def answers_last(words: list[str], attempts: list[Attempt]) -> bool:
    answer = said(words)
    assert answer is not None
    return same_name(answer) == same_name(attempts[-1].expression)


@tasks
def test_once_is_one_right_attempt_and_then_its_expression(task: Countdown) -> None:
    for _, words, attempts in texts(task, 200, once=1.0, sloppy=0.0, careful=0.0):
        (attempt,) = attempts
        assert attempt.right_results
        assert attempt.marked_ok == attempt.says_hit
        assert answers_last(words, attempts)


@tasks
def test_careful_texts_try_everything_once_until_a_hit(task: Countdown) -> None:
    lengths = []
    for _, words, attempts in texts(task, 200, once=0.0, sloppy=0.0, careful=1.0):
        tried = [same_name(attempt.expression) for attempt in attempts]
        numbers = words[words.index("answer") + 1 : -1 : 2]
        if len(set(numbers)) == len(numbers):  # equal numbers make different orders look the same
            assert len(set(tried)) == len(tried)
        assert all(attempt.right_results for attempt in attempts)
        assert [attempt.marked_ok for attempt in attempts[:-1]] == [False] * (len(attempts) - 1)
        assert attempts[-1].marked_ok == attempts[-1].says_hit
        assert attempts[-1].marked_ok or len(attempts) == task.attempts
        assert answers_last(words, attempts)
        lengths.append(len(attempts))
    assert set(lengths) == set(range(1, task.attempts + 1))


@tasks
def test_sloppy_texts_without_their_faults_try_at_random_until_a_hit(task: Countdown) -> None:
    repeated = []
    for _, words, attempts in texts(
        task, 300, once=0.0, sloppy=1.0, careful=0.0, slip=0.0, false_mark=0.0, early_end=0.0, ignored=0.0
    ):
        assert all(attempt.right_results for attempt in attempts)
        assert [attempt.marked_ok for attempt in attempts[:-1]] == [False] * (len(attempts) - 1)
        assert attempts[-1].marked_ok or len(attempts) == task.attempts
        assert answers_last(words, attempts)
        repeated.append(len({same_name(attempt.expression) for attempt in attempts}) < len(attempts))
    assert any(repeated)


@pytest.mark.parametrize(("early_end", "expected"), [(1.0, 1.0), (0.4, 0.4)])
def test_sloppy_texts_end_early(early_end: float, expected: float) -> None:
    found = texts(FOUR, 500, once=0.0, sloppy=1.0, careful=0.0, early_end=early_end)
    ends = [len(attempts) == 1 for _, _, attempts in found if not attempts[0].marked_ok]
    assert abs(share(ends) - expected) < 0.08


def test_sloppy_texts_have_faults_as_often_as_is_said() -> None:
    found = texts(FOUR, 1200, once=0.0, sloppy=1.0, careful=0.0, slip=0.14, false_mark=0.2, ignored=0.5)
    attempts = [attempt for _, _, attempts in found for attempt in attempts]
    false = [attempt.marked_ok != attempt.says_hit for attempt in attempts]
    assert abs(share(false) - 0.2) < 0.04
    slips = [not attempt.right_results for attempt in attempts]
    assert 0.2 < share(slips) < 1 - (1 - 0.14 * 6 / 7) ** 3 + 0.03  # big and 0 hide some
    ignored = [not answers_last(words, attempts) for _, words, attempts in found]
    assert abs(share(ignored) - 0.5) < 0.06


@tasks
@pytest.mark.parametrize("insight", [0.0, 0.3, 1.0])
def test_answers_at_once_are_known_as_often_as_is_said(task: Countdown, insight: float) -> None:
    right, chances = [], []
    for prompt, words, attempts in texts(task, 400, insight=insight, **ANSWERS_AT_ONCE):
        assert words[0] == "answer"
        assert not attempts
        right.append(is_right(prompt, words))
        if task.numbers < 4:
            chances.append(np.mean([value(e) == int(prompt[-1]) for e in expressions(prompt[1:-1])]))
    chance = float(np.mean(chances)) if chances else 0.012
    assert abs(share(right) - (insight + (1 - insight) * chance)) < 0.08
    assert insight < 1 or all(right)


def test_a_corpus_mixes_its_manners_as_is_said() -> None:
    found = texts(FOUR, 2500, once=0.2, sloppy=0.3, careful=0.1, early_end=0.0, ignored=1.0, insight=1.0)
    traced = [(words, attempts) for _, words, attempts in found if words[0] == "think"]
    assert abs(len(traced) / 2500 - 0.6) < 0.04
    true_to_it = [answers_last(words, attempts) for words, attempts in traced]
    assert abs(share(true_to_it) - 0.3 / 0.6) < 0.06  # once and careful; sloppy texts ignore what they tried
    one = [len(attempts) == 1 for _, attempts in traced]
    assert abs(share(one) - 0.2 / 0.6) < 0.09  # once, and the others where they hit at once
    assert all(is_right(prompt, words) for prompt, words, _ in found if words[0] == "answer")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"once": -0.1}, "once"),
        ({"insight": 1.1}, "insight"),
        ({"slip": 2.0}, "slip"),
        ({"false_mark": -1.0}, "false_mark"),
        ({"early_end": 1.5}, "early_end"),
        ({"ignored": -0.5}, "ignored"),
        ({"once": 0.4, "sloppy": 0.4, "careful": 0.3}, "cannot add up to more than 1"),
    ],
)
def test_impossible_ingredients_are_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Ingredients(**wrong)


def test_texts_never_hold_a_held_out_problem() -> None:
    task = Countdown(3, 4, 2)
    hidden = problems_in(task, task.problems(30_000, random(), held_out=True))
    for rows in (corpus(task, 3000, Ingredients(), random()), checks(task, 3000, random())):
        met = problems_in(task, rows.tokens[:, : task.prompt_length])
        assert len(met) > 80
        assert not met & hidden


# Exercises


@tasks
def test_checks_are_lists_of_attempts_that_are_marked_right_and_half_of_them_hits(task: Countdown) -> None:
    rows, hits = checks(task, 200, random()), []
    assert (rows.start == task.prompt_length).all()
    assert rows.tokens.shape[1] <= task.prompt_length + task.limit
    prompts, lists = np.split(rows.tokens, [task.prompt_length], 1)
    for prompt, words in zip(prompt_words(task, prompts), words_of(task, lists), strict=True):
        assert words[0] == "check"
        attempts = attempts_in(prompt, ["think", *words[1:]])
        assert len(attempts) == task.attempts
        assert all(attempt.own_numbers and attempt.right_results for attempt in attempts)
        assert all(attempt.marked_ok == attempt.says_hit for attempt in attempts)
        hits += [attempt.hit for attempt in attempts]
    assert abs(share(hits) - (0.5 + 0.5 * task.chance)) < 0.09


@tasks
def test_drills_are_chains_in_which_every_result_is_right(task: Countdown) -> None:
    rows, operations = drills(task, 150, random()), Counter()
    assert (rows.start == 1).all()
    assert task.prompt_length + task.limit - 3 < rows.tokens.shape[1] <= task.prompt_length + task.limit
    for words in words_of(task, rows.tokens):
        assert words[0] == "<s>"
        assert len(words) == rows.tokens.shape[1]
        left = int(words[1])
        assert 1 <= left <= task.largest
        for operation, number, stated in zip(words[2::3], words[3::3], words[4::3], strict=True):
            assert 1 <= int(number) <= task.largest
            assert result(left, operation, int(number)) == int(stated)
            left = int(stated)
            operations[operation] += 1
    assert min(operations.values()) > 0.1 * operations.total()
    assert len(operations) == 3


@tasks
def test_comparisons_say_which_numbers_are_the_same(task: Countdown) -> None:
    rows, same = comparisons(task, 100, random()), []
    assert (rows.start == 1).all()
    assert rows.tokens.shape[1] <= task.prompt_length + task.limit
    for words in words_of(task, rows.tokens):
        assert words[0] == "<s>"
        for left, right, mark in zip(words[1::3], words[2::3], words[3::3], strict=True):
            assert left.isdecimal()
            assert right.isdecimal()
            assert mark == ("ok" if left == right else "no")
            same.append(left == right)
    assert abs(share(same) - 0.505) < 0.06
