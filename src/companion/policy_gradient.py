"""Policy gradients, the same for bandit episodes, reasoning traces and conversations: advantages and losses.

For episodes, time runs along the first axis and episodes along the second; for groups of completions, a row is a
completion. Nothing here generates an episode or knows a network (Williams 1992, "Simple statistical gradient-following
algorithms", section 5; Mnih et al. 2016, section 4, for advantage actor-critic; Shao et al. 2024, section 4.1, for
groups instead of a critic; Liu et al. 2025, section 3, for what of that is biased and left out here).
"""

from jaxtyping import Bool, Float, Int
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


def group_advantages(rewards: Float[Tensor, "groups size"]) -> Float[Tensor, "groups size"]:
    """Each reward minus the mean of its group: how much better than its siblings an answer to the same prompt did.

    Unlike in the first GRPO nothing is divided by the group's spread, which would weigh easy and hard prompts more.
    """
    return rewards - rewards.mean(1, keepdim=True)


def completion_loss(
    log_likelihoods: Float[Tensor, "rows time"],
    behavior: Float[Tensor, "rows time"],
    mask: Bool[Tensor, "rows time"],
    advantages: Float[Tensor, " rows"],
    scale: float,
) -> Float[Tensor, ""]:
    """Minus the sum of A pi(token) / pi_behavior(token) over all drawn tokens, over a `scale` that is the same for all.

    The ratio is 1 in a first step on fresh completions; its gradient is the policy gradient. Dividing by a constant,
    not by each completion's length, keeps long wrong answers from being punished less (Liu et al. 2025, section 3.1).
    """
    ratio = (log_likelihoods - behavior.detach()).exp()
    return -(advantages.detach()[:, None] * ratio * mask).sum() / scale
