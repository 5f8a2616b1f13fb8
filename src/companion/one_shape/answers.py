"""The word problem in the words of ladder.py, read strictly: the amplifier is a trace, the lesson its answer alone."""

import numpy as np
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.one_shape.ladder import Asked
from companion.one_shape.recipe import WordSettings
from companion.one_shape.selection import Choice, chosen
from companion.reasoning.answers import tries
from companion.reasoning.expert_iteration import distilled
from companion.reasoning.rollouts import completed
from companion.reasoning.task import Rows, Task
from companion.transformer.training import TrainingSettings


def ask(model: LlamaForCausalLM, task: Task, prompts: Rows, random: np.random.Generator) -> Asked:
    """The likeliest answer at once, and the likeliest one at the end of the likeliest trace."""
    at_once, traced = (
        tries(model, task, prompts, random, opening=opening, temperature=0.0)[:, 0]
        for opening in ("answer", "think")
    )
    return Asked(at_once, traced)


def teach(
    model: LlamaForCausalLM,
    task: Task,
    settings: WordSettings,
    rehearsal: float,
    choice: Choice,
    streams: Streams,
    number: int,
) -> LlamaForCausalLM:
    """One round: draw a trace for each of many problems, and teach the answers without their traces.

    `rehearsal`: whole traces shown beside them, as a share of the answers, so that the amplifier stays alive.
    Where fewer are chosen than a step takes, nothing is taught. The model is changed in place.
    """
    random = streams.numpy(f"answers {number}")
    prompts = task.problems(settings.completions, random)
    said = completed(model, task, prompts, random, opening="think")
    found = chosen(task, prompts, said, 1, choice, random)
    plan = TrainingSettings(matrix_rate=settings.matrix_rate, other_rate=settings.other_rate)
    if len(found.prompts) < plan.batch:
        return model
    return distilled(model, task, found, rehearsal, plan, random)
