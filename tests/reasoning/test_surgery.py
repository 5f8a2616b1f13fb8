"""Edited traces, read as words; and readers against the library's generate."""

import numpy as np
import pytest
import torch

from companion.reasoning.countdown import Countdown
from companion.reasoning.countdown_texts import Ingredients, corpus
from companion.reasoning.surgery import (
    continued,
    flipped_mark,
    forged_attempt,
    read_and_answered,
    shuffled_words,
    traces_in,
    without_last_attempt,
    wrong_step,
)
from companion.reasoning.word_problem import ARRANGEMENTS, WordProblem
from tests.reasoning.referee import (
    arrangements_after,
    attempts_in,
    permutations_in,
    prompt_words,
    rows_of,
    shuffled,
    words_of,
)
from tests.reasoning.runs import SHUFFLES, shuffler

THREE = Countdown(3, 9, 3)
LONG = WordProblem((3, 5))


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("completion", "trace"),
    [
        ("think ABC CAB answer CAB </s>", "think ABC CAB"),
        ("think answer CAB </s>", "think"),
        ("answer CAB </s>", ""),
        ("think ABC CAB BAC", "think ABC CAB BAC"),
        ("think ABC </s>", "think ABC"),
        ("think ABC answer CAB answer ABC </s>", "think ABC"),
        ("</s>", ""),
    ],
)
def test_a_trace_is_everything_before_the_answer(completion: str, trace: str) -> None:
    rows = rows_of(SHUFFLES, [completion, "think ABC ABC answer ABC </s>"], 9)
    found = traces_in(rows, SHUFFLES)
    assert found.shape == rows.shape
    assert words_of(SHUFFLES, found) == [trace.split(), ["think", "ABC", "ABC"]]


def test_a_reader_answers_at_once_after_the_trace_that_it_is_given() -> None:
    model, prompts = shuffler(), SHUFFLES.problems(8, random())
    texts = ["think CAB", "", "think BAC BAC", "think", "think ABC CBA", "BAC", "think CAB ACB", "think ACB"]
    found = read_and_answered(model, SHUFFLES, prompts, rows_of(SHUFFLES, texts, 4), random())
    said = set()
    for prompt, text, answer in zip(prompts, texts, words_of(SHUFFLES, found), strict=True):
        begun = [*prompt.tolist(), *SHUFFLES.vocabulary.encode(f"{text} answer")]
        whole = model.generate(torch.tensor([begun]), max_new_tokens=2, do_sample=False)[0]
        expected = words_of(SHUFFLES, [whole[len(begun) :].tolist()])[0]
        assert answer == ["answer", *expected]
        said.add(answer[1])
    assert len(said) > 1


def test_a_reader_can_be_drawn_from() -> None:
    model = shuffler()
    prompts = np.repeat(SHUFFLES.problems(1, random()), 60, 0)
    traces = np.repeat(rows_of(SHUFFLES, ["think"]), 60, 0)
    found = read_and_answered(model, SHUFFLES, prompts, traces, random(), temperature=1.0)
    assert len({tuple(row) for row in found.tolist()}) > 3
    assert (found[:, 0] == SHUFFLES.vocabulary.ids["answer"]).all()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_wrong_step_follows_right_ones_and_leads_where_the_letters_go(place: int) -> None:
    prompts = LONG.problems(200, random())
    edited, wrong = wrong_step(LONG, prompts, place, random(1)), []
    assert edited.traces.shape == (200, place + 2)
    for prompt, trace, expected in zip(
        words_of(LONG, prompts), words_of(LONG, edited.traces), edited.expected, strict=True
    ):
        permutations, right = permutations_in(prompt), arrangements_after(permutations_in(prompt))
        assert trace[:-1] == ["think", *right[:place]]
        assert trace[-1] != right[place]
        wrong.append((ARRANGEMENTS.index(trace[-1]) - ARRANGEMENTS.index(right[place])) % 6)
        arrangement = trace[-1]
        for permutation in permutations[place + 1 :]:
            arrangement = shuffled(arrangement, permutation)
        assert ARRANGEMENTS[expected] == arrangement
        assert arrangement != right[-1]
    assert min(np.bincount(wrong)[1:]) > 20  # any of the five others


def test_a_step_that_is_not_there_cannot_be_wrong() -> None:
    with pytest.raises(ValueError, match="a problem has no step 4"):
        wrong_step(LONG, LONG.problems(50, random()), 4, random())


def test_a_reader_carries_a_trace_on_as_the_library_does() -> None:
    model, prompts = shuffler(), SHUFFLES.of_length(2, 8, random())
    edited = wrong_step(SHUFFLES, prompts, 0, random())
    found = continued(model, SHUFFLES, prompts, edited.traces, random())
    assert found.shape == (8, SHUFFLES.limit)
    for prompt, trace, row in zip(prompts, edited.traces, found, strict=True):
        begun = torch.from_numpy(np.concatenate([prompt, trace]))[None]
        whole = model.generate(begun, max_new_tokens=SHUFFLES.limit - 2, do_sample=False)[0].tolist()
        assert [token for token in row.tolist() if token != 2] == whole[len(prompt) :]


def some_traces(count: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Prompts and traces with one attempt or more."""
    texts = corpus(THREE, count, Ingredients(once=0.2, sloppy=0.8, careful=0.0), random())
    prompts, completions = np.split(texts.tokens, [THREE.prompt_length], 1)
    return prompts, traces_in(completions, THREE)


def test_a_forged_attempt_claims_a_hit_that_it_is_not() -> None:
    prompts, traces = some_traces()
    edited, counts = forged_attempt(THREE, prompts, traces, random()), set()
    for row, (prompt, old, new) in enumerate(
        zip(
            prompt_words(THREE, prompts), words_of(THREE, traces), words_of(THREE, edited.traces), strict=True
        )
    ):
        assert len(new) == len(old)
        assert new[: -THREE.attempt_length] == old[: -THREE.attempt_length]
        forged = attempts_in(prompt, new)[-1]
        assert len(attempts_in(prompt, new)) == (len(old) - 1) // THREE.attempt_length
        assert forged.own_numbers
        assert forged.says_hit
        assert forged.marked_ok
        assert not forged.hit
        answer = rows_of(THREE, [f"answer {' '.join(forged.expression)} </s>"])
        assert THREE.answered(answer).tolist() == [edited.expected[row]]
        counts.add(len(attempts_in(prompt, new)))
    assert counts == {1, 2, 3}
    assert np.array_equal(traces, some_traces()[1])  # what was given stays as it was


def test_a_flipped_mark_is_all_that_changes() -> None:
    prompts, traces = some_traces()
    flipped = flipped_mark(THREE, traces)
    marks = set()
    for old, new in zip(words_of(THREE, traces), words_of(THREE, flipped), strict=True):
        assert new[:-1] == old[:-1]
        assert {old[-1], new[-1]} == {"ok", "no"}
        marks.add(old[-1])
    assert marks == {"ok", "no"}
    assert np.array_equal(flipped_mark(THREE, flipped), traces)
    assert len(prompts) == len(flipped)


def test_without_its_last_attempt_a_trace_is_shorter_by_one() -> None:
    prompts, traces = some_traces()
    for prompt, old, new in zip(
        prompt_words(THREE, prompts),
        words_of(THREE, traces),
        words_of(THREE, without_last_attempt(THREE, traces)),
        strict=True,
    ):
        assert new == old[: len(new)]
        assert attempts_in(prompt, new) == attempts_in(prompt, old)[:-1]
        assert len(new) == len(old) - THREE.attempt_length


def test_an_unfinished_attempt_is_none() -> None:
    trace = rows_of(THREE, ["think 2 + 7 9 + 3 12 15 no 7 - 2 5"], 20)
    assert words_of(THREE, without_last_attempt(THREE, trace)) == [["think"]]
    assert words_of(THREE, flipped_mark(THREE, trace)) == [
        ["think", "2", "+", "7", "9", "+", "3", "12", "15", "ok", "7", "-", "2", "5"]
    ]


@pytest.mark.parametrize("trace", ["think", "think 2 + 7 9 + 3 12 15"])
def test_a_trace_without_an_attempt_cannot_be_operated_on(trace: str) -> None:
    prompts, traces = rows_of(THREE, ["<s> 2 7 3 15"]), rows_of(THREE, [trace], 20)
    for operation in (
        lambda: forged_attempt(THREE, prompts, traces, random()),
        lambda: flipped_mark(THREE, traces),
        lambda: without_last_attempt(THREE, traces),
    ):
        with pytest.raises(ValueError, match="a trace holds no attempt"):
            operation()


def test_shuffled_words_are_the_same_words_after_the_same_first() -> None:
    _, traces = some_traces()
    found = shuffled_words(traces, THREE.vocabulary.pad, random())
    moved = 0
    for old, new in zip(words_of(THREE, traces), words_of(THREE, found), strict=True):
        assert new[0] == old[0] == "think"
        assert sorted(new) == sorted(old)
        moved += sum(a != b for a, b in zip(old, new, strict=True))
    assert moved > 0.5 * sum(map(len, words_of(THREE, traces)))
    assert not np.array_equal(shuffled_words(traces, THREE.vocabulary.pad, random(1)), found)


def test_every_order_of_the_words_is_as_likely() -> None:
    traces = np.repeat(rows_of(SHUFFLES, ["think ABC CAB BAC"], 6), 3000, 0)
    found = shuffled_words(traces, SHUFFLES.vocabulary.pad, random())
    orders, count = np.unique(found, axis=0, return_counts=True)
    assert len(orders) == 6
    assert max(abs(count - 500)) < 110
