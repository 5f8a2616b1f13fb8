"""Variance components against samples whose components are known, and against a table that has only one of them."""

from dataclasses import replace

import numpy as np
import pytest

from companion.lab.streams import Streams
from companion.plasticity.agents import shares
from companion.plasticity.agents.shares import Split, split, within_topics
from companion.plasticity.arms import ARMS, Probe
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import QUALITIES
from companion.plasticity.schooling.recipe import TINY
from companion.plasticity.situation import drawn
from tests.plasticity import referee

RNG = np.random.default_rng(0)


def sample(weights: float, context: float, both: float, questions: int = 6000) -> np.ndarray:
    """Answers of three models in eight conversations, of normal parts with these variances."""
    by_model = RNG.normal(0, np.sqrt(weights), (3, 1, questions))
    by_row = RNG.normal(0, np.sqrt(context), (1, 8, questions))
    return 0.5 + by_model + by_row + RNG.normal(0, np.sqrt(both), (3, 8, questions))


@pytest.mark.parametrize("truth", [(1.0, 2.0, 0.5), (0.0, 1.0, 0.0), (0.3, 0.0, 0.0), (0.0, 0.0, 2.0)])
def test_components_are_those_of_the_sample(truth: tuple[float, float, float]) -> None:
    """The last row is where shares of sums of squares would go wrong: noise would look like context."""
    np.testing.assert_allclose(split(sample(*truth)), truth, atol=0.06)


def test_what_adds_up_has_nothing_of_both() -> None:
    models, rows = np.array([0.1, 0.4, 0.9]), np.array([0.0, 0.2, 0.3, 0.7])
    found = split((models[:, None] + rows)[:, :, None])
    assert found == pytest.approx((np.var(models, ddof=1), np.var(rows, ddof=1), 0))


def test_a_topic_is_no_context() -> None:
    answers, topic = sample(1.0, 0.5, 0.2, questions=4), np.array([0, 0, 0, 0, 7, 7, 7, 7])
    moved = answers + np.where(topic == 7, 5.0, 0.0)[None, :, None]
    assert within_topics(moved, topic) == pytest.approx(within_topics(answers, topic))
    assert split(moved).context > split(answers).context + 1
    parts = [split(answers[:, :4]), split(answers[:, 4:])]
    assert within_topics(answers, topic) == pytest.approx(np.mean(parts, 0))


def test_bayes_answers_from_the_prior_of_each_culture() -> None:
    given = drawn(culture(0), replace(ARMS["told"], strength=0.9), 3, np.random.default_rng(2))
    of = [culture(0), culture(1)]
    found = shares.exactly(of, given.script)
    assert found.shape == (len(shares.AFTER), 2, 3, 16)
    for row, tokens in enumerate(given.tokens):
        words = VOCABULARY.decode(tokens.tolist()).split()
        *_, (_, likelihoods) = referee.weights_after(words)
        for number, each in enumerate(of):
            prevailing = int(each.prevailing[given.script.topic[row]])
            before = referee.prior(words[1], prevailing, list(range(16)))
            after = np.array([before[i] * likelihoods[view] for i, view in enumerate(referee.VIEWS)])
            liked = [[referee.likes(view, quality) for quality in QUALITIES] for view in referee.VIEWS]
            np.testing.assert_allclose(
                found[-1, number, row], after @ np.array(liked) / after.sum(), atol=1e-9
            )


def test_before_anything_is_said_there_is_no_context() -> None:
    probe = Probe(schooling=TINY, speakers=2)
    found = shares.of_two_cultures(probe, Streams(0), 24)
    for name in ("open_same", "open_other", "strong_same", "strong_other"):
        parts = np.asarray(found[f"split_{name}"])
        assert parts.shape == (len(shares.AFTER), 3)
        assert parts[0, 1:] == pytest.approx([0, 0], abs=1e-9)
        assert parts[0, 0] > 0
        assert sum(float(found[f"{part}_{name}"]) for part in Split._fields) == pytest.approx(1)
    exact = np.asarray(found["bayes_split_strong_other"])
    assert exact[0, 0] > 10 * abs(exact[0, 1])
