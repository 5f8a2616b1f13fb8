"""Values against every expression written out, the verifier and the reader of traces against plain reading of words."""

from collections import Counter
from itertools import combinations_with_replacement

import numpy as np
import pytest

from companion.reasoning.countdown import Countdown
from companion.reasoning.countdown_texts import Ingredients, answer_words, corpus, solutions
from tests.reasoning.referee import (
    Attempt,
    attempts_in,
    expressions,
    is_right,
    problems_in,
    prompt_words,
    rows_of,
    same_name,
    value,
    words_of,
)

TWO, THREE, FOUR = Countdown(2, 9, 2), Countdown(3, 9, 3), Countdown()
FIVE = Countdown(5, 6, 2)
tasks = pytest.mark.parametrize("task", [TWO, THREE, FOUR], ids=str)


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def share(flags: list[bool]) -> float:
    assert len(flags) > 200
    return sum(flags) / len(flags)


# Problems


@pytest.mark.parametrize(("task", "count"), [(TWO, 40), (THREE, 40), (FOUR, 8), (FIVE, 1)], ids=str)
@pytest.mark.parametrize("held_out", [False, True])
def test_values_are_those_of_all_expressions_and_reach_every_target(
    task: Countdown, count: int, held_out: bool
) -> None:
    """An expression whose first two numbers change places is the same, so brute force counts each twice."""
    prompts = task.problems(count, random(), held_out=held_out)
    for words, found in zip(prompt_words(task, prompts), task.values(prompts), strict=True):
        every = Counter(value(expression) for expression in expressions(words[1:-1]))
        assert Counter({each: 2 * times for each, times in Counter(found.tolist()).items()}) == every
        assert int(words[-1]) in every
        assert 1 <= int(words[-1]) <= 99
        assert all(1 <= int(number) <= task.largest for number in words[1:-1])


def test_expressions_by_hand() -> None:
    prompt = rows_of(THREE, ["<s> 2 7 3 15"])
    values = THREE.values(prompt)[0].tolist()
    assert len(values) == 27  # 3 orders, 9 pairs of operations
    assert Counter(values)[15] == 1  # |2 - 7| * 3
    assert Counter(values)[0] == 0
    assert max(values) == 42  # 2 * 7 * 3
    assert values.count(2 * 7 + 3) == 1


def problems_of(task: Countdown, held_out: bool) -> set[tuple[tuple[int, ...], int]]:
    """Draw until nothing new comes."""
    return problems_in(task, task.problems(30_000, random(), held_out=held_out))


def test_every_solvable_problem_is_either_for_training_or_held_out_in_any_order() -> None:
    task = Countdown(3, 4, 2)
    shown, hidden = problems_of(task, False), problems_of(task, True)
    solvable = {
        (numbers, target)
        for numbers in combinations_with_replacement(range(1, 5), 3)
        for target in set(map(value, expressions(numbers)))
        if 1 <= target <= 99
    }
    assert not shown & hidden
    assert shown | hidden == solvable
    assert 0.13 < len(hidden) / len(solvable) < 0.27


@pytest.mark.parametrize("task", [THREE, FOUR], ids=str)
def test_held_out_problems_never_meet_those_for_training(task: Countdown) -> None:
    shown, hidden = problems_of(task, False), problems_of(task, True)
    assert min(len(shown), len(hidden)) > 300
    assert not shown & hidden


def test_the_generator_decides_which_problems() -> None:
    assert np.array_equal(FOUR.problems(50, random(3)), FOUR.problems(50, random(3)))
    assert not np.array_equal(FOUR.problems(50, random(3)), FOUR.problems(50, random(4)))


@tasks
def test_prompts_say_their_numbers_and_targets(task: Countdown) -> None:
    prompts = task.problems(30, random())
    for words, numbers, target in zip(
        prompt_words(task, prompts), task.given(prompts), task.targets(prompts), strict=True
    ):
        assert words == ["<s>", *map(str, numbers), str(target)]
    assert np.array_equal(task.prompts_of(task.given(prompts), task.targets(prompts)), prompts)


@tasks
def test_chance_is_how_often_the_verifier_accepts_an_expression_at_random(task: Countdown) -> None:
    prompts = task.problems(6000, random(5), held_out=True)
    anything = random(6).integers(len(task.expressions[0]), size=6000)
    accepted = task.correct(prompts, answer_words(task, prompts, anything, random(7)))
    assert 0.004 < task.chance < 0.5
    assert abs(accepted.mean() - task.chance) < 5 * np.sqrt(task.chance / 6000)


# The verifier

PROBLEM = "<s> 2 7 3 15"


@pytest.mark.parametrize(
    ("completion", "right"),
    [
        ("answer 2 - 7 * 3 </s>", True),
        ("answer 7 - 2 * 3 </s>", True),
        ("think 2 + 7 9 + 3 12 15 no answer 7 - 2 * 3 </s>", True),
        ("think ok ok + 3 answer 7 - 2 * 3 </s>", True),
        ("answer 3 * 7 - 2 </s>", False),  # from left to right it is 19
        ("answer 2 - 7 + 3 </s>", False),  # a wrong operation
        ("answer 2 - 7 * 4 </s>", False),  # a wrong number
        ("answer 8 + 7 </s>", False),
        ("answer 3 * 3 + 6 </s>", False),
        ("answer 7 + 7 + 1 </s>", False),
        ("answer 3 + 3 + 9 </s>", False),
        ("answer 2 + 7 + 3 + 3 </s>", False),  # a number twice
        ("answer 7 * 2 + 1 </s>", False),
        ("answer 15 </s>", False),
        ("answer 2 - 7 * 3", False),
        ("answer 2 - 7 * 3 15 </s>", False),
        ("2 - 7 * 3 </s>", False),
        ("think 2 - 7 5 * 3 15 15 ok", False),
        ("think 2 - 7 5 * 3 15 15 ok </s>", False),
        ("answer 2 7 3 - * </s>", False),
        ("answer big - 7 * 3 </s>", False),
        ("answer 2 big 7 * 3 </s>", False),
        ("answer 2 ok 7 * 3 </s>", False),
        ("answer 2 - 7 * </s>", False),
        ("answer </s>", False),
        ("answer", False),
        ("answer 2 + 7 * 3 </s> answer 2 - 7 * 3 </s>", False),
    ],
)
@pytest.mark.parametrize("width", [None, 30])
def test_the_verifier_by_hand(completion: str, right: bool, width: int | None) -> None:
    assert is_right(PROBLEM.split(), completion.split()) == right
    rows = rows_of(THREE, [completion], width)
    assert THREE.correct(rows_of(THREE, [PROBLEM]), rows).tolist() == [right]


def test_an_answer_may_pass_through_numbers_that_no_trace_can_write() -> None:
    prompt = rows_of(THREE, ["<s> 11 9 2 97"])
    assert THREE.correct(prompt, rows_of(THREE, ["answer 11 * 9 - 2 </s>"])).tolist() == [True]
    prompt = rows_of(THREE, ["<s> 20 9 90 90"])
    assert THREE.correct(prompt, rows_of(THREE, ["answer 9 * 20 - 90 </s>"])).tolist() == [True]


def tampered(task: Countdown, completions: np.ndarray, times: int, seed: int) -> np.ndarray:
    """Each completion with some of its words exchanged for others, mostly numbers, operations and marks."""
    changed, generator = completions.copy(), random(seed)
    likely = [*"+-*", "ok", "no", "big", "think", "answer", "</s>", *map(str, range(12))]
    known = [task.vocabulary.ids[word] for word in likely]
    lengths = (completions != task.vocabulary.pad).sum(1)
    for row in range(len(changed)):
        for _ in range(generator.integers(times + 1)):
            changed[row, generator.integers(lengths[row])] = generator.choice(known)
    return changed


@tasks
def test_the_verifier_reads_as_a_person_does_also_what_was_tampered_with(task: Countdown) -> None:
    texts = corpus(task, 500, Ingredients(sloppy=0.4, insight=0.9), random())
    prompts, completions = np.split(texts.tokens, [task.prompt_length], 1)
    verdicts = []
    for rows in (completions, tampered(task, completions, 1, 2), tampered(task, completions, 3, 3)):
        expected = [
            is_right(prompt, words)
            for prompt, words in zip(prompt_words(task, prompts), words_of(task, rows), strict=True)
        ]
        assert task.correct(prompts, rows).tolist() == expected
        verdicts.append(share(expected))
    assert 1 > verdicts[0] > verdicts[1] > verdicts[2] > 0


@tasks
def test_exchanged_operations_and_numbers_are_judged_by_the_value(task: Countdown) -> None:
    """A solution in which one word is changed for every other of its kind; a few of these are solutions too."""
    prompts = task.problems(12, random())
    solved = answer_words(task, prompts, solutions(task, prompts, random()), random())
    accepted = 0
    for prompt, row, words in zip(prompts, solved, prompt_words(task, prompts), strict=True):
        rows = []
        for place in range(1, 2 * task.numbers):
            kind = map(str, range(11)) if place % 2 else "+-*"
            for word in kind:
                rows.append(row.copy())
                rows[-1][place] = task.vocabulary.ids[word]
        changed = np.stack(rows)
        found = task.correct(np.repeat(prompt[None], len(rows), 0), changed).tolist()
        assert found == [is_right(words, text) for text in words_of(task, changed)]
        accepted += sum(found)
        assert not all(found)
    assert accepted >= 12 * (2 * task.numbers - 1)  # the solution itself is among them


# Traces

GOOD = "think 2 + 7 9 + 3 12 15 no 7 - 2 5 * 3 15 15 ok answer 7 - 2 * 3 </s>"


def read(trace: str, prompt: str = PROBLEM, task: Countdown = THREE) -> list[Attempt]:
    """The attempts that the task reads, with the words that it read them from."""
    row = rows_of(task, [trace], task.limit + 20)
    found, words = task.read_attempts(rows_of(task, [prompt]), row), trace.split()
    attempts = []
    for k in range(int(found.there.sum())):
        first = 1 + k * task.attempt_length
        attempt = words[first : first + task.attempt_length]
        links = [attempt[i : i + 3] for i in range(1, task.attempt_length - 2, 3)]
        expression = (attempt[0], *(word for link in links for word in link[:2]))
        flags = (flag[0, k] for flag in (found.own_numbers, found.right_results, found.says_hit, found.hit))
        attempts.append(
            Attempt(
                expression, tuple(link[2] for link in links), *map(bool, flags), bool(found.marked_ok[0, k])
            )
        )
    assert found.there[0].tolist() == sorted(found.there[0].tolist(), reverse=True)
    return attempts


def test_a_good_trace_by_hand() -> None:
    assert read(GOOD) == [
        Attempt(("2", "+", "7", "+", "3"), ("9", "12"), True, True, False, False, False),
        Attempt(("7", "-", "2", "*", "3"), ("5", "15"), True, True, True, True, True),
    ]


@pytest.mark.parametrize(
    ("attempt", "own", "right", "says", "hit", "ok"),
    [
        ("2 - 7 5 * 3 15 15 ok", True, True, True, True, True),
        ("2 - 7 5 * 3 15 15 no", True, True, True, True, False),  # a false mark
        ("2 + 7 9 * 3 27 15 ok", True, True, False, False, True),  # another
        ("2 - 7 6 * 3 18 15 no", True, False, False, True, False),  # a slip spoils what is written alone
        ("2 - 7 5 * 3 16 15 no", True, False, False, True, False),
        ("2 + 7 9 + 3 15 15 ok", True, False, True, False, True),  # a slip that looks like a hit
        ("2 - 7 6 + 3 9 15 no", True, False, False, False, False),  # the second result follows from the slip
        ("3 * 3 9 + 6 15 15 ok", False, True, True, False, True),  # other numbers
        ("7 + 7 14 + 1 15 15 ok", False, True, True, False, True),
        ("0 + 7 7 * 3 21 15 no", False, True, False, False, False),
        ("50 * 7 big - 3 big 15 no", False, True, False, False, False),
        ("50 * 7 big - 3 15 15 ok", False, False, True, False, True),  # nothing but big follows from big
        ("2 * 7 big * 3 big 15 no", True, False, False, False, False),
    ],
)
def test_one_attempt_by_hand(attempt: str, own: bool, right: bool, says: bool, hit: bool, ok: bool) -> None:
    (found,) = read(f"think {attempt} answer 2 + 7 + 3 </s>")
    assert found[2:] == (own, right, says, hit, ok)


def test_large_results_are_big() -> None:
    """With 50, 7 and 3: the product is 350, and what follows is big although the true value is 347."""
    (found,) = read("think 50 * 7 big - 3 big 97 no answer", "<s> 50 7 3 97")
    assert found[2:] == (True, True, False, False, False)
    (found,) = read("think 50 + 7 57 + 3 60 97 no answer", "<s> 50 7 3 97")
    assert found.right_results
    prompt = "<s> 50 2 99 1"  # 50 * 2 - 99 is 1, but no trace can say so
    (found,) = read("think 50 * 2 big - 99 big 1 no answer", prompt)
    assert found[2:] == (True, True, False, True, False)
    (found,) = read("think 50 * 2 big - 99 1 1 ok answer", prompt)
    assert found[2:] == (True, False, True, True, True)
    (found,) = read("think 50 * 2 99 - 99 0 1 no answer", prompt)
    assert not found.right_results


@pytest.mark.parametrize(
    ("trace", "attempts"),
    [
        (GOOD, 2),
        (GOOD.removeprefix("think "), 0),
        (GOOD.replace("think", "check"), 0),
        ("answer 7 - 2 * 3 </s>", 0),
        ("think answer 7 - 2 * 3 </s>", 0),
        ("think", 0),
        ("think 2 + 7 9 + 3 12 15", 0),  # cut off before the mark
        ("think 2 + 7 9 + 3 12 15 no 7 - 2 5 * 3", 1),  # cut off in the second
        ("think 2 + 7 9 + 3 12 15 no </s>", 1),
        ("think 2 + 7 9 + 3 12 15 no 7 - 2 5 * 3 15 15 ok", 2),
        ("think 2 + 7 9 + 3 12 15 check 7 - 2 5 * 3 15 15 ok answer", 0),
        ("think 2 + 7 9 + 3 12 14 no 7 - 2 5 * 3 15 15 ok answer", 0),  # another target
        ("think 2 + 7 9 + 3 12 15 no 7 - 2 5 * 3 15 16 ok answer", 1),
        ("think 2 + 7 9 + 3 12 no 7 - 2 5 * 3 15 ok answer", 0),  # no target
        ("think 2 + 7 9 + 3 12 15 no 7 2 - 5 * 3 15 15 ok answer", 1),
        ("think 2 + 7 9 + 3 12 15 no 7 - 2 5 * 3 + 15 ok answer", 1),
        ("think 2 + 7 9 + 3 12 15 no no 7 - 2 5 * 3 15 15 ok answer", 1),
        ("think 2 + 7 9 big 3 12 15 no answer", 0),
        ("think big + 7 9 + 3 12 15 no answer", 0),
        ("think 2 + 7 9 + big 12 15 no answer", 0),
        ("think 2 + 7 big + 3 big 15 no answer", 1),
    ],
)
def test_a_trace_is_read_up_to_its_first_ill_formed_attempt(trace: str, attempts: int) -> None:
    assert len(read(trace)) == len(attempts_in(PROBLEM.split(), trace.split())) == attempts


@tasks
def test_traces_are_read_as_a_person_reads_them_also_what_was_tampered_with(task: Countdown) -> None:
    wild = Ingredients(once=0.1, sloppy=0.8, careful=0.1, slip=0.2, false_mark=0.2)
    texts = corpus(task, 250, wild, random())
    prompts, completions = np.split(texts.tokens, [task.prompt_length], 1)
    seen: Counter[tuple[bool, ...]] = Counter()
    for rows in (completions, tampered(task, completions, 2, 1)):
        found = task.read_attempts(prompts, rows)
        for row, (prompt, words) in enumerate(
            zip(prompt_words(task, prompts), words_of(task, rows), strict=True)
        ):
            attempts = attempts_in(prompt, words)
            there = found.there[row].tolist()
            assert there == [True] * len(attempts) + [False] * (len(there) - len(attempts))
            for k, attempt in enumerate(attempts):
                flags = (found.own_numbers, found.right_results, found.says_hit, found.hit, found.marked_ok)
                assert attempt[2:] == tuple(flag[row, k] for flag in flags)
                seen[attempt[2:]] += 1
    assert len(seen) > 9  # many combinations of flags were met


def test_equal_names_mean_equal_expressions() -> None:
    """Over all expressions of three numbers, two of them equal, in traces and in answers."""
    prompt, every = "<s> 3 3 5 1", expressions((3, 3, 5)) + expressions((3, 5, 3))
    traces = [f"think {e[0]} {e[1]} {e[2]} 0 {e[3]} {e[4]} 0 1 no answer" for e in every]
    answers = [f"answer {' '.join(e)} </s>" for e in every]
    prompts = np.repeat(rows_of(THREE, [prompt]), len(every), 0)
    found = THREE.read_attempts(prompts, rows_of(THREE, traces))
    assert found.there[:, 0].all()
    in_traces, in_answers = found.expression[:, 0], THREE.answered(rows_of(THREE, answers))
    assert np.array_equal(in_traces, in_answers)
    by_name: dict[tuple, set[int]] = {}
    for expression, number in zip(every, in_traces.tolist(), strict=True):
        by_name.setdefault(same_name(expression), set()).add(number)
    assert all(len(numbers) == 1 for numbers in by_name.values())
    assert len(set.union(*by_name.values())) == len(by_name) == 18


def test_what_is_no_answer_has_no_name() -> None:
    texts = [
        "answer 2 - 7 * 3",
        "answer 2 - 7 </s>",
        "2 - 7 * 3 </s>",
        "answer 2 ok 7 * 3 </s>",
        "answer - - 7 * 3 </s>",
        "think 2 - 7 5 * 3 15 15 ok </s>",
    ]
    assert THREE.answered(rows_of(THREE, texts)).tolist() == [-1] * len(texts)
    right, other, foreign = THREE.answered(
        rows_of(THREE, ["answer 2 - 7 * 3 </s>", "answer 7 - 2 * 3 </s>", "answer 2 - 7 * 4 </s>"])
    )
    assert right == other >= 0
    assert foreign not in (right, -1)


@tasks
def test_the_longest_trace_fits_the_limit_exactly(task: Countdown) -> None:
    attempt = "1 " + "+ 1 2 " * (task.numbers - 1) + "9 no "
    text = "think " + attempt * task.attempts + "answer 1" + " + 1" * (task.numbers - 1) + " </s>"
    assert len(text.split()) == task.limit
    assert len(text.split()) - text.split().index("answer") - 1 == task.answer_limit
    assert len(attempts_in(["<s>", *"1" * task.numbers, "9"], text.split())) == task.attempts
    assert len(["<s>", "9"]) + task.numbers == task.prompt_length


# The language and the settings


def test_the_language_has_every_number_up_to_99() -> None:
    words = set(FOUR.vocabulary.words)
    assert {str(number) for number in range(100)} < words
    assert words - {str(number) for number in range(100)} == {
        *("<s>", "</s>", "<pad>", "think", "answer", "check", "ok", "no", "+", "-", "*", "big")
    }


@pytest.mark.parametrize(
    ("numbers", "target"),
    [([1, 2, 100], 5), ([1, 2, 3], 100), ([1, -2, 3], 5), ([1, 2], 3), ([1, 2, 3, 4], 5)],
)
def test_impossible_problems_are_refused(numbers: list[int], target: int, is_one_sentence) -> None:
    with pytest.raises(ValueError, match="has 3 numbers and a target, none above 99") as refused:
        THREE.prompts_of(np.array([numbers, numbers]), np.array([9, target]))
    assert is_one_sentence(str(refused.value))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"numbers": 1}, "2 to 5 numbers, not 1"),
        ({"numbers": 6}, "2 to 5 numbers, not 6"),
        ({"largest": 0}, "99 at most, not to 0"),
        ({"largest": 100}, "99 at most, not to 100"),
        ({"attempts": 0}, "at least one attempt, not 0"),
    ],
)
def test_impossible_settings_are_refused(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Countdown(**wrong)
