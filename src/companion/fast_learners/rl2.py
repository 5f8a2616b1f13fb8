"""RL²: a slow learner trains a fast one (Duan et al. 2016, "RL²", section 2; Wang et al. 2016).

The slow learner is advantage actor-critic with Adam: it changes the weights, once per batch of episodes. The fast
learner is the recurrent state of a GRU that reads what it did and what came of it: it changes within an episode,
while the weights stand still. Nobody tells the fast learner how to learn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import numpy as np
import torch
from jaxtyping import Float, Int
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from companion import policy_gradient as pg
from companion.fast_learners.bandits import Bandit

State = Literal["kept", "wiped"]
"""What the network carries from pull to pull: its recurrent state, or nothing at all."""

Feedback = Literal["true", "shuffled"]
"""The rewards that the network sees: its own, or those of another episode of the batch."""


@dataclass(frozen=True)
class RL2Settings:
    """The slow learner's settings. A batch is `episodes` new bandits, each played once."""

    updates: int = 1500
    episodes: int = 200
    width: int = 32
    learning_rate: float = 8e-3
    entropy_bonus: float = 0.1
    value_weight: float = 0.25
    gradient_norm: float = 1.0
    state: State = "kept"
    feedback: Feedback = "true"

    def __post_init__(self) -> None:
        for name in ("updates", "episodes", "width"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate must be positive, not {self.learning_rate}")
        if self.state not in get_args(State):
            raise ValueError(f"state must be one of {get_args(State)}, not {self.state!r}")
        if self.feedback not in get_args(Feedback):
            raise ValueError(f"feedback must be one of {get_args(Feedback)}, not {self.feedback!r}")


class Trace(NamedTuple):
    """What happened in a batch of episodes."""

    events: Int[Tensor, "pulls episodes"]  # what the network read before each pull
    arms: Int[Tensor, "pulls episodes"]  # what it pulled
    rewards: Int[Tensor, "pulls episodes"]  # what that paid, 0 or 1


OnStep = Callable[[int, "FastLearner", float], None]


class FastLearner(nn.Module):
    """A GRU that reads events and proposes pulls. Event 0 opens an episode; arm i paying r is 1 + 2 i + r."""

    def __init__(self, arms: int, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.arms, self.width = arms, width
        self.embedding = nn.Embedding(1 + 2 * arms, 3 * width)
        self.memory = nn.Linear(width, 3 * width)
        self.policy = nn.Linear(width, arms)
        self.critic = nn.Linear(width, 1)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -(width**-0.5), width**-0.5, generator=generator)
        # Events must speak louder than memory at first: with weak ones the safe arm wins before learning starts.
        nn.init.normal_(self.embedding.weight, std=2.0, generator=generator)

    def blank(self, episodes: int) -> Float[Tensor, "{episodes} {self.width}"]:
        """The state in which every episode begins."""
        return torch.zeros(episodes, self.width)

    def forward(
        self, events: Int[Tensor, "pulls episodes"], state: Float[Tensor, "episodes {self.width}"]
    ) -> Float[Tensor, "pulls episodes {self.width}"]:
        """Fast learning: each event changes the state, the weights stay."""
        states = []
        for event in self.embedding(events):
            state = gated_update(state, event, self.memory(state))
            states.append(state)
        return torch.stack(states)


def gated_update(
    state: Float[Tensor, "episodes width"],
    event: Float[Tensor, "episodes gates"],
    recalled: Float[Tensor, "episodes gates"],
) -> Float[Tensor, "episodes width"]:
    """A GRU's step (Cho et al. 2014, eq. 5-8): `keep` of the old state, the rest from a proposal."""
    width = state.shape[1]
    reset, keep = (event + recalled)[:, : 2 * width].sigmoid().chunk(2, dim=1)
    proposal = (event[:, 2 * width :] + reset * recalled[:, 2 * width :]).tanh()
    return torch.lerp(proposal, state, keep)


@torch.no_grad()
def rollout(
    learner: FastLearner,
    bandit: Bandit,
    episodes: int,
    rng: np.random.Generator,
    *,
    state: State = "kept",
    feedback: Feedback = "true",
    greedy: bool = False,
) -> Trace:
    """Play a batch of new bandits with frozen weights; `greedy` takes the likeliest arm instead of sampling."""
    pays = random((bandit.pulls, episodes, bandit.arms), rng) < torch.from_numpy(bandit.draw(episodes, rng))
    luck = torch.zeros(pays.shape) if greedy else -(-random(pays.shape, rng).log()).log()
    carried, event, trace = learner.blank(episodes), torch.zeros(episodes, dtype=torch.long), []
    for pull in range(bandit.pulls):
        if state == "wiped":
            carried, event = learner.blank(episodes), torch.zeros_like(event)
        carried = learner(event[None], carried)[0]
        arm = (learner.policy(carried) + luck[pull]).argmax(1)  # Gumbel noise: a sample of the softmax
        reward = pays[pull].gather(1, arm[:, None])[:, 0].long()
        trace.append((event, arm, reward))
        event = 1 + 2 * arm + (reward if feedback == "true" else reward.roll(1))
    return Trace(*(torch.stack(column) for column in zip(*trace, strict=True)))


def random(shape: tuple[int, ...], rng: np.random.Generator) -> Tensor:
    """Uniform in (0, 1): the generator is numpy's, so that one stream serves world and player."""
    return torch.from_numpy(rng.random(shape, dtype=np.float32)).clamp_min_(1e-12)


def loss(
    learner: FastLearner, trace: Trace, settings: RL2Settings, entropy_bonus: float
) -> Float[Tensor, ""]:
    """Advantage actor-critic: read the episodes again, now with gradients through the recurrent state."""
    events, blank = trace.events, learner.blank(trace.events.shape[1])
    if settings.state == "wiped":  # every pull is an episode of its own
        events, blank = events.reshape(1, -1), learner.blank(events.numel())
    states = learner(events, blank).reshape(*trace.arms.shape, -1)
    logits, values = learner.policy(states), learner.critic(states)[..., 0]
    returns = pg.returns_to_go(trace.rewards.float())
    advantages = pg.standardized((returns - values).detach())
    return (
        pg.policy_loss(pg.log_likelihood(logits, trace.arms), advantages)
        + settings.value_weight * pg.value_loss(values, returns)
        - entropy_bonus * pg.entropy(logits)
    )


def train(
    settings: RL2Settings,
    bandit: Bandit,
    rng: np.random.Generator,
    on_step: OnStep | None = None,
) -> FastLearner:
    """The slow learner. `on_step(update, learner, mean return of the batch)` runs before every update."""
    generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
    learner = FastLearner(bandit.arms, settings.width, generator)
    optimizer = torch.optim.Adam(learner.parameters(), lr=settings.learning_rate)
    for update in range(settings.updates):
        remaining = 1 - update / settings.updates
        trace = rollout(
            learner, bandit, settings.episodes, rng, state=settings.state, feedback=settings.feedback
        )
        if on_step is not None:
            on_step(update, learner, trace.rewards.sum(0).float().mean().item())
        objective = loss(learner, trace, settings, settings.entropy_bonus * remaining**2)
        if not objective.isfinite():
            raise FloatingPointError(f"RL² diverged at update {update}: lower the learning rate.")
        optimizer.param_groups[0]["lr"] = settings.learning_rate * min(1.0, 1.5 * remaining)
        optimizer.zero_grad()
        objective.backward()
        nn.utils.clip_grad_norm_(learner.parameters(), settings.gradient_norm)
        optimizer.step()
    return learner


def rewards_by_pull(
    learner: FastLearner,
    bandit: Bandit,
    episodes: int,
    rng: np.random.Generator,
    state: State = "kept",
    feedback: Feedback = "true",
) -> Float[np.ndarray, " {bandit.pulls}"]:
    """The learning curve inside an episode: mean reward of each pull, weights frozen. Its sum is the return."""
    trace = rollout(learner, bandit, episodes, rng, state=state, feedback=feedback, greedy=True)
    return trace.rewards.double().mean(1).numpy()


def save(learner: FastLearner, path: Path) -> None:
    """Weights as safetensors: `embedding`, `memory` (gates in the order reset, update, new), `policy`, `critic`."""
    save_file(learner.state_dict(), path)


def load(path: Path) -> FastLearner:
    """The learner that `save` wrote."""
    weights = load_file(path)
    arms, width = weights["policy.weight"].shape
    learner = FastLearner(arms, width, torch.Generator())
    learner.load_state_dict(weights)
    return learner
