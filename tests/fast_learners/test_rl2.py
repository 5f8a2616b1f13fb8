"""RL²: its cell against torch's, its traces against what they say, and that it learns to learn."""

from pathlib import Path

import numpy as np
import pytest
import torch

from companion.fast_learners.bandits import MANY_ARMS, SAFE_ARM, Bandit, blind_optimum, gap_closed
from companion.fast_learners.rl2 import (
    FastLearner,
    RL2Settings,
    gated_update,
    load,
    loss,
    rewards_by_pull,
    rollout,
    save,
    train,
)

SURE = Bandit(priors=((0.05, 0.05),) * 2, pulls=6)
"""Two arms that nearly always or nearly never pay: learned in seconds."""


@pytest.fixture
def learner() -> FastLearner:
    return FastLearner(MANY_ARMS.arms, 8, torch.Generator().manual_seed(0))


def test_the_memory_is_a_gru(learner: FastLearner) -> None:
    cell = torch.nn.GRUCell(11, 8)
    with torch.no_grad():
        cell.weight_ih.copy_(learner.embedding.weight.T)
        cell.bias_ih.zero_()
        cell.weight_hh.copy_(learner.memory.weight)
        cell.bias_hh.copy_(learner.memory.bias)
    state, event = torch.randn(4, 8), torch.tensor([0, 3, 10, 7])
    expected = cell(torch.nn.functional.one_hot(event, 11).float(), state)
    torch.testing.assert_close(gated_update(state, learner.embedding(event), learner.memory(state)), expected)


def test_events_say_which_arm_was_pulled_and_what_it_paid(learner: FastLearner) -> None:
    trace = rollout(learner, MANY_ARMS, 30, np.random.default_rng(0))
    assert (trace.events[0] == 0).all()
    assert torch.equal((trace.events[1:] - 1) // 2, trace.arms[:-1])
    assert torch.equal((trace.events[1:] - 1) % 2, trace.rewards[:-1])


def test_shuffled_feedback_shows_the_reward_of_another_episode(learner: FastLearner) -> None:
    trace = rollout(learner, MANY_ARMS, 30, np.random.default_rng(0), feedback="shuffled")
    assert torch.equal((trace.events[1:] - 1) // 2, trace.arms[:-1])
    assert torch.equal((trace.events[1:] - 1) % 2, trace.rewards[:-1].roll(1, dims=1))


def test_wiped_play_reads_nothing_and_repeats_itself(learner: FastLearner) -> None:
    trace = rollout(learner, MANY_ARMS, 30, np.random.default_rng(0), state="wiped", greedy=True)
    assert (trace.events == 0).all()
    assert len(trace.arms.unique()) == 1


def test_rereading_a_trace_gives_the_states_that_chose_its_arms(learner: FastLearner) -> None:
    trace = rollout(learner, MANY_ARMS, 30, np.random.default_rng(0), greedy=True)
    states = learner(trace.events, learner.blank(30))
    assert torch.equal(learner.policy(states).argmax(-1), trace.arms)


def test_sampled_arms_follow_the_policy(learner: FastLearner) -> None:
    arms = rollout(learner, MANY_ARMS, 20_000, np.random.default_rng(0)).arms[0]
    with torch.no_grad():
        opening = learner(torch.zeros(1, 1, dtype=torch.long), learner.blank(1))
        expected = learner.policy(opening).softmax(-1)[0, 0]
    frequencies = arms.bincount(minlength=5) / 20_000
    assert float((frequencies - expected).abs().max()) < 0.015


def test_arms_pay_as_often_as_they_should(learner: FastLearner) -> None:
    bandit = Bandit(priors=((800.0, 200.0),) * 4, pulls=5, safe=0.8)
    rewards = rollout(learner, bandit, 5000, np.random.default_rng(0)).rewards
    assert abs(float(rewards.float().mean()) - 0.8) < 0.01


def test_a_wiped_loss_has_no_gradient_through_time(learner: FastLearner) -> None:
    settings = RL2Settings(state="wiped", width=8)
    trace = rollout(learner, MANY_ARMS, 30, np.random.default_rng(0), state="wiped")
    loss(learner, trace, settings, 0.1).backward()
    assert (learner.embedding.weight.grad[1:] == 0).all()
    assert (learner.memory.weight.grad == 0).all()


def test_it_learns_to_learn_and_only_with_its_state_and_true_feedback() -> None:
    learner = train(RL2Settings(updates=150, episodes=100, width=16), SURE, np.random.default_rng(0))
    returns = {
        (state, feedback): rewards_by_pull(
            learner, SURE, 5000, np.random.default_rng(1), state, feedback
        ).sum()
        for state, feedback in (("kept", "true"), ("wiped", "true"), ("kept", "shuffled"))
    }
    assert gap_closed(returns["kept", "true"], SURE) > 0.8
    assert abs(returns["wiped", "true"] - blind_optimum(SURE)) < 0.15
    assert abs(returns["kept", "shuffled"] - blind_optimum(SURE)) < 0.15


def test_the_same_generator_gives_the_same_network() -> None:
    settings = RL2Settings(updates=3, episodes=20, width=8)
    first, second, other = (train(settings, SAFE_ARM, np.random.default_rng(seed)) for seed in (1, 1, 2))
    weights = [learner.policy.weight for learner in (first, second, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_every_update_is_reported_before_it_happens_and_can_be_stopped() -> None:
    seen: list[int] = []

    def stop(update: int, learner: FastLearner, mean_return: float) -> None:
        assert 0 <= mean_return <= SURE.pulls
        seen.append(update)
        if update == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(RL2Settings(episodes=20, width=8), SURE, np.random.default_rng(0), stop)
    assert seen == [0, 1, 2, 3]


def test_divergence_stops_with_a_sentence() -> None:
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        train(RL2Settings(updates=20, learning_rate=1e20), SURE, np.random.default_rng(0))


def test_saved_weights_come_back(learner: FastLearner, tmp_path: Path) -> None:
    save(learner, tmp_path / "learner.safetensors")
    again = load(tmp_path / "learner.safetensors")
    one, two = (rollout(x, MANY_ARMS, 50, np.random.default_rng(0)).arms for x in (learner, again))
    assert torch.equal(one, two)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"updates": 0}, "updates"), ({"width": 0}, "width"), ({"learning_rate": 0.0}, "learning_rate")],
)
def test_impossible_settings_are_refused_by_name(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        RL2Settings(**wrong)
