"""The loop: draw completions, let the verifier say which are right, and make the better ones of each group likelier.

This is GRPO (Shao et al. 2024, section 4.1) without what Liu et al. (2025, section 3) found to bias it: no division by
the spread of a group, none by the length of a completion. There is no reference model and no clipping either: every
batch of completions serves one gradient step, so that the policy that learns is the policy that drew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import nn
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.reasoning.gradient import once, row_by_row
from companion.reasoning.rollouts import Rollouts, RolloutSettings, rollouts
from companion.reasoning.task import THINK, Task


@dataclass(frozen=True)
class GRPOSettings:
    """A run of reinforcement learning."""

    steps: int = 80
    learning_rate: float = 4e-4
    gradient_norm: float = 1.0
    once: bool = True  # read no prompt and no completion twice; see gradient.py
    micro_batch: int = 128  # else, completions in one forward and backward pass
    rollouts: RolloutSettings = field(default_factory=RolloutSettings)

    def __post_init__(self) -> None:
        if self.steps < 1 or self.micro_batch < 1:
            raise ValueError("steps and micro_batch must be at least 1")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate must be positive, not {self.learning_rate}")


class Step(NamedTuple):
    """What one step saw, means over its completions."""

    correct: float  # share that the verifier accepts
    reward: float
    tokens: float  # drawn in a completion
    thinks: float  # share with a trace
    used: float  # share whose group differs in reward: the others teach nothing


@dataclass
class Run:
    """All that changes during a run."""

    model: LlamaForCausalLM
    optimizer: torch.optim.Optimizer
    steps: int = 0


OnStep = Callable[[Run, Step], None]


def new_run(model: LlamaForCausalLM, settings: GRPOSettings) -> Run:
    """A run that has not begun; the model is changed in place."""
    optimizer = torch.optim.AdamW(
        model.parameters(), settings.learning_rate, (0.9, 0.95), weight_decay=0.0, fused=True
    )
    return Run(model, optimizer)


def learn(run: Run, batch: Rollouts, settings: GRPOSettings, scale: float) -> None:
    """One gradient step. Where the rewards of every group are equal, there is nothing to learn, and nothing changes.

    Raises FloatingPointError before anything is changed where the gradient is not finite.
    """
    if not batch.advantage.any():
        return
    run.optimizer.zero_grad()
    if settings.once:
        once(run.model, batch, scale)
    else:
        row_by_row(run.model, batch, scale, settings.micro_batch)
    norm = nn.utils.clip_grad_norm_(run.model.parameters(), settings.gradient_norm)
    if not norm.isfinite():
        raise FloatingPointError(
            f"The gradient of step {run.steps} is not finite: lower the learning rate; the weights are those before it."
        )
    run.optimizer.step()


def remaining(
    run: Run, task: Task, settings: GRPOSettings, streams: Streams, on_step: OnStep | None = None
) -> Run:
    """Go on to the last step. Each step's randomness is its own, so a run that was stopped ends as one that was not."""
    scale = float(settings.rollouts.problems * settings.rollouts.group * task.limit / 3)
    for step in range(run.steps, settings.steps):
        batch = rollouts(run.model, task, settings.rollouts, streams.numpy(f"rollouts {step}"))
        learn(run, batch, settings, scale)
        run.steps = step + 1
        if on_step is not None:
            on_step(run, summary(batch, task))
    return run


def summary(batch: Rollouts, task: Task) -> Step:
    """The means of a batch."""
    return Step(
        batch.correct.float().mean().item(),
        batch.reward.mean().item(),
        batch.drawn.sum(1).float().mean().item(),
        (batch.completions[:, 0] == task.vocabulary.ids[THINK]).float().mean().item(),
        (batch.advantage != 0).float().mean().item(),
    )
