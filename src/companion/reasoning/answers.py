"""How often a policy is right: with a trace, without one, and in so many tries."""

from collections.abc import Sequence
from math import lgamma

import numpy as np
from jaxtyping import Bool, Float, Int
from transformers import LlamaForCausalLM

from companion.reasoning.rollouts import Opening, completed
from companion.reasoning.task import Rows, Task


def accuracy(
    model: LlamaForCausalLM,
    task: Task,
    prompts: Rows,
    random: np.random.Generator,
    *,
    opening: Opening = "free",
    copies: int = 1,
    temperature: float = 1.0,
) -> float:
    """The share of right completions."""
    right = tries(model, task, prompts, random, opening=opening, copies=copies, temperature=temperature)
    return float(right.mean())


def tries(
    model: LlamaForCausalLM,
    task: Task,
    prompts: Rows,
    random: np.random.Generator,
    *,
    opening: Opening = "free",
    copies: int = 1,
    temperature: float = 1.0,
) -> Bool[np.ndarray, "problems copies"]:
    """Which of `copies` completions of each problem are right."""
    found = completed(model, task, prompts, random, opening=opening, copies=copies, temperature=temperature)
    return task.correct(prompts.repeat(copies, 0), found).reshape(-1, copies)


def pass_at_k(
    right: Bool[np.ndarray, "problems tries"], ks: Sequence[int]
) -> Float[np.ndarray, "problems ks"]:
    """For each problem the chance that k of the tries, at random and without repetition, hold a right one.

    The unbiased estimator of Chen et al. (2021, section 2.1).
    """
    count, hits = right.shape[1], right.sum(1)
    if max(ks) > count:
        raise ValueError(f"pass@{max(ks)} needs at least as many tries, not {count}")
    missed = np.zeros((len(right), len(ks)))
    for j, k in enumerate(ks):
        for i, c in enumerate(hits.tolist()):
            if count - c >= k:
                missed[i, j] = np.exp(_log_choose(count - c, k) - _log_choose(count, k))
    return 1 - missed


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def pass_by_guessing(chances: Float[np.ndarray, " problems"], ks: Sequence[int]) -> Float[np.ndarray, " ks"]:
    """What uniform guesses reach: the mean over problems of 1 - (1 - chance)^k."""
    return (1 - (1 - chances[:, None]) ** np.array(ks)).mean(0)


def lengths_of(completions: Rows, pad: int) -> Int[np.ndarray, " rows"]:
    """Tokens of each completion, the end included."""
    return (completions != pad).sum(1)
