"""A training starts from its seed alone, learns, and passes from easy conversations to all."""

from dataclasses import replace

import numpy as np
import torch

from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import FRAMINGS, TOPICS
from companion.plasticity.schooling.recipe import Diet, Schooling
from companion.plasticity.schooling.training import lesson, new_speaker, school

TINY = Schooling(steps=40, batch=16, width=16, layers=1, heads=2, feedforward=16, diet=Diet(turns=3))


def test_the_same_seed_gives_the_same_model_and_another_another() -> None:
    trained = [
        school(new_speaker(TINY, seed), culture(0), replace(TINY, steps=3), np.random.default_rng(seed))
        for seed in (0, 0, 1)
    ]
    first, again, other = (model.lm_head.weight for model in trained)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_loss_falls() -> None:
    losses: list[float] = []
    school(
        new_speaker(TINY, 0),
        culture(0),
        replace(TINY, levels=(1.0,) * 4),
        np.random.default_rng(0),
        lambda _, loss: losses.append(loss),
    )
    assert np.mean(losses[-5:]) < 0.75 * losses[0]


def words_of(step: int) -> set[str]:
    """The words of a step's conversations."""
    tokens = [lesson(culture(0), LEVELS, step, np.random.default_rng(seed)).tokens for seed in range(6)]
    return {VOCABULARY.words[word] for each in tokens for word in each.ravel()}


LEVELS = replace(TINY, steps=50, levels=(0.2, 0.4, 0.6, 0.8), diet=Diet(found=0.9))


def test_each_level_brings_something_new_in() -> None:
    begun = [words_of(step) for step in (9, 19, 29, 39, 49)]
    assert begun[0] & set(FRAMINGS) == set(FRAMINGS[:2])
    assert begun[1] & set(FRAMINGS) == set(FRAMINGS)
    voices = [
        {word.split("-")[0] for word in words} & {"ana", "ben", "cleo", "dan", "eve"} for words in begun
    ]
    assert voices[1] == {"ana", "ben"}
    assert len(voices[2]) == 5
    news = ("nobody-speaks", "rate", "found")
    assert [[word in words for word in news] for words in begun] == [
        [False, False, False],
        [False, False, False],
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    topics = [words & set(TOPICS) for words in begun]
    assert topics[3] == {"novels", "poems", "essays"}
    assert len(topics[4]) > 6
