"""The word problem in the words of ladder.py, read loosely: the amplifier is a vote among traces, the lesson a trace.

The vote is self-consistency (Wang et al. 2023); imitating traces that were right is the loop of Zelikman et al. (2022).
"""

from dataclasses import replace

import numpy as np
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.one_shape.ladder import Asked
from companion.one_shape.recipe import WordSettings
from companion.one_shape.selection import Choice, chosen, votes
from companion.reasoning.expert_iteration import as_corpus
from companion.reasoning.grpo import GRPOSettings, new_run, remaining
from companion.reasoning.rollouts import RolloutSettings, completed
from companion.reasoning.task import Rows, Task
from companion.transformer.training import TrainingSettings, train

PROBLEMS = 32
"""In a step of reinforcement learning."""


def ask(model: LlamaForCausalLM, task: Task, prompts: Rows, group: int, random: np.random.Generator) -> Asked:
    """A single trace, drawn, and the commonest answer of a group of traces; the single one is the first of them."""
    said = completed(model, task, prompts, random, opening="think", copies=group)
    elected = said[votes(task, said, group)[0]]
    return Asked(task.correct(prompts, said[::group]), task.correct(prompts, elected))


def teach(
    model: LlamaForCausalLM, task: Task, settings: WordSettings, choice: Choice, streams: Streams, number: int
) -> LlamaForCausalLM:
    """One round: draw a group of traces for each of some problems, and teach those that were selected, whole.

    Where fewer are chosen than a step takes, nothing is taught. The model is changed in place.
    """
    random = streams.numpy(f"traces {number}")
    problems = task.problems(settings.completions // settings.group, random)
    said = completed(model, task, problems, random, opening="think", copies=settings.group)
    found = chosen(task, problems.repeat(settings.group, 0), said, settings.group, choice, random)
    plan = TrainingSettings(matrix_rate=settings.matrix_rate, other_rate=settings.other_rate)
    if len(found.prompts) < plan.batch:
        return model
    return train(model, as_corpus(found), plan, random)


def imitated(
    model: LlamaForCausalLM,
    task: Task,
    completions: int,
    settings: WordSettings,
    choice: Choice,
    streams: Streams,
) -> LlamaForCausalLM:
    """Two rounds on half of these completions each; the model is changed in place."""
    half = replace(settings, completions=completions // 2)
    for number in range(2):
        teach(model, task, half, choice, streams, number)
    return model


def rewarded(
    model: LlamaForCausalLM, task: Task, completions: int, settings: WordSettings, streams: Streams
) -> LlamaForCausalLM:
    """Reinforcement learning on so many traces, a reward for each right answer; the model is changed in place."""
    rollouts = RolloutSettings(problems=PROBLEMS, group=settings.group, opening="think")
    steps = completions // (PROBLEMS * settings.group)
    run = GRPOSettings(steps, settings.reward_rate, once=False, rollouts=rollouts)
    return remaining(new_run(model, run), task, run, streams).model
