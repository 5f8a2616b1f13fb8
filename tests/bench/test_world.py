"""The benchmark of the conversation world counts what it does, and does what training and experiments do."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from companion.bench import world as bench
from companion.bench.timing import Timed
from companion.bench.world import Asked, Trained, WorldBench
from companion.lab.streams import Streams
from companion.plasticity.conversation.culture import culture
from companion.plasticity.schooling.recipe import TINY
from companion.plasticity.schooling.training import new_speaker, school
from companion.plasticity.state.instance import ask, state_of

SMALL = WorldBench(steps=6, conversations=5, repetitions=1, schooling=TINY)


def test_the_report_has_the_cases_of_the_contract():
    report = bench.measure(settings=SMALL)
    training = {"steps_per_s", "steps_per_cpu_s", "words_per_s", "words_per_cpu_s"}
    asking = {"answers_per_s", "answers_per_cpu_s", "probe_s", "probe_cpu_s"}
    assert set(report["training"]) == set(report["learning"]) == training
    assert set(report["asking"]) == asking
    beside = (report["steps"], report["conversations"], report["questions"], report["threads"])
    assert beside == (6, 5, 96, 1)


def test_steps_are_from_all_over_the_recipe():
    assert bench.steps_of(WorldBench(steps=3, schooling=replace(TINY, steps=101))) == [0, 50, 100]
    lengths = [each.tokens.shape[1] for each in bench.lessons(SMALL)]
    assert len(lengths) == 6
    assert lengths[-1] > lengths[0]  # late conversations are longer


def test_words_are_those_of_the_lessons():
    given = bench.lessons(SMALL)
    words = sum(len(each.tokens) * len(each.tokens[0]) for each in given)
    assert bench.learn_once(SMALL, given).result == Trained(6, words)
    assert bench.train_once(SMALL).result == Trained(6, words)


def test_where_every_step_is_measured_the_lessons_are_those_of_a_training():
    every, read = replace(SMALL, steps=TINY.steps), []
    model = copy.deepcopy(new_speaker(TINY, 0))
    forward = model.model.embed_tokens.register_forward_hook(
        lambda _, words, __: read.append(words[0].numpy())
    )
    school(model, culture(0), TINY, Streams(0).numpy("texts"))
    forward.remove()
    assert len(read) == TINY.steps
    for step, own in zip(read, bench.lessons(every), strict=True):
        np.testing.assert_array_equal(step, own.tokens)


def test_a_probe_asks_everything():
    model, tokens = new_speaker(TINY, 1).eval(), bench.conversations(SMALL)
    found = bench.ask_once(model, tokens).result
    assert found.conversations == 5
    assert found.yes.shape == (5, 6, 16)
    with torch.no_grad():
        alone = ask(model, state_of(model, tokens[3:4]), (4,), (9,)).yes
    assert found.yes[3, 4, 9] == pytest.approx(float(alone[0, 0, 0]), abs=1e-5)


def test_numbers_by_hand():
    assert bench.training_numbers(Timed(Trained(20, 8000), wall_s=4.0, cpu_s=2.0)) == {
        "steps_per_s": 5,
        "steps_per_cpu_s": 10,
        "words_per_s": 2000,
        "words_per_cpu_s": 4000,
    }
    assert bench.asking_numbers(Timed(Asked(10, np.zeros((10, 6, 16))), wall_s=2.0, cpu_s=1.0)) == {
        "answers_per_s": 480,
        "answers_per_cpu_s": 960,
        "probe_s": 2,
        "probe_cpu_s": 1,
    }
