"""The trace on the operating table: cut it, edit it, swap it, and see what the answer does.

A trace here is a row of tokens from the word that opens it up to the answer, filled up on the right. It is put in front
of a reader, a policy that may be another one than its writer, who then has to answer at once.
"""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Int
from transformers import LlamaForCausalLM

from companion.reasoning.countdown import NO, OK, Countdown
from companion.reasoning.countdown_texts import written
from companion.reasoning.task import ANSWER, THINK, Rows, Task
from companion.reasoning.word_problem import PRODUCT, WordProblem
from companion.transformer.sampling import sample

Flags = Bool[np.ndarray, " rows"]


def traces_in(completions: Rows, task: Task) -> Rows:
    """The traces of completions: everything before the answer; all of a completion that never answers."""
    answered = (completions == task.vocabulary.ids[ANSWER]).cumsum(1) > 0
    ended = (completions == task.vocabulary.end).cumsum(1) > 0
    return np.where(answered | ended, task.vocabulary.pad, completions)


def read_and_answered(
    reader: LlamaForCausalLM,
    task: Task,
    prompts: Rows,
    traces: Rows,
    random: np.random.Generator,
    *,
    temperature: float = 0.0,
) -> Rows:
    """What the reader answers after each trace, from the word that opens an answer on; a trace may be empty."""
    lengths = (traces != task.vocabulary.pad).sum(1)
    rows = np.concatenate([prompts, traces, np.full((len(prompts), 1), task.vocabulary.pad)], 1)
    end = prompts.shape[1] + lengths
    rows[np.arange(len(rows)), end] = task.vocabulary.ids[ANSWER]
    drawn = sample(
        reader,
        torch.from_numpy(rows),
        task.answer_limit,
        random,
        lengths=torch.from_numpy(end + 1),
        temperature=temperature,
    )
    opened = np.full((len(prompts), 1), task.vocabulary.ids[ANSWER])
    return np.concatenate([opened, drawn.tokens.numpy()], 1)


class Edited(NamedTuple):
    """Traces in which something was changed, and the answer that follows from what they now say."""

    traces: Rows
    expected: Int[np.ndarray, " rows"]


def wrong_step(task: WordProblem, prompts: Rows, place: int, random: np.random.Generator) -> Edited:
    """Right steps up to `place`, where a wrong arrangement stands; what follows it is left to the reader.

    Expected is the arrangement to which the remaining permutations lead from there, by number. Every problem must be
    longer than `place`.
    """
    steps, after = task.steps_of(prompts), task.arrangements(prompts)
    if (steps[:, place] < 0).any():
        raise ValueError(f"a problem has no step {place}")
    altered = after.copy()
    altered[:, place] = (after[:, place] + random.integers(1, 6, len(after))) % 6
    expected = altered[:, place]
    for step in steps.T[place + 1 :]:
        expected = np.where(step < 0, expected, PRODUCT[expected, step])
    opened = np.full((len(prompts), 1), task.vocabulary.ids[THINK])
    return Edited(np.concatenate([opened, altered[:, : place + 1] + task.first], 1), expected)


def continued(
    reader: LlamaForCausalLM, task: Task, prompts: Rows, traces: Rows, random: np.random.Generator
) -> Rows:
    """Traces of one length, carried on by the reader to the answer, the likeliest word at each place."""
    begun = torch.from_numpy(np.concatenate([prompts, traces], 1))
    drawn = sample(reader, begun, max(1, task.limit - traces.shape[1]), random, temperature=0.0)
    return np.concatenate([traces, drawn.tokens.numpy()], 1)


def forged_attempt(task: Countdown, prompts: Rows, traces: Rows, random: np.random.Generator) -> Edited:
    """The last attempt of each trace replaced by a wrong one that claims to hit, and is marked so.

    Expected is the forged expression, named as in Attempts. Traces must hold an attempt.
    """
    hits = task.values(prompts) == task.targets(prompts)[:, None]
    wrong = (~hits * random.random(hits.shape)).argmax(1)
    words, _ = written(task, prompts, wrong, random)
    words[:, -3] = task.targets(prompts) + task.zero
    words[:, -1] = task.vocabulary.ids[OK]
    forged = traces.copy()
    place = _last_attempt(task, traces) + np.arange(task.attempt_length)
    np.put_along_axis(forged, place, words, 1)
    opened = np.full((len(words), 1), task.vocabulary.ids[THINK])
    named = task.read_attempts(prompts, np.concatenate([opened, words], 1)).expression[:, 0]
    return Edited(forged, named)


def flipped_mark(task: Countdown, traces: Rows) -> Rows:
    """The last mark of each trace turned around."""
    ids, flipped = task.vocabulary.ids, traces.copy()
    place = _last_attempt(task, traces)[:, 0] + task.attempt_length - 1
    rows = np.arange(len(traces))
    flipped[rows, place] = np.where(traces[rows, place] == ids[OK], ids[NO], ids[OK])
    return flipped


def without_last_attempt(task: Countdown, traces: Rows) -> Rows:
    """Traces cut before their last attempt."""
    kept = np.arange(traces.shape[1]) < _last_attempt(task, traces)
    return np.where(kept, traces, task.vocabulary.pad)


def shuffled_words(traces: Rows, pad: int, random: np.random.Generator) -> Rows:
    """The words of each trace after the first in an order at random."""
    there = traces != pad
    there[:, 0] = False
    order = np.argsort(np.where(there, random.random(traces.shape), 2.0), 1, kind="stable")
    count = there.sum(1)
    shuffled = traces.copy()
    for row, (places, words) in enumerate(zip(order, count, strict=True)):
        shuffled[row, 1 : 1 + words] = traces[row, places[:words]]
    return shuffled


def _last_attempt(task: Countdown, traces: Rows) -> Int[np.ndarray, "rows 1"]:
    """Where the last attempt of each trace begins; raises ValueError where there is none."""
    count = ((traces != task.vocabulary.pad).sum(1) - 1) // task.attempt_length
    if (count < 1).any():
        raise ValueError("a trace holds no attempt")
    return (1 + (count - 1) * task.attempt_length)[:, None]
