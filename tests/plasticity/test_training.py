"""A training starts from its seed alone, learns, and passes from easy conversations to all."""

from dataclasses import replace

import numpy as np
import torch

from companion.plasticity.culture import culture
from companion.plasticity.language import VOCABULARY
from companion.plasticity.recipe import Diet, Schooling
from companion.plasticity.training import lesson, new_speaker, school

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
        replace(TINY, easy=1.0),
        np.random.default_rng(0),
        lambda _, loss: losses.append(loss),
    )
    assert np.mean(losses[-5:]) < 0.75 * losses[0]


def test_easy_conversations_come_first() -> None:
    random = np.random.default_rng(0)
    early, late = lesson(culture(0), TINY, 0, random), lesson(culture(0), TINY, 39, random)
    topics = {VOCABULARY.words[word] for word in early.tokens[:, 1]}
    assert topics <= {"novels", "poems", "essays"}
    assert len(set(late.tokens[:, 1])) > 3
