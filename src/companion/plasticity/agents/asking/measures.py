"""How close an agent comes to Bayes, what its questions are worth, its prior, and what a probe reads in it."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from transformers import LlamaForCausalLM

from companion.plasticity.agents.asking.episodes import Asker, converse, says_yes
from companion.plasticity.agents.asking.training import covered
from companion.plasticity.agents.asking.world import (
    PREVAILING,
    STANCES,
    TRAINED_QUALITIES,
    VIEWS,
    Conditions,
    drawn,
    liking,
)

DECIDED = 0.02
"""Bayes has an opinion where it is at least so far from a half."""


class Behavior(NamedTuple):
    """Means over conversations."""

    agreement: float  # answers that are those of Bayes, where Bayes has an opinion
    right: float  # the probability of the answer that agrees with the hidden view
    reachable: float  # how often Bayes would be right after the same replies: what the context is worth
    distance: float  # total variation between the agent's answer and Bayes
    covered: float  # different traits among the questions


def behavior(
    model: LlamaForCausalLM,
    of: Conditions,
    count: int,
    random: np.random.Generator,
    *,
    asker: Asker = "agent",
    allowed: np.ndarray = TRAINED_QUALITIES,
) -> Behavior:
    """Converse about cases of these conditions, and hold the answers against Bayes with the true prior."""
    cases = drawn(count, of, random)
    episodes = converse(model, cases, random, asker=asker, allowed=allowed)
    says, exact = says_yes(model, episodes), liking(episodes.believed(of.strength), cases.target)
    liked = STANCES[cases.view, cases.target] > 0
    decided = np.abs(exact - 0.5) > DECIDED
    return Behavior(
        agreement=float(((says > 0.5) == (exact > 0.5))[decided].mean()) if decided.any() else 0.5,
        right=float(np.where(liked, says, 1 - says).mean()),
        reachable=float(np.maximum(exact, 1 - exact).mean()),
        distance=float(np.abs(says - exact).mean()),
        covered=covered(episodes.asked),
    )


def unasked(model: LlamaForCausalLM, count: int, random: np.random.Generator) -> float:
    """The probability of the prevailing answer when nothing was asked."""
    cases = drawn(count, Conditions(), random)
    says = says_yes(model, converse(model, cases, random, questions=0))
    return float(np.where(STANCES[PREVAILING[cases.topic], cases.target] > 0, says, 1 - says).mean())


class Probed(NamedTuple):
    """Traits of the hidden view that are read off, of four, as a share."""

    by_probe: float
    by_bayes: float  # what the exact posterior gets right on average


@torch.no_grad()
def probe(model: LlamaForCausalLM, count: int, random: np.random.Generator, ridge: float = 1.0) -> Probed:
    """Read the view off the residual streams at the last reply, all layers together, by ridge regression.

    Questions are at random, and the collaborator hardly errs; half of the conversations train the probe, half test it.
    """
    of = Conditions(collaborators=np.arange(1), strength=0.0)
    cases = drawn(count, of, random)
    episodes = converse(model, cases, random, asker="anything")
    layers = model(input_ids=episodes.tokens[:, :-2], output_hidden_states=True).hidden_states
    read = torch.cat([layer[:, -1] for layer in layers], 1).double().numpy()
    standard = (read - read.mean(0)) / (read.std(0) + 1e-6)
    inputs = np.concatenate([standard, np.ones((count, 1))], 1)
    traits, half = VIEWS[cases.view], count // 2
    fitted = _ridge(inputs[:half], traits[:half].astype(float), ridge)
    believed = episodes.believed(of.strength) @ (VIEWS > 0)
    return Probed(
        float((np.sign(inputs[half:] @ fitted) == traits[half:]).mean()),
        float(np.maximum(believed, 1 - believed).mean()),
    )


def _ridge(
    inputs: Float[np.ndarray, "rows features"], targets: Float[np.ndarray, "rows traits"], ridge: float
) -> Float[np.ndarray, "features traits"]:
    penalty = ridge * np.eye(inputs.shape[1])
    return np.linalg.solve(inputs.T @ inputs + penalty, inputs.T @ targets)
