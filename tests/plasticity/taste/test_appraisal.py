"""Verdicts on items that training lacks, held against a taste that a reader of the rules works out."""

from dataclasses import replace

import numpy as np
import pytest

from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import ITEMS, QUALITIES
from companion.plasticity.schooling.corpus import batch
from companion.plasticity.schooling.recipe import Diet
from companion.plasticity.taste import appraisal
from companion.plasticity.taste.appraisal import NEW, USED, agreement, appraised, feedback, measured, taste
from companion.plasticity.taste.regimes import Feedback
from tests.plasticity import referee
from tests.plasticity.speaker import speaker

OF = culture(0)
SETTINGS = Feedback(ARMS["new-verdicts"], rows=40)


def random(seed: int = 0) -> np.random.Generator:
    """A generator."""
    return np.random.default_rng(seed)


def named(item: int) -> list[str]:
    """An item's qualities."""
    return [QUALITIES[quality] for quality in ITEMS[item]]


def test_new_items_are_in_no_text_of_training_and_used_ones_are() -> None:
    seen = set()
    diet = Diet(verdicts=1.0, ratings=1.0, notes=0.0, found=0.0)
    for text in batch(OF, diet, 512, random()).tokens:
        words = VOCABULARY.decode(text.tolist()).split()
        seen |= {frozenset(words[at + 1 : at + 4]) for at, word in enumerate(words) if word == "rate"}
        seen |= {frozenset(items) for _, items, _ in referee.stated(words).values()}
    assert not seen & {frozenset(named(item)) for item in NEW}
    assert seen >= {frozenset(named(item)) for item in USED}


def test_taste_is_for_items_of_which_most_qualities_are_liked() -> None:
    found = taste(np.array([5, 9]), NEW)
    for row, view in enumerate((5, 9)):
        for place, item in enumerate(NEW):
            assert found[row, place] == (referee.appeal(referee.VIEWS[view], named(item)) > 0.5)


def test_agreement_counts_an_even_chance_for_half() -> None:
    fine = np.array([[0.9, 0.2, 0.5, 0.4]])
    assert agreement(fine, np.array([[True, True, True, False]])) == pytest.approx((1 + 0 + 0.5 + 1) / 4)


def test_reasons_are_those_of_the_very_same_verdicts() -> None:
    verdicts, reasons = (feedback(OF, replace(SETTINGS, reasons=each), random()) for each in (False, True))
    np.testing.assert_array_equal(verdicts.view, reasons.view)
    for one, other in zip(verdicts.tokens, reasons.tokens, strict=True):
        told = referee.stated(VOCABULARY.decode(one.tolist()).split()).values()
        why = referee.stated(VOCABULARY.decode(other.tolist()).split()).values()
        assert len(told) == len(why) == 24
        for (who, item, fine), (voice, (quality,), liked) in zip(told, why, strict=True):
            assert (who, fine) == (voice, liked)
            assert quality in item


def test_curves_of_bayes_are_what_a_reader_of_the_words_comes_to() -> None:
    given = feedback(OF, replace(SETTINGS, reasons=False, rows=6), random())
    curves = appraised(speaker(), given, (0, 3))
    hits = []
    for text, view in zip(given.tokens, given.view, strict=True):
        words = VOCABULARY.decode(text.tolist()).split()
        weights = [found for _, found in referee.weights_after(words)][2]
        total = sum(weights.values())
        for item in NEW:
            fine = sum(weight * referee.appeal(each, named(item)) for each, weight in weights.items()) / total
            right = referee.appeal(referee.VIEWS[view], named(item)) > 0.5
            hits.append(0.5 if abs(fine - 0.5) < 1e-6 else float((fine > 0.5) == right))
    assert curves["bayes"][0] == 0.5  # on an open topic nothing is known
    assert curves["bayes"][1] == pytest.approx(np.mean(hits), abs=0.01)


def test_what_is_measured_is_read_off_the_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    curves = {
        "instance": np.array([0.5, 0.9, 0.7]),
        "bayes": np.array([0.5, 1.0, 1.0]),
        "trained": np.array([0.5, 0.6, 0.6]),
    }
    monkeypatch.setattr(appraisal, "appraised", lambda *_: curves)
    found = measured(speaker(), OF, replace(SETTINGS, rows=2, after=(0, 12, 24)), random())
    assert found["gain"] == pytest.approx(0.4)
    assert found["share"] == pytest.approx(0.8)
    assert found["beyond_training"] == pytest.approx(0.3)
    assert found["agrees_longer"] == pytest.approx(0.7)
