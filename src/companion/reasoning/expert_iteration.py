"""Learning from one's own right answers: expert iteration, and distillation of traces into answers without one.

Where GRPO weighs completions by their advantage, expert iteration keeps the right ones and imitates them (Anthony et
al. 2017; Zelikman et al. 2022, section 3.1). Distillation drops the trace before it imitates.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.reasoning.rollouts import Opening, completed
from companion.reasoning.surgery import traces_in
from companion.reasoning.task import Rows, Task
from companion.reasoning.word_problem import left_aligned
from companion.transformer.training import Corpus, OnStep, TrainingSettings, joined, train


class Verified(NamedTuple):
    """Right completions, as many as there were."""

    prompts: Rows
    completions: Rows
    share: float  # of all that were drawn


@dataclass(frozen=True)
class ExpertIterationSettings:
    """How often a policy is sampled and taught what it got right."""

    rounds: int = 4
    problems: int = 4096  # in a round, each completed once
    training: TrainingSettings = field(
        default_factory=lambda: TrainingSettings(matrix_rate=5e-3, other_rate=5e-4, warmup=5)
    )

    def __post_init__(self) -> None:
        if self.rounds < 1 or self.problems < self.training.batch:
            raise ValueError("expert iteration takes at least one round, and a batch of problems in each")


def verified(
    model: LlamaForCausalLM, task: Task, problems: int, random: np.random.Generator, opening: Opening = "free"
) -> Verified:
    """Complete so many problems once, and keep what the verifier accepts."""
    prompts = task.problems(problems, random)
    said = completed(model, task, prompts, random, opening=opening)
    right = task.correct(prompts, said)
    return Verified(prompts[right], said[right], float(right.mean()))


def as_corpus(found: Verified) -> Corpus:
    """The right completions as they are."""
    texts = np.concatenate([found.prompts, found.completions], 1)
    return Corpus(texts, np.full(len(texts), found.prompts.shape[1]))


def without_traces(found: Verified, task: Task) -> Corpus:
    """The right answers alone, as if they had come at once."""
    traced = traces_in(found.completions, task) != task.vocabulary.pad
    answers = left_aligned(np.where(traced, task.vocabulary.pad, found.completions), task.vocabulary.pad)
    return as_corpus(Verified(found.prompts, answers[:, : 1 + task.answer_limit], found.share))


def distilled(
    model: LlamaForCausalLM,
    task: Task,
    found: Verified,
    rehearsal: float,
    settings: TrainingSettings,
    random: np.random.Generator,
    on_step: OnStep | None = None,
) -> LlamaForCausalLM:
    """Teach a policy right answers without their traces; a share of whole completions keeps the trace alive."""
    kept = random.permutation(len(found.prompts))[: round(rehearsal * len(found.prompts))]
    rehearsed = Verified(found.prompts[kept], found.completions[kept], found.share)
    corpus = joined(without_traces(found, task), as_corpus(rehearsed), pad=task.vocabulary.pad)
    return train(model, corpus, settings, random, on_step)


def expert_iteration(
    model: LlamaForCausalLM, task: Task, settings: ExpertIterationSettings, streams: Streams
) -> Iterator[float]:
    """Sample, keep what is right, imitate it; yields the share that was right, round by round, before the lesson."""
    for step in range(settings.rounds):
        random = streams.numpy(f"round {step}")
        found = verified(model, task, settings.problems, random)
        yield found.share
        if len(found.prompts) >= settings.training.batch:
            train(model, as_corpus(found), settings.training, random)
