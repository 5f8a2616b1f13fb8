"""Which completions become a lesson: those that the verifier accepts, or those that most siblings agree with."""

from typing import Literal

import numpy as np
from jaxtyping import Bool, Int

from companion.reasoning.expert_iteration import Verified
from companion.reasoning.task import Rows, Task, answers_in

Choice = Literal["verified", "voted", "shuffled"]
"""Who selects, among completions of one problem.

verified   the verifier: right answers stay
voted      the policy itself: answers stay that most completions of the problem give; of a single one, any answer
shuffled   as verified, and then each lesson goes to another problem: a control
"""


def votes(
    task: Task, completions: Rows, group: int
) -> tuple[Int[np.ndarray, " problems"], Bool[np.ndarray, " completions"]]:
    """The first completion that gives its group's commonest answer, and all that give it.

    Completions of a problem lie next to each other. One without an answer has no vote; where none has, the first
    completion is returned and none agrees. Of answers equally common the one given first wins.
    """
    found, words = answers_in(completions, task.vocabulary, task.answer_limit - 1)
    same = (words.reshape(-1, group, 1, words.shape[1]) == words.reshape(-1, 1, group, words.shape[1])).all(3)
    there = found.reshape(-1, group)
    count = (same & there[:, None, :]).sum(2) * there
    best = count.argmax(1)
    agrees = np.take_along_axis(same, best[:, None, None], 1)[:, 0] & there
    return np.arange(len(best)) * group + best, (agrees & there.any(1, keepdims=True)).ravel()


def chosen(
    task: Task, prompts: Rows, completions: Rows, group: int, choice: Choice, random: np.random.Generator
) -> Verified:
    """The completions to learn from, with a prompt for each; `prompts` holds one row for each completion."""
    kept = votes(task, completions, group)[1] if choice == "voted" else task.correct(prompts, completions)
    asked, said = prompts[kept], completions[kept]
    if choice == "shuffled":
        said = said[random.permutation(len(said))]
    return Verified(asked, said, float(kept.mean()))
