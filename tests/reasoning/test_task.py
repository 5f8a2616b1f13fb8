"""Where an answer stands, by hand; and the hash that holds problems out, against published numbers."""

import numpy as np
import pytest
from scipy.stats import chisquare

from companion.reasoning.task import answers_in, held_out
from companion.reasoning.word_problem import WordProblem
from tests.reasoning.referee import rows_of, words_of

TASK = WordProblem((3,))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("answer ABC CAB </s>", "ABC CAB"),
        ("think ABC CBA answer BAC BAC </s>", "BAC BAC"),
        ("think answer ABC ABC </s>", "ABC ABC"),
        ("answer ABC CAB </s> answer CBA CBA </s>", "ABC CAB"),
        ("ABC CAB </s>", None),
        ("answer ABC CAB", None),
        ("answer ABC CAB CBA </s>", None),
        ("answer ABC </s>", None),
        ("answer </s>", None),
        ("answer", None),
        ("think ABC ABC CAB answer", None),
        ("answer answer ABC </s>", "answer ABC"),
        ("answer ABC answer ABC CAB </s>", None),  # the first answer counts
    ],
)
@pytest.mark.parametrize("width", [None, 12])
def test_an_answer_is_so_many_words_between_its_opening_and_the_end(
    text: str, answer: str | None, width: int | None
) -> None:
    found, words = answers_in(rows_of(TASK, [text], width), TASK.vocabulary, 2)
    assert words.shape == (1, 2)
    assert found.tolist() == [answer is not None]
    if answer is not None:
        assert words_of(TASK, words) == [answer.split()]


def test_rows_do_not_disturb_each_other() -> None:
    texts = ["answer ABC </s>", "think ABC", "think ABC answer CAB </s>", "answer ABC ABC </s>"]
    together = answers_in(rows_of(TASK, texts, 8), TASK.vocabulary, 1)
    assert together.found.tolist() == [True, False, True, False]
    assert words_of(TASK, together.words[[0, 2]]) == [["ABC"], ["CAB"]]


SPLITMIX64 = [
    0xE220A8397B1DCDAF,
    0x6E789E6AA1B965F4,
    0x06C45D188009454F,
    0xF88BB8A8724C81EC,
    0x1B39896A51A8749B,
]
"""What SplitMix64 gives first from seed 0, as published with many of its implementations."""


@pytest.mark.parametrize("one_in", [*range(1, 30), 1009])
def test_the_hash_of_a_single_part_is_splitmix64(one_in: int) -> None:
    found = held_out(np.arange(5)[:, None], one_in)
    assert found.tolist() == [number % one_in == 0 for number in SPLITMIX64]


@pytest.mark.parametrize(("parts", "values"), [(2, 150), (4, 12), (6, 5), (14, 2)])
def test_one_in_five_is_held_out_whatever_a_part_says(parts: int, values: int) -> None:
    """Over every key there is."""
    keys = np.indices((values,) * parts).reshape(parts, -1).T
    chosen = held_out(keys)
    assert abs(chosen.mean() - 0.2) < 0.012
    for part in keys.T:
        count, every = np.bincount(part[chosen]), np.bincount(part)
        assert chisquare(count, every * chosen.mean()).pvalue > 1e-3


def test_the_order_and_the_number_of_parts_matter() -> None:
    keys = np.random.default_rng(0).integers(0, 7, (2000, 4))
    chosen = held_out(keys)
    longer = held_out(np.concatenate([keys, np.zeros((2000, 1), int)], 1))
    for other in (held_out(keys[:, ::-1]), longer):
        assert 0.25 < (other != chosen).mean() < 0.39  # 0.32 where they have nothing in common
    assert np.array_equal(held_out(keys.copy()), chosen)
