"""What is kept of a policy's completions, read as words; and that imitating it helps."""

from dataclasses import replace

import numpy as np
import pytest

from companion.lab.streams import Streams
from companion.reasoning import expert_iteration as ei
from companion.reasoning.expert_iteration import (
    ExpertIterationSettings,
    Verified,
    as_corpus,
    distilled,
    expert_iteration,
    verified,
    without_traces,
)
from companion.transformer.training import Corpus, TrainingSettings
from tests.reasoning.referee import arrangements_after, permutations_in, rows_of, said, words_of
from tests.reasoning.runs import SHUFFLES, shuffler, weights

TRAINING = TrainingSettings(batch=16, matrix_rate=0.02, other_rate=3e-3, warmup=2)
SETTINGS = ExpertIterationSettings(rounds=3, problems=160, training=TRAINING)


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("opening", ["free", "think", "answer"])
def test_right_completions_are_kept_and_no_others(opening) -> None:
    found = verified(shuffler(), SHUFFLES, 200, random(), opening)
    texts = zip(words_of(SHUFFLES, found.prompts), words_of(SHUFFLES, found.completions), strict=True)
    for prompt, completion in texts:
        assert said(completion) == arrangements_after(permutations_in(prompt))[-1:]
        assert opening in ("free", completion[0])
    assert found.share == pytest.approx(len(found.prompts) / 200)
    assert 0.1 < found.share < 0.9


FOUND = Verified(
    rows_of(SHUFFLES, ["<s> BAC CAB", "<s> CAB .", "<s> ABC ABC"]),
    rows_of(SHUFFLES, ["think BAC CBA answer CBA </s>", "answer CAB </s>", "think answer ABC </s>"], 6),
    0.5,
)


def test_a_corpus_of_completions_holds_them_as_they_are() -> None:
    corpus = as_corpus(FOUND)
    assert corpus.start.tolist() == [3, 3, 3]
    assert words_of(SHUFFLES, corpus.tokens) == [
        ["<s>", "BAC", "CAB", "think", "BAC", "CBA", "answer", "CBA", "</s>"],
        ["<s>", "CAB", ".", "answer", "CAB", "</s>"],
        ["<s>", "ABC", "ABC", "think", "answer", "ABC", "</s>"],
    ]


def test_without_its_trace_a_completion_answers_at_once() -> None:
    corpus = without_traces(FOUND, SHUFFLES)
    assert corpus.start.tolist() == [3, 3, 3]
    assert words_of(SHUFFLES, corpus.tokens) == [
        ["<s>", "BAC", "CAB", "answer", "CBA", "</s>"],
        ["<s>", "CAB", ".", "answer", "CAB", "</s>"],
        ["<s>", "ABC", "ABC", "answer", "ABC", "</s>"],
    ]


@pytest.mark.parametrize(("rehearsal", "whole"), [(0.0, 0), (0.25, 10), (1.0, 40)])
def test_distillation_rehearses_a_share_of_whole_completions(
    rehearsal: float, whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, given = verified(shuffler(), SHUFFLES, 400, random(), "think"), []
    found = Verified(found.prompts[:40], found.completions[:40], found.share)
    assert len(found.prompts) == 40

    def noted(model, corpus: Corpus, *rest):
        given.append(corpus)
        return model

    monkeypatch.setattr(ei, "train", noted)
    distilled(shuffler(), SHUFFLES, found, rehearsal, TRAINING, random())
    (corpus,) = given
    texts = [words[3:] for words in words_of(SHUFFLES, corpus.tokens)]
    assert (corpus.start == 3).all()
    assert len(texts) == 40 + whole
    at_once = [words for words in texts if words[0] == "answer"]
    assert [said(words) for words in at_once] == [
        said(words) for words in words_of(SHUFFLES, found.completions)
    ]
    assert sum(words[0] == "think" for words in texts) == whole


def test_distillation_teaches_to_answer_at_once() -> None:
    model = shuffler()
    found = verified(model, SHUFFLES, 600, random(), "think")
    before = verified(model, SHUFFLES, 300, random(1))
    distilled(model, SHUFFLES, found, 0.0, TRAINING, random())
    after = verified(model, SHUFFLES, 300, random(1))
    thinks = [
        np.mean([words[0] == "think" for words in words_of(SHUFFLES, each.completions)])
        for each in (before, after)
    ]
    assert thinks[0] > 0.4
    assert thinks[1] < 0.2


def test_expert_iteration_gets_better_round_by_round() -> None:
    model = shuffler()
    shares = list(expert_iteration(model, SHUFFLES, SETTINGS, Streams(0)))
    after = verified(model, SHUFFLES, 160, random()).share
    assert len(shares) == 3
    assert shares[0] == pytest.approx(verified(shuffler(), SHUFFLES, 160, random()).share, abs=0.15)
    assert max(shares[-1], after) > shares[0] + 0.05


def test_too_few_right_completions_teach_nothing() -> None:
    model, settings = shuffler(), replace(SETTINGS, rounds=1, problems=16)
    before = weights(model)
    assert len(list(expert_iteration(model, SHUFFLES, settings, Streams(0)))) == 1
    assert weights(model) == before


def test_a_seed_fixes_every_bit() -> None:
    ends = []
    for seed in (1, 1, 2):
        model = shuffler()
        shares = tuple(expert_iteration(model, SHUFFLES, replace(SETTINGS, rounds=2), Streams(seed)))
        ends.append((shares, weights(model)))
    assert ends[0] == ends[1] != ends[2]


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"problems": 15}])
def test_impossible_settings_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="at least one round, and a batch of problems"):
        replace(SETTINGS, **wrong)
