"""Each kind of reward pays what it says, and learning moves the agent where its reward is."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from companion.lab.streams import Streams
from companion.plasticity.agents.asking.corpus import batch
from companion.plasticity.agents.asking.episodes import converse, draw, right_answer
from companion.plasticity.agents.asking.measures import behavior
from companion.plasticity.agents.asking.recipe import TINY, Reward
from companion.plasticity.agents.asking.training import (
    DIETS,
    covered,
    objective,
    practice,
    reinforce,
    rewards,
    teach,
)
from companion.plasticity.agents.asking.world import NEW_TOPICS, QUALITY, TRAINED_TOPICS, Conditions, drawn
from companion.plasticity.schooling.lessons import Lesson, learner, prediction_loss, rising_and_falling
from tests.plasticity.agents.asking.agents import novice, weights

CASES = drawn(300, Conditions(), np.random.default_rng(0))


def paid(reward: Reward, answer: np.ndarray) -> np.ndarray:
    return rewards(answer, CASES, replace(TINY, reward=reward), np.random.default_rng(0))


def test_rewards_pay_for_what_they_say() -> None:
    hidden, prevailing = right_answer(CASES), right_answer(CASES, prevailing=True)
    assert (hidden != prevailing).any()
    assert (paid("outcome", hidden) == 1).all()
    assert (paid("outcome", prevailing) == (hidden == prevailing)).all()
    assert (paid("prevailing", prevailing) == 1).all()
    assert (paid("none", hidden) == 0).all()


def test_shuffled_rewards_are_as_many_and_fall_on_anyone() -> None:
    answer = right_answer(CASES).copy()
    answer[:100] = 0
    shuffled = paid("shuffled", answer)
    assert shuffled.sum() == 200
    assert 100 < shuffled[100:].sum() < 165  # 133 expected


def test_practice_begins_with_the_one_who_hardly_errs_on_trained_topics() -> None:
    recipe = replace(TINY, groups=200, easy=0.5)
    early, late = (practice(recipe, done, np.random.default_rng(0)) for done in (0.49, 0.5))
    assert set(early.collaborator) == {0}
    assert set(late.collaborator) == {0, 1, 2, 3}
    assert set(late.topic) == set(TRAINED_TOPICS)
    assert not set(late.topic) & set(NEW_TOPICS)
    assert (late.view.reshape(200, 4) == late.view.reshape(200, 4)[:, :1]).all()


def test_the_gradient_makes_questions_and_answers_likelier_by_their_advantage() -> None:
    """By the library's forward pass on the same conversations, with every advantage and every term written out."""
    recipe = replace(TINY, lessons=60, texts=32, groups=40, group=3, entropy=0.0, easy=1.0)
    model = teach(novice(), recipe, np.random.default_rng(0))
    cases = practice(recipe, 0.0, np.random.default_rng(0))
    model.zero_grad()
    objective(model, cases, recipe, np.random.default_rng(1))[0].backward()
    gradient = {name: tensor.grad.clone() for name, tensor in model.named_parameters()}
    model.zero_grad()
    random = np.random.default_rng(1)
    episodes = converse(model, cases, random)
    logits = model(input_ids=episodes.tokens).logits
    answer, _ = draw(logits[:, -1].detach(), random)
    reward = (answer == right_answer(cases)).astype(float)
    wanted = torch.zeros(())
    for row in range(len(reward)):
        siblings = reward[row // 3 * 3 : row // 3 * 3 + 3]
        likelihood = logits[row, -1].log_softmax(-1)[answer[row]]
        for turn in range(4):
            among = logits[row, 3 + 3 * turn, QUALITY : QUALITY + 12].log_softmax(-1)
            likelihood = likelihood + among[episodes.asked[row, turn]]
        wanted = wanted - (reward[row] - siblings.mean()) * likelihood / len(reward)
    wanted.backward()
    assert 0.02 < reward.mean() < 0.98
    for name, tensor in model.named_parameters():
        assert torch.allclose(tensor.grad, gradient[name], atol=1e-4, rtol=1e-3)
        assert name.startswith("model.embed") or float(gradient[name].abs().max()) > 1e-3


def test_reward_for_the_prevailing_view_is_learned_on_trained_topics() -> None:
    recipe = replace(
        TINY, reward="prevailing", steps=60, groups=32, width=32, matrix_rate=0.02, other_rate=0.01
    )
    model = novice()
    history = reinforce(model, recipe, Streams(0))
    assert len(history) == 60
    assert (
        np.mean([step.reward for step in history[-10:]])
        > np.mean([step.reward for step in history[:5]]) + 0.1
    )


def test_each_run_is_its_seed_s() -> None:
    one, again, other = (novice() for _ in range(3))
    for model, seed in ((one, 0), (again, 0), (other, 1)):
        reinforce(model, TINY, Streams(seed))
    assert weights(one) == weights(again)
    assert weights(one) != weights(other)


def test_without_reward_and_entropy_nothing_is_learned_from_an_episode() -> None:
    recipe = replace(TINY, reward="none", entropy=0.0)
    model = novice()
    loss, _ = objective(
        model, practice(recipe, 0.0, np.random.default_rng(0)), recipe, np.random.default_rng(0)
    )
    loss.backward()
    assert all(float(p.grad.abs().max()) == 0 for p in model.parameters() if p.grad is not None)


def test_the_loss_counts_labels_alone() -> None:
    made = batch(DIETS["unused"], 12, np.random.default_rng(0))
    model = novice()
    with torch.no_grad():
        chances = model(input_ids=torch.from_numpy(made.tokens)).logits.log_softmax(-1)
    counted = made.labels >= 0
    expected = -chances.numpy()[counted][np.arange(counted.sum()), made.labels[counted]].mean()
    assert float(prediction_loss(model, made)) == pytest.approx(float(expected), rel=1e-4)


def test_a_prior_learns_from_its_texts() -> None:
    recipe = replace(TINY, lessons=60, texts=32)
    model, held = novice(), batch(DIETS["unused"], 200, np.random.default_rng(5))
    before = float(prediction_loss(model, held))
    teach(model, recipe, np.random.default_rng(0))
    assert float(prediction_loss(model, held)) < before - 0.5


def test_rates_rise_and_fall() -> None:
    shares = [rising_and_falling(step / 200, step) for step in range(200)]
    assert shares[0] == 1 / 50
    assert max(shares) == 1.0
    assert shares[-1] == 0.02


def test_a_loss_that_is_no_number_stops_the_training() -> None:
    with pytest.raises(FloatingPointError, match="diverged"):
        learner(novice()).descend(torch.tensor(float("nan")), 1.0)


def test_traits_are_counted_once() -> None:
    assert covered(np.array([[0, 4, 8, 1], [0, 1, 2, 3]])) == 3.0
    assert isinstance(batch(DIETS["weak"], 2, np.random.default_rng(0)), Lesson)


def test_behavior_of_a_novice_is_near_chance() -> None:
    found = behavior(novice(), Conditions(), 1500, np.random.default_rng(0))
    assert 0.35 < found.agreement < 0.65
