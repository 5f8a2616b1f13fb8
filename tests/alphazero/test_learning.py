"""The loss against its formula in double precision, and what a few gradient steps do."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from companion.alphazero.learning import LearningSettings, learn, loss, new_optimizer, rate_at
from companion.alphazero.network import NetworkSettings, PolicyValueNet
from companion.alphazero.replay import Examples, Replay, draw_examples
from companion.games.board import CONNECT_THREE
from tests.alphazero.referee import awake
from tests.alphazero.test_replay import filled

BOARD = CONNECT_THREE
SETTINGS = LearningSettings(batch=40, learning_rate=1e-3)


@pytest.fixture
def network() -> PolicyValueNet:
    return awake(BOARD, NetworkSettings(6, 1, 12), 0)


@pytest.fixture
def replay() -> Replay:
    return filled(30, 30)


def written_out(network: PolicyValueNet, examples: Examples) -> tuple[float, float]:
    with torch.no_grad():
        logits, value = (part.double().numpy() for part in network(examples.planes))
    surprise = np.log(np.exp(logits).sum(axis=1, keepdims=True)) - logits
    policy = (examples.policy.double().numpy() * surprise).sum(axis=1).mean()
    return policy, ((value - examples.value.double().numpy()) ** 2).mean()


def learned(
    network: PolicyValueNet, replay: Replay, settings: LearningSettings, steps: int, progress: float = 0.0
) -> tuple[float, float]:
    optimizer = new_optimizer(network, settings)
    losses = learn(BOARD, network, optimizer, replay, settings, steps, progress, np.random.default_rng(3))
    return float(losses.policy), float(losses.value)


def test_the_loss_is_cross_entropy_and_squared_error(network: PolicyValueNet, replay: Replay) -> None:
    examples = draw_examples(BOARD, replay, 50, 0.5, np.random.default_rng(0))
    found = loss(network, examples)
    assert (found.policy.item(), found.value.item()) == pytest.approx(
        written_out(network, examples), rel=1e-5
    )


@pytest.mark.parametrize("targets", ["own", "shuffled"])
@pytest.mark.parametrize("share", [0.0, 0.7])
def test_one_step_reports_the_loss_before_it(
    network: PolicyValueNet, replay: Replay, targets: str, share: float
) -> None:
    settings = replace(SETTINGS, targets=targets, outcome_share=share)
    drawn = draw_examples(BOARD, replay, 40, share, np.random.default_rng(3), shuffled=targets == "shuffled")
    expected = written_out(network, drawn)
    assert learned(network, replay, settings, 1) == pytest.approx(expected, rel=1e-5)


def test_the_mean_over_steps_is_reported(network: PolicyValueNet, replay: Replay) -> None:
    """With a rate so small that the network stands still."""
    random = np.random.default_rng(3)
    each = [written_out(network, draw_examples(BOARD, replay, 40, 0.5, random)) for _ in range(5)]
    found = learned(network, replay, replace(SETTINGS, learning_rate=1e-12), 5)
    assert found == pytest.approx(np.mean(each, axis=0), rel=1e-5)


def test_steps_lower_the_loss_on_what_was_learned(network: PolicyValueNet, replay: Replay) -> None:
    examples = draw_examples(BOARD, replay, 200, 0.5, np.random.default_rng(9))
    before = written_out(network, examples)
    learned(network, replay, replace(SETTINGS, learning_rate=1e-2), 150)
    after = written_out(network, examples)
    assert after[0] < before[0] - 0.3
    assert after[1] < before[1] / 2


def test_targets_of_others_can_only_be_learned_on_average(network: PolicyValueNet, replay: Replay) -> None:
    examples = draw_examples(BOARD, replay, 200, 0.5, np.random.default_rng(9))
    learned(network, replay, replace(SETTINGS, learning_rate=1e-2, targets="shuffled"), 150)
    assert written_out(network, examples)[1] > 0.9 * float(examples.value.var())


def test_no_step_changes_nothing(network: PolicyValueNet, replay: Replay) -> None:
    before = [parameter.clone() for parameter in network.parameters()]
    assert learned(network, replay, SETTINGS, 0) == (0, 0)
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), before, strict=True))


def test_the_rate_falls_along_a_cosine() -> None:
    settings = LearningSettings(learning_rate=0.5, final_rate=0.1)
    assert rate_at(settings, 0.0) == pytest.approx(0.5)
    assert rate_at(settings, 1 / 3) == pytest.approx(0.05 + 0.45 * 3 / 4)  # cos 60° is a half
    assert rate_at(settings, 0.5) == pytest.approx(0.275)
    assert rate_at(settings, 1.0) == rate_at(settings, 7.0) == pytest.approx(0.05)


@pytest.mark.parametrize("progress", [0.0, 0.5, 1.0])
def test_a_step_moves_a_weight_by_the_rate(network: PolicyValueNet, replay: Replay, progress: float) -> None:
    """Adam's first step goes by the rate whatever the gradient; with a rate of zero nothing would move."""
    settings = replace(SETTINGS, weight_decay=0.0)
    before = network.heads.bias.detach().clone()
    learned(network, replay, settings, 1, progress)
    moved = (network.heads.bias.detach() - before).abs()
    assert moved.numpy() == pytest.approx(rate_at(settings, progress), rel=0.01)


def test_divergence_stops_with_a_sentence(network: PolicyValueNet, replay: Replay) -> None:
    with pytest.raises(FloatingPointError, match=r"^AlphaZero diverged: lower the learning rate\.$"):
        learned(network, replay, replace(SETTINGS, learning_rate=1e30), 5)


def test_a_last_step_that_went_too_far_stops_too(network: PolicyValueNet, replay: Replay) -> None:
    """The loss was finite, being taken before the step."""
    with torch.no_grad():
        network.hidden.weight[0, 0] = 5.0
    with pytest.raises(FloatingPointError):
        learned(network, replay, replace(SETTINGS, learning_rate=1e37, weight_decay=30.0), 1)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"batch": 0}, "must be positive"),
        ({"reuse": 0.0}, "must be positive"),
        ({"learning_rate": 0.0}, "must be positive"),
        ({"outcome_share": 1.1}, "between 0 and 1"),
        ({"outcome_share": -0.1}, "between 0 and 1"),
    ],
)
def test_impossible_settings_are_refused(wrong: dict, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        LearningSettings(**wrong)
