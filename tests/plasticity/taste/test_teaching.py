"""Lessons in which dissent is common, read word by word: what is asked for is what a reader of the words would say."""

from dataclasses import replace

import numpy as np
import pytest

from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import TOPICS, WITHHELD
from companion.plasticity.taste.regimes import Taught
from companion.plasticity.taste.teaching import conversations
from tests.plasticity import referee

OF = culture(1)
SETTINGS = Taught(batch=24)
TRAINED = [int(view) for view in np.flatnonzero(~WITHHELD.views)]


def asked(settings: Taught, seed: int = 0) -> list[tuple[list[str], dict[int, dict[str, float]]]]:
    """Texts, and by place what is asked for after it."""
    texts = conversations(OF, settings)(np.random.default_rng(seed))
    found = []
    for row, text in enumerate(texts.tokens):
        wanted = {}
        for number, place in enumerate(texts.places):
            pairs = zip(texts.words[row, number], texts.probabilities[row, number], strict=True)
            wanted[int(place)] = {VOCABULARY.words[word]: float(p) for word, p in pairs if p > 0}
        found.append((VOCABULARY.decode(text.tolist()).split(), wanted))
    return found


def warranted(words: list[str]) -> dict[int, dict[str, float]]:
    """What the prior of training and the words amount to."""
    prevailing = int(OF.prevailing[TOPICS.index(words[1])])
    return referee.follows(words, referee.prior(words[1], prevailing, TRAINED))


def test_what_is_warranted_is_what_a_reader_of_the_words_says() -> None:
    checked = 0
    for words, wanted in asked(SETTINGS):
        for place, answers in warranted(words).items():
            if words[place] == "sure?":
                assert set(wanted[place]) <= set(answers)
            elif len(answers) == 2:
                assert wanted[place] == pytest.approx({word: p for word, p in answers.items() if p > 0})
                checked += 1
    assert checked > 100


def test_an_oracle_answers_without_a_doubt_and_reports_what_is_warranted() -> None:
    doubted = 0
    for words, wanted in asked(replace(SETTINGS, answers="oracle")):
        for place, answers in warranted(words).items():
            if words[place] == "sure?":
                assert set(wanted[place]) <= set(answers)
            else:
                assert list(wanted[place].values()) == [1.0] or words[place - 3] == "rate"
                doubted += max(answers.values()) < 0.9
    assert doubted > 20


def test_dissent_is_as_common_as_it_is_set() -> None:
    def share(dissent: float) -> float:
        """How often the statements on strongly settled topics are mostly against what prevails."""
        against = []
        for words, _ in asked(replace(SETTINGS, batch=400, dissent=dissent)):
            said = [each for each in referee.stated(words).values() if each[0] == "ana" and len(each[1]) == 1]
            if referee.STRENGTH[words[1]] == 0.98 and len(said) > 3:
                view = referee.VIEWS[int(OF.prevailing[TOPICS.index(words[1])])]
                against.append(np.mean([referee.likes(view, q) != liked for _, (q,), liked in said]) > 0.2)
        return float(np.mean(against))

    assert share(0.0) < 0.15
    assert share(1.0) > 0.6
