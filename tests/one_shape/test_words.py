"""The two readings of the word problem: what each asks, and what each lesson holds."""

from dataclasses import replace

import numpy as np
import pytest

from companion.lab.streams import Streams
from companion.one_shape import answers, traces
from companion.one_shape.recipe import WordSettings
from companion.reasoning.task import THINK
from tests.reasoning.runs import SHUFFLES, shuffler, weights

SMALL = WordSettings(completions=320, group=4)
THOUGHT = SHUFFLES.vocabulary.ids[THINK]


@pytest.fixture
def prompts() -> np.ndarray:
    return SHUFFLES.problems(40, np.random.default_rng(0))


def test_a_vote_of_one_is_a_single_trace(prompts: np.ndarray) -> None:
    asked = traces.ask(shuffler(), SHUFFLES, prompts, 1, np.random.default_rng(0))
    assert np.array_equal(asked.least, asked.amplified)


def test_many_votes_are_more_often_right_than_one(prompts: np.ndarray) -> None:
    """Where single traces err at random and are right more often than any one error is made."""
    asked = traces.ask(shuffler(), SHUFFLES, prompts.repeat(10, 0), 15, np.random.default_rng(0))
    assert 0.3 < asked.least.mean() < 0.95
    assert asked.amplified.mean() > asked.least.mean()


def lessons(monkeypatch: pytest.MonkeyPatch, where: str) -> list:
    """What `train` is given, in place of training."""
    given = []

    def noted(model, corpus, settings, random, on_step=None):
        given.append(corpus)
        return model

    monkeypatch.setattr(where, noted)
    return given


def test_answers_are_taught_without_traces_but_for_the_rehearsed(monkeypatch: pytest.MonkeyPatch) -> None:
    given = lessons(monkeypatch, "companion.reasoning.expert_iteration.train")
    for rehearsal in (0.0, 0.5):
        answers.teach(shuffler(), SHUFFLES, SMALL, rehearsal, "verified", Streams(0), 0)
    bare, rehearsed = (corpus.tokens[:, SHUFFLES.prompt_length] == THOUGHT for corpus in given)
    assert not bare.any()
    assert rehearsed.mean() == pytest.approx(1 / 3, abs=0.01)
    for corpus in given:
        asked, said = np.split(corpus.tokens, [SHUFFLES.prompt_length], 1)
        assert SHUFFLES.correct(asked, said).all()


@pytest.mark.parametrize(("choice", "right"), [("verified", 1.0), ("shuffled", 0.5)])
def test_traces_are_taught_whole(monkeypatch: pytest.MonkeyPatch, choice, right: float) -> None:
    given = lessons(monkeypatch, "companion.one_shape.traces.train")
    traces.teach(shuffler(), SHUFFLES, SMALL, choice, Streams(0), 0)
    asked, said = np.split(given[0].tokens, [SHUFFLES.prompt_length], 1)
    assert (said[:, 0] == THOUGHT).all()
    found = SHUFFLES.correct(asked, said).mean()
    assert found == 1.0 if right == 1.0 else found < right


def test_a_lesson_of_less_than_a_batch_is_none() -> None:
    model = shuffler()
    before = weights(model)
    few = replace(SMALL, completions=8)
    answers.teach(model, SHUFFLES, few, 0.25, "verified", Streams(0), 0)
    traces.teach(model, SHUFFLES, few, "verified", Streams(0), 0)
    assert weights(model) == before


def test_two_rounds_of_imitation_share_the_completions(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def noted(model, task, settings, choice, streams, number):
        drawn.append((settings.completions, number))
        return model

    monkeypatch.setattr(traces, "teach", noted)
    traces.imitated(shuffler(), SHUFFLES, 640, SMALL, "voted", Streams(0))
    assert drawn == [(320, 0), (320, 1)]


def test_reward_draws_as_many_completions_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def noted(run, task, settings, streams, on_step=None):
        asked.append(settings)
        return run

    monkeypatch.setattr(traces, "remaining", noted)
    traces.rewarded(shuffler(), SHUFFLES, 1280, SMALL, Streams(0))
    (settings,) = asked
    assert settings.steps * settings.rollouts.problems * settings.rollouts.group == 1280
    assert settings.rollouts.opening == "think"
