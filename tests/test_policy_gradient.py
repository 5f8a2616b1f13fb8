"""Losses against exact policy gradients, brute force and torch's distributions."""

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
