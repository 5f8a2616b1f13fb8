"""Completions of a batch of problems, verified and compared within their group."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.policy_gradient import group_advantages
from companion.reasoning.task import ANSWER, THINK, Rows, Task
from companion.transformer.sampling import sample

Opening = Literal["free", "think", "answer"]
"""How completions begin: as the policy likes, with a trace, or with the answer at once."""

Grader = Literal["verifier", "own mark"]
"""Who says whether an answer is right: the verifier, or the last mark that the policy gave itself."""


@dataclass(frozen=True)
class RolloutSettings:
    """One batch of problems and how it is completed."""

    problems: int = 32
    group: int = 16  # completions of each problem
    opening: Opening = "free"
    grader: Grader = "verifier"
    flipped: float = 0.0  # share of rewards that are turned around
    limit: int | None = None  # tokens of a completion, where less than the task's own

    def __post_init__(self) -> None:
        if self.problems < 1 or self.group < 2:
            raise ValueError(
                "a batch has at least one problem, and a group at least two completions to compare"
            )
        if self.opening not in get_args(Opening) or self.grader not in get_args(Grader):
            raise ValueError(f"no such opening or grader: {self.opening!r}, {self.grader!r}")
        if not 0 <= self.flipped <= 1:
            raise ValueError(f"flipped is a share between 0 and 1, not {self.flipped}")


class Rollouts(NamedTuple):
    """A batch; completions of a problem lie next to each other."""

    prompts: Int[Tensor, "rows prompt"]
    completions: Int[Tensor, "rows time"]  # the forced opening included
    drawn: Bool[Tensor, "rows time"]  # tokens that the policy chose
    log_probabilities: Float[Tensor, "rows time"]  # under the policy that drew them
    correct: Bool[Tensor, " rows"]  # what the verifier says
    reward: Float[Tensor, " rows"]  # what the policy is told
    advantage: Float[Tensor, " rows"]  # its reward minus its group's mean


def opened(prompts: Int[Tensor, "rows prompt"], task: Task, opening: Opening) -> Int[Tensor, "rows longer"]:
    """Prompts with the word that forces a trace or an answer."""
    if opening == "free":
        return prompts
    word = task.vocabulary.ids[THINK if opening == "think" else ANSWER]
    return torch.cat([prompts, torch.full((len(prompts), 1), word)], 1)


def room(task: Task, opening: Opening, limit: int | None = None) -> int:
    """How many tokens a completion may still take after its opening."""
    most = task.limit if limit is None else min(limit, task.limit)
    return task.answer_limit if opening == "answer" else most - (opening == "think")


def completed(
    model: LlamaForCausalLM,
    task: Task,
    prompts: Rows,
    random: np.random.Generator,
    *,
    opening: Opening = "free",
    copies: int = 1,
    temperature: float = 1.0,
    limit: int | None = None,
) -> Int[np.ndarray, "completions time"]:
    """Completions of each prompt, the forced opening included; copies of a prompt lie next to each other."""
    begun = opened(torch.from_numpy(prompts), task, opening)
    drawn = sample(model, begun, room(task, opening, limit), random, copies=copies, temperature=temperature)
    forced = begun[:, prompts.shape[1] :].repeat_interleave(copies, 0)
    return torch.cat([forced, drawn.tokens], 1).numpy()


def rollouts(
    model: LlamaForCausalLM, task: Task, settings: RolloutSettings, random: np.random.Generator
) -> Rollouts:
    """Draw problems, complete each `group` times, and compare."""
    problems = torch.from_numpy(task.problems(settings.problems, random))
    begun = opened(problems, task, settings.opening)
    drawn = sample(model, begun, room(task, settings.opening, settings.limit), random, copies=settings.group)
    prompts = problems.repeat_interleave(settings.group, 0)
    forced = begun[:, problems.shape[1] :].repeat_interleave(settings.group, 0)
    completions = torch.cat([forced, drawn.tokens], 1)
    correct = torch.from_numpy(task.correct(prompts.numpy(), completions.numpy()))
    graded = correct if settings.grader == "verifier" else own_mark(completions, task)
    flips = torch.from_numpy(random.random(len(graded)) < settings.flipped)
    reward = (graded ^ flips).float()
    return Rollouts(
        prompts,
        completions,
        torch.cat([torch.zeros(forced.shape, dtype=torch.bool), drawn.mask], 1),
        torch.cat([torch.zeros(forced.shape), drawn.log_probabilities], 1),
        correct,
        reward,
        group_advantages(reward.view(-1, settings.group)).flatten(),
    )


def own_mark(completions: Int[Tensor, "rows time"], task: Task) -> Bool[Tensor, " rows"]:
    """Whether a completion answers right after a mark `ok` that it gave itself, and ends."""
    ids = task.vocabulary.ids
    answers = completions == ids[ANSWER]
    before = completions.gather(1, (answers.int().argmax(1) - 1).clamp(min=0)[:, None])[:, 0]
    ended = (completions == task.vocabulary.end).any(1)
    return answers.any(1) & (before == ids["ok"]) & ended
