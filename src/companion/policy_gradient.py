"""Policy gradients, the same for bandit episodes, reasoning traces and conversations: advantages and losses.

Time runs along the first axis, episodes along the second. Nothing here generates an episode or knows a network
(Williams 1992, "Simple statistical gradient-following algorithms", section 5; Mnih et al. 2016, section 4, for
advantage actor-critic).
"""

from jaxtyping import Float, Int
from torch import Tensor


def returns_to_go(rewards: Float[Tensor, "time episodes"]) -> Float[Tensor, "time episodes"]:
    """G_t = r_t + r_{t+1} + ... to the episode's end: all that the action at time t can still affect."""
    return rewards.flip(0).cumsum(0).flip(0)


def standardized(advantages: Float[Tensor, "time episodes"]) -> Float[Tensor, "time episodes"]:
    """Advantages in units of their spread over the batch, so that one step size serves every reward scale."""
    return advantages / (advantages.std() + 1e-6)


def log_likelihood(
    logits: Float[Tensor, "time episodes actions"], actions: Int[Tensor, "time episodes"]
) -> Float[Tensor, "time episodes"]:
    """log pi(a_t | history)."""
    return logits.log_softmax(-1).gather(-1, actions.unsqueeze(-1)).squeeze(-1)


def policy_loss(
    log_likelihoods: Float[Tensor, "time episodes"], advantages: Float[Tensor, "time episodes"]
) -> Float[Tensor, ""]:
    """Minus E[A_t log pi(a_t)]; its gradient is the policy gradient when the advantages carry none themselves."""
    return -(advantages.detach() * log_likelihoods).mean()


def value_loss(
    values: Float[Tensor, "time episodes"], returns: Float[Tensor, "time episodes"]
) -> Float[Tensor, ""]:
    """The critic's mean squared error."""
    return (values - returns).square().mean()


def entropy(logits: Float[Tensor, "time episodes actions"]) -> Float[Tensor, ""]:
    """The policy's mean entropy in nats; a bonus for it keeps the policy trying things."""
    log_probabilities = logits.log_softmax(-1)
    return -(log_probabilities.exp() * log_probabilities).sum(-1).mean()
