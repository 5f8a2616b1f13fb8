"""Shuffles against letters that are moved by hand, the verifier against all six answers, corpora read as text."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from companion.reasoning.word_problem import (
    ARRANGEMENTS,
    PRODUCT,
    Ingredients,
    WordProblem,
    composed,
    left_aligned,
)
from companion.transformer.training import Corpus
from tests.reasoning import referee
from tests.reasoning.referee import arrangements_after, permutations_in, rows_of, said, shuffled, words_of

TASK, SHORT, THREE = WordProblem(), WordProblem((1, 2, 3, 4, 6, 8)), WordProblem((3,))
tasks = pytest.mark.parametrize("task", [TASK, SHORT, THREE], ids=str)


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_product_is_one_shuffle_after_another() -> None:
    assert sorted(ARRANGEMENTS) == sorted(referee.ARRANGEMENTS)
    for (i, first), (j, then) in product(enumerate(ARRANGEMENTS), repeat=2):
        assert composed(first, then) == shuffled(first, then)
        assert ARRANGEMENTS[PRODUCT[i, j]] == shuffled(first, then)


def test_shuffles_by_hand() -> None:
    assert shuffled("CAB", "BAC") == composed("CAB", "BAC") == "ACB"  # the first two change places
    assert shuffled("BAC", "BCA") == composed("BAC", "BCA") == "ACB"  # the first goes to the end
    assert shuffled("BAC", "CAB") == composed("BAC", "CAB") == "CBA"  # the last comes to the front


def test_arrangements_are_a_group_that_does_not_commute() -> None:
    for a, b, c in product(range(6), repeat=3):
        assert PRODUCT[PRODUCT[a, b], c] == PRODUCT[a, PRODUCT[b, c]]
    assert PRODUCT[0].tolist() == PRODUCT[:, 0].tolist() == list(range(6))
    assert all(sorted(line) == list(range(6)) for line in (*PRODUCT, *PRODUCT.T))
    assert not np.array_equal(PRODUCT, PRODUCT.T)


@tasks
@pytest.mark.parametrize("held_out", [False, True])
def test_problems_are_permutations_and_their_end_is_where_the_letters_stand(
    task: WordProblem, held_out: bool
) -> None:
    prompts = task.problems(300, random(), held_out=held_out)
    assert prompts.shape == (300, 1 + max(task.lengths))
    for prompt, after in zip(words_of(task, prompts), task.arrangements(prompts), strict=True):
        permutations = permutations_in(prompt)
        assert len(permutations) in task.lengths
        right = arrangements_after(permutations)
        right += right[-1:] * (task.longest - len(right))
        assert [ARRANGEMENTS[step] for step in after] == right


@tasks
def test_the_verifier_accepts_one_answer_of_six_whatever_the_trace(task: WordProblem) -> None:
    prompts = task.problems(60, random())
    ends = [arrangements_after(permutations_in(prompt))[-1] for prompt in words_of(task, prompts)]
    assert set(ends) == set(ARRANGEMENTS)
    for answer in ARRANGEMENTS:
        for trace in ("", "think", "think CBA CBA", f"think {answer}"):
            completions = rows_of(task, [f"{trace} answer {answer} </s>"] * 60, task.limit)
            assert task.correct(prompts, completions).tolist() == [end == answer for end in ends]


@pytest.mark.parametrize(
    ("completion", "right"),
    [
        ("answer ACB </s>", True),
        ("think BAC ACB answer ACB </s>", True),
        ("answer ACB </s> think BAC ACB", True),  # nothing after the end is read
        ("ACB </s>", False),
        ("think BAC ACB", False),
        ("think BAC ACB </s>", False),
        ("answer ACB ACB </s>", False),
        ("answer ACB", False),
        ("answer </s>", False),
        ("answer", False),
        ("answer . </s>", False),
        ("answer ACB think BAC ACB </s>", False),
        ("answer think BAC ACB </s>", False),
        ("answer BAC </s> answer ACB </s>", False),
        ("answer answer ACB </s>", False),
        ("answer </s> ACB", False),
    ],
)
@pytest.mark.parametrize("task", [WordProblem((2,)), WordProblem((1, 2, 5))], ids=str)
def test_malformed_completions_are_wrong(task: WordProblem, completion: str, right: bool) -> None:
    blanks = " ." * (task.longest - 2)
    prompt = rows_of(task, [f"<s> BAC BCA{blanks}"])  # A and B change places; then the first goes to the end
    assert task.correct(prompt, rows_of(task, [completion])).tolist() == [right]
    assert task.correct(prompt, rows_of(task, [completion], 20)).tolist() == [right]


def test_steps_and_prompts_are_the_same_problem() -> None:
    prompts = SHORT.problems(200, random())
    steps = SHORT.steps_of(prompts)
    assert np.array_equal(SHORT.prompts_of(steps), prompts)
    for row, prompt in zip(steps, words_of(SHORT, prompts), strict=True):
        assert [ARRANGEMENTS[step] for step in row if step >= 0] == permutations_in(prompt)


def all_problems(task: WordProblem, held_out: bool) -> set[tuple[int, ...]]:
    """Draw until nothing new comes."""
    return {tuple(prompt) for prompt in task.problems(40_000, random(), held_out=held_out)}


@pytest.mark.parametrize("length", [3, 4])
def test_every_problem_is_either_for_training_or_held_out(length: int) -> None:
    task = WordProblem((length,))
    shown, hidden = all_problems(task, False), all_problems(task, True)
    assert not shown & hidden
    assert len(shown | hidden) == 6**length
    assert 0.13 < len(hidden) / 6**length < 0.27


def test_held_out_problems_of_three_and_more_never_meet_those_for_training() -> None:
    task = WordProblem((1, 2, 3, 4))
    shown, hidden = all_problems(task, False), all_problems(task, True)
    both = {len(permutations_in(words)) for words in words_of(task, shown & hidden)}
    assert both == {1, 2}
    assert Counter(len(permutations_in(words)) for words in words_of(task, shown | hidden)) == {
        length: 6**length for length in (1, 2, 3, 4)
    }


def test_one_in_five_long_problems_is_held_out() -> None:
    """Half of the product, over and over: what was drawn for training is never held out later."""
    prompts, hidden = TASK.problems(20_000, random()), TASK.problems(5000, random(1), held_out=True)
    tails = Counter(tuple(prompt[-2:]) for prompt in hidden)
    assert len(tails) == 36
    assert max(tails.values()) < 2 * min(tails.values())
    assert not {tuple(prompt) for prompt in prompts} & {tuple(prompt) for prompt in hidden}


def test_problems_for_training_are_of_every_length_alike() -> None:
    count = Counter(len(permutations_in(words)) for words in words_of(SHORT, SHORT.problems(6000, random())))
    assert set(count) == {1, 2, 3, 4, 6, 8}
    for length, number in count.items():
        share = (1 if length < 3 else 0.8) / (2 + 4 * 0.8)  # a fifth of the long ones is put aside
        assert abs(number / 6000 - share) < 0.03


@pytest.mark.parametrize("held_out", [False, True])
def test_problems_of_one_length_can_be_asked_for(held_out: bool) -> None:
    for length in SHORT.lengths:
        prompts = SHORT.of_length(length, 50, random(), held_out=held_out)
        assert prompts.shape == (50, 9)
        assert {len(permutations_in(words)) for words in words_of(SHORT, prompts)} == {length}
    hidden = {tuple(prompt) for prompt in SHORT.of_length(3, 4000, random(), held_out=True)}
    shown = {tuple(prompt) for prompt in SHORT.of_length(3, 4000, random())}
    assert not hidden & shown
    assert len(hidden | shown) == 216


def test_the_generator_decides_which_problems() -> None:
    assert np.array_equal(TASK.problems(50, random(3)), TASK.problems(50, random(3)))
    assert not np.array_equal(TASK.problems(50, random(3)), TASK.problems(50, random(4)))


# The prompt of these: B and A change places (BAC); the last comes to the front (CBA); first and last change (ABC).
PROMPT = "<s> BAC CAB CBA"


@pytest.mark.parametrize(
    ("completion", "complete", "errors"),
    [
        ("think BAC CBA ABC answer ABC </s>", True, "..."),
        ("think BAC CBA ABC answer CAB </s>", True, "..."),  # the answer is no step
        ("think ABC CAB BAC answer BAC </s>", True, "x.."),  # one slip; the rest follows from it
        ("think BAC ABC ABC answer ABC </s>", True, ".xx"),
        ("think BAC CBA BCA answer BCA </s>", True, "..x"),
        ("think CBA CBA CBA answer CBA </s>", True, "xxx"),
        ("think BAC CBA answer ABC </s>", False, None),
        ("think BAC CBA ABC ABC answer ABC </s>", False, None),
        ("think answer ABC </s>", False, None),
        ("answer ABC </s>", False, None),
        ("BAC CBA ABC answer ABC </s>", False, None),
        ("think BAC . ABC answer ABC </s>", False, None),
        ("think BAC </s> ABC answer ABC </s>", False, None),
        ("think BAC think ABC answer ABC </s>", False, None),
        ("think BAC CBA ABC ABC </s>", False, None),
        ("think BAC CBA ABC", False, None),
    ],
)
def test_traces_and_their_errors_by_hand(completion: str, complete: bool, errors: str | None) -> None:
    assert arrangements_after(PROMPT.split()[1:]) == ["BAC", "CBA", "ABC"]
    prompt, row = rows_of(THREE, [PROMPT]), rows_of(THREE, [completion], 8)
    assert THREE.traces(prompt, row).tolist() == [complete]
    if errors is not None:
        assert THREE.step_errors(prompt, row).tolist() == [[letter == "x" for letter in errors]]


@pytest.mark.parametrize(
    ("completion", "complete", "errors"),
    [
        ("think BAC CBA ABC answer ABC </s>", True, "....."),
        ("think BAC ABC CBA answer CBA </s>", True, ".x..."),
        ("think BAC CBA ABC CAB answer CAB </s>", False, None),
        ("think BAC CBA answer CBA </s>", False, None),
    ],
)
def test_traces_of_a_problem_with_blanks(completion: str, complete: bool, errors: str | None) -> None:
    task = WordProblem((1, 2, 3, 5))
    prompt, row = rows_of(task, [f"{PROMPT} . ."]), rows_of(task, [completion], task.limit)
    assert task.correct(prompt, row).tolist() == [completion.split()[-2] == "ABC"]
    assert task.traces(prompt, row).tolist() == [complete]
    if errors is not None:
        assert task.step_errors(prompt, row).tolist() == [[letter == "x" for letter in errors]]


class Text:
    """A text of a corpus, as it reads."""

    def __init__(self, task: WordProblem, prompt: list[str], completion: list[str]) -> None:
        self.right = arrangements_after(permutations_in(prompt))
        self.permutations = permutations_in(prompt)
        self.thinks = completion[0] == "think"
        self.steps = completion[1 : completion.index("answer")] if self.thinks else []
        answer = said(completion)
        assert completion[completion.index("answer") :] == ["answer", *(answer or ()), "</s>"]
        assert answer is not None
        (self.answer,) = answer
        assert set(self.steps) <= set(ARRANGEMENTS)


def read(task: WordProblem, corpus: Corpus) -> list[Text]:
    """The texts; that they are learned from the end of the prompt on, and fit the window."""
    assert (corpus.start == task.prompt_length).all()
    assert corpus.tokens.shape[1] <= task.prompt_length + task.limit
    prompts, completions = corpus.tokens[:, : task.prompt_length], corpus.tokens[:, task.prompt_length :]
    both = zip(words_of(task, prompts), words_of(task, completions), strict=True)
    return [Text(task, prompt, completion) for prompt, completion in both]


def share(flags: list[bool]) -> float:
    assert len(flags) > 300
    return sum(flags) / len(flags)


@tasks
def test_full_traces_without_errors_say_every_step(task: WordProblem) -> None:
    sure = Ingredients(full_traces=1.0, half_traces=0.0, step_error=0.0)
    for text in read(task, task.corpus(200, sure, random())):
        assert text.thinks
        assert text.steps == text.right
        assert text.answer == text.right[-1]


@tasks
def test_half_traces_without_errors_say_every_second_step(task: WordProblem) -> None:
    sure = Ingredients(full_traces=0.0, half_traces=1.0, step_error=0.0)
    for text in read(task, task.corpus(200, sure, random())):
        assert text.thinks
        assert text.steps == text.right[1::2]
        assert text.answer == text.right[-1]


@tasks
@pytest.mark.parametrize(("known", "expected"), [(1.0, 1.0), (0.4, 0.4 + 0.6 / 6), (0.0, 1 / 6)])
def test_answers_at_once_are_known_as_often_as_is_said(
    task: WordProblem, known: float, expected: float
) -> None:
    guesses = Ingredients(full_traces=0.0, half_traces=0.0, guessed_right=known)
    texts = read(task, task.corpus(1500, guesses, random()))
    assert not any(text.thinks for text in texts)
    assert abs(share([text.answer == text.right[-1] for text in texts]) - expected) < 0.05
    assert set(Counter(text.answer for text in texts)) == set(ARRANGEMENTS)


def test_a_corpus_mixes_its_ingredients_as_is_said() -> None:
    texts = read(TASK, TASK.corpus(4000, Ingredients(), random()))
    steps = Counter(len(text.steps) if text.thinks else -1 for text in texts)
    assert set(steps) == {10, 5, -1}
    assert abs(steps[10] / 4000 - 0.35) < 0.03
    assert abs(steps[5] / 4000 - 0.15) < 0.03
    at_once = [text for text in texts if not text.thinks]
    assert abs(share([text.answer == text.right[-1] for text in at_once]) - 0.5) < 0.05
    full = [text for text in texts if len(text.steps) == 10]
    follows = [
        step == shuffled(before, permutation)
        for text in full
        for before, step, permutation in zip(
            ["ABC", *text.steps[:-1]], text.steps, text.permutations, strict=True
        )
    ]
    assert abs(share(follows) - (1 - 0.05 * 5 / 6)) < 0.01
    assert all(text.answer == text.steps[-1] for text in full)
    half = [text for text in texts if len(text.steps) == 5]
    follows = [
        step == shuffled(shuffled(before, text.permutations[2 * k]), text.permutations[2 * k + 1])
        for text in half
        for k, (before, step) in enumerate(zip(["ABC", *text.steps[:-1]], text.steps, strict=True))
    ]
    assert abs(share(follows) - (1 - 0.05 * 5 / 6)) < 0.02
    assert all(text.answer == text.steps[-1] for text in half)


def test_answers_after_a_trace_can_have_nothing_to_do_with_it() -> None:
    careless = Ingredients(full_traces=0.5, half_traces=0.5, step_error=0.0, answer_error=1.0)
    texts = read(TASK, TASK.corpus(1500, careless, random()))
    assert all(text.steps in (text.right, text.right[1::2]) for text in texts)
    assert abs(share([text.answer == text.right[-1] for text in texts]) - 1 / 6) < 0.04


def test_steps_at_random_are_right_one_time_in_six() -> None:
    wild = Ingredients(full_traces=1.0, half_traces=0.0, step_error=1.0)
    texts = read(TASK, TASK.corpus(500, wild, random()))
    assert (
        abs(
            share(
                [step == right for text in texts for step, right in zip(text.steps, text.right, strict=True)]
            )
            - 1 / 6
        )
        < 0.03
    )


@pytest.mark.parametrize("ingredients", [Ingredients(), Ingredients(full_traces=0.0, half_traces=0.0)])
def test_texts_never_hold_a_held_out_problem(ingredients: Ingredients) -> None:
    hidden = all_problems(THREE, True)
    texts = THREE.corpus(5000, ingredients, random()).tokens
    met = {tuple(text) for text in texts[:, : THREE.prompt_length]}
    assert len(met) > 150
    assert not met & hidden


@tasks
def test_lessons_say_every_step_and_the_right_answer(task: WordProblem) -> None:
    prompts = task.problems(60, random(), held_out=True)
    for text in read(task, task.lessons(prompts)):
        assert text.thinks
        assert text.steps == text.right
        assert text.answer == text.right[-1]


@pytest.mark.parametrize("skipped", [1, 3, 7, 8])
def test_lessons_may_leave_out_the_first_steps(skipped: int) -> None:
    texts = read(SHORT, SHORT.lessons(SHORT.problems(200, random()), skipped=skipped))
    for text in texts:
        assert text.steps == text.right[skipped:]
        assert text.thinks == (len(text.right) > skipped)
        assert text.answer == text.right[-1]
    assert {text.thinks for text in texts} == ({True, False} if skipped < 8 else {False})


def test_padding_moves_to_the_end_and_words_keep_their_order() -> None:
    rows = np.array([[2, 5, 2, 3, 4], [1, 2, 2, 2, 2], [2, 2, 2, 2, 2], [6, 5, 4, 3, 1]])
    expected = [[5, 3, 4, 2, 2], [1, 2, 2, 2, 2], [2, 2, 2, 2, 2], [6, 5, 4, 3, 1]]
    assert left_aligned(rows, 2).tolist() == expected


def test_the_language_is_the_usual_three_words_and_nine_more() -> None:
    assert set(TASK.vocabulary.words) == {
        "<s>",
        "</s>",
        "<pad>",
        "think",
        "answer",
        ".",
        *referee.ARRANGEMENTS,
    }
    assert len(TASK.vocabulary.words) == 12


@tasks
def test_a_trace_of_every_step_fits_the_limit_exactly(task: WordProblem) -> None:
    steps = " ABC" * task.longest
    assert len(f"think{steps} answer ABC </s>".split()) == task.limit
    assert len(["ABC", "</s>"]) == task.answer_limit
    assert task.chance == pytest.approx(1 / 6)


@pytest.mark.parametrize("lengths", [(), (0,), (3, 0), (-1, 5)])
def test_impossible_lengths_are_refused(lengths: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least one permutation"):
        WordProblem(lengths)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"full_traces": -0.1}, "full_traces"),
        ({"half_traces": 1.1}, "half_traces"),
        ({"guessed_right": 2.0}, "guessed_right"),
        ({"step_error": -1.0}, "step_error"),
        ({"answer_error": 1.5}, "answer_error"),
        ({"full_traces": 0.6, "half_traces": 0.5}, "cannot add up to more than 1"),
    ],
)
def test_impossible_ingredients_are_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Ingredients(**wrong)
