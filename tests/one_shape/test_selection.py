"""Votes and lessons, counted text by text."""

from collections import Counter

import numpy as np
import pytest

from companion.one_shape.selection import chosen, votes
from tests.reasoning.referee import rows_of, said, words_of
from tests.reasoning.runs import SHUFFLES

GROUP = 5
TEXTS = (
    "think ABC ACB answer ACB </s>",
    "think ABC answer ABC </s>",
    "answer CBA </s>",
    "answer ACB </s>",
    "think BAC answer BAC BAC </s>",  # two arrangements are no answer
    "think BAC BAC",  # nor is none
)


def completions(problems: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return rows_of(SHUFFLES, [str(text) for text in random.choice(TEXTS, problems * GROUP)])


def answer(words: list[str]) -> str | None:
    found = said(words)
    return found[0] if found is not None and len(found) == 1 else None


@pytest.mark.parametrize("seed", range(4))
def test_the_commonest_answer_is_elected(seed: int) -> None:
    rows = completions(60, seed)
    elected, agree = votes(SHUFFLES, rows, GROUP)
    given = [answer(words) for words in words_of(SHUFFLES, rows)]
    for problem in range(60):
        inside = range(problem * GROUP, (problem + 1) * GROUP)
        count = Counter(given[i] for i in inside if given[i] is not None)
        best = max(count.values(), default=0)
        first = next((i for i in inside if count[given[i]] == best and given[i] is not None), inside[0])
        assert elected[problem] == first
        for i in inside:
            assert bool(agree[i]) == (best > 0 and given[i] is not None and given[i] == given[first])


def test_a_vote_of_one_takes_any_answer() -> None:
    rows = completions(20, 0)
    elected, agree = votes(SHUFFLES, rows, 1)
    assert list(elected) == list(range(len(rows)))
    assert list(agree) == [answer(words) is not None for words in words_of(SHUFFLES, rows)]


def test_who_is_chosen_and_what_they_are_told() -> None:
    random = np.random.default_rng(0)
    prompts = SHUFFLES.problems(40, random).repeat(GROUP, 0)
    rows = completions(40, 1)
    right = SHUFFLES.correct(prompts, rows)
    verified = chosen(SHUFFLES, prompts, rows, GROUP, "verified", random)
    assert np.array_equal(verified.prompts, prompts[right])
    assert np.array_equal(verified.completions, rows[right])
    assert verified.share == pytest.approx(right.mean())
    voted = chosen(SHUFFLES, prompts, rows, GROUP, "voted", random)
    assert np.array_equal(voted.completions, rows[votes(SHUFFLES, rows, GROUP)[1]])
    shuffled = chosen(SHUFFLES, prompts, rows, GROUP, "shuffled", random)
    assert np.array_equal(shuffled.prompts, verified.prompts)
    assert not np.array_equal(shuffled.completions, verified.completions)
    assert Counter(map(bytes, shuffled.completions)) == Counter(map(bytes, verified.completions))
