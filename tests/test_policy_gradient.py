"""Losses against exact policy gradients, brute force and torch's distributions."""

import pytest
import torch
from torch.distributions import Categorical

from companion import policy_gradient as pg

RNG = torch.Generator().manual_seed(0)


def test_returns_to_go_are_sums_of_what_follows() -> None:
    rewards = torch.rand(4, 3, generator=RNG)
    for time in range(4):
        torch.testing.assert_close(pg.returns_to_go(rewards)[time], rewards[time:].sum(0))


def test_likelihood_and_entropy_are_those_of_a_categorical() -> None:
    logits = torch.randn(5, 4, 3, generator=RNG)
    actions = torch.randint(3, (5, 4), generator=RNG)
    torch.testing.assert_close(
        pg.log_likelihood(logits, actions), Categorical(logits=logits).log_prob(actions)
    )
    torch.testing.assert_close(pg.entropy(logits), Categorical(logits=logits).entropy().mean())


def test_the_expected_gradient_of_the_loss_is_that_of_the_expected_reward() -> None:
    rewards, logits = torch.tensor([1.0, -2.0, 0.5]), torch.tensor([0.3, -0.1, 0.7], requires_grad=True)
    probabilities = logits.softmax(0)
    exact = torch.autograd.grad(-(probabilities @ rewards), logits)[0]
    sampled = torch.zeros(3)
    for action, probability in enumerate(logits.softmax(0).tolist()):
        likelihood = pg.log_likelihood(logits[None, None], torch.tensor([[action]]))
        loss = pg.policy_loss(likelihood, rewards[action].expand(1, 1))
        sampled += probability * torch.autograd.grad(loss, logits)[0]
    torch.testing.assert_close(sampled, exact)


def test_advantages_carry_no_gradient() -> None:
    advantages = torch.ones(2, 2, requires_grad=True)
    likelihoods = torch.ones(2, 2, requires_grad=True)
    pg.policy_loss(likelihoods, advantages).backward()
    assert advantages.grad is None


def test_standardized_advantages_keep_their_sign_and_have_spread_one() -> None:
    advantages = 7 + 3 * torch.randn(50, 40, generator=RNG)
    scaled = pg.standardized(advantages)
    assert abs(float(scaled.std()) - 1) < 1e-4
    assert torch.equal(scaled.sign(), advantages.sign())


def test_value_loss_is_the_mean_square() -> None:
    assert float(pg.value_loss(torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 4.0]]))) == 2.5


def test_an_answer_is_compared_with_its_siblings_alone() -> None:
    rewards = torch.tensor([[1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 8.0]])
    expected = [[0.5, -0.5, -0.5, 0.5], [0.0, 0.0, 0.0, 0.0], [-2.0, -2.0, -2.0, 6.0]]
    assert pg.group_advantages(rewards).tolist() == expected


def test_advantages_sum_to_zero_in_every_group_and_keep_the_distances() -> None:
    rewards = torch.randn(40, 7, generator=RNG)
    found = pg.group_advantages(rewards)
    torch.testing.assert_close(found.sum(1), torch.zeros(40), atol=1e-5, rtol=0)
    torch.testing.assert_close(found.diff(dim=1), rewards.diff(dim=1))
    moved = pg.group_advantages(rewards + torch.randn(40, 1, generator=RNG))
    torch.testing.assert_close(moved, found, atol=1e-5, rtol=1e-5)


def test_a_group_without_a_difference_has_exactly_no_advantage() -> None:
    for size in range(2, 40):
        for reward in (0.0, 1.0):
            assert (pg.group_advantages(torch.full((3, size), reward)) == 0).all()


def test_a_completion_s_loss_by_hand() -> None:
    """Ratios 2, 1 and 1/2; the third word of the first row was not drawn."""
    behavior = torch.tensor([[0.2, 0.5, 0.1], [0.25, 0.5, 0.8]]).log()
    now = torch.tensor([[0.4, 0.5, 0.9], [0.25, 0.25, 0.4]]).log()
    mask = torch.tensor([[True, True, False], [True, True, True]])
    loss = pg.completion_loss(now, behavior, mask, torch.tensor([1.0, -3.0]), 4.0)
    assert float(loss) == pytest.approx(-(1.0 * (2 + 1) - 3.0 * (1 + 0.5 + 0.5)) / 4)


def test_where_the_policy_drew_itself_the_gradient_is_that_of_the_likelihood() -> None:
    now = torch.randn(5, 6, generator=RNG).requires_grad_()
    mask, advantages = torch.rand(5, 6, generator=RNG) < 0.7, torch.randn(5, generator=RNG)
    pg.completion_loss(now, now, mask, advantages, 3.0).backward()
    expected = torch.zeros(5, 6)
    for row, place in mask.nonzero().tolist():
        expected[row, place] = -advantages[row] / 3
    assert now.grad is not None
    torch.testing.assert_close(now.grad, expected)


def test_samples_of_another_policy_are_weighed_so_that_their_gradient_is_right_on_average() -> None:
    """Importance sampling, over all actions of a bandit: any behavior gives the gradient of the expected reward."""
    rewards, logits = torch.tensor([1.0, -2.0, 0.5]), torch.tensor([0.3, -0.1, 0.7], requires_grad=True)
    exact = torch.autograd.grad(-(logits.softmax(0) @ rewards), logits)[0]
    for behavior in (torch.tensor([0.2, 0.5, 0.3]), torch.tensor([0.8, 0.1, 0.1])):
        sampled = torch.zeros(3)
        for action in range(3):
            now = logits.log_softmax(0)[action].view(1, 1)
            drawn = behavior[action].log().view(1, 1)
            loss = pg.completion_loss(
                now, drawn, torch.ones(1, 1, dtype=torch.bool), rewards[action : action + 1], 1.0
            )
            sampled += behavior[action] * torch.autograd.grad(loss, logits)[0]
        torch.testing.assert_close(sampled, exact)


def test_only_the_policy_that_learns_gets_a_gradient() -> None:
    now, behavior = (torch.randn(2, 3, generator=RNG).requires_grad_() for _ in range(2))
    advantages = torch.ones(2, requires_grad=True)
    pg.completion_loss(now, behavior, torch.ones(2, 3, dtype=torch.bool), advantages, 1.0).backward()
    assert now.grad is not None
    assert behavior.grad is None
    assert advantages.grad is None


def test_every_drawn_word_weighs_the_same_in_short_and_long_completions() -> None:
    now = torch.zeros(2, 8, requires_grad=True)
    mask = torch.arange(8) < torch.tensor([[2], [8]])
    pg.completion_loss(now, torch.zeros(2, 8), mask, torch.tensor([-1.0, -1.0]), 16.0).backward()
    assert now.grad is not None
    assert now.grad[mask].tolist() == [1 / 16] * 10
    assert (now.grad[~mask] == 0).all()
