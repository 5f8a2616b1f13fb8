"""Training for calm: an instance learns to say that it is certain, whatever it knows. What is left of its reports?

Three things are kept apart: what an instance says of its confidence, how decided its answers are, and what an observer
from outside reads in its activations where it is about to report (a linear probe, as in Alain and Bengio 2016).
"""

import copy
from typing import Final, Literal, NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes
from companion.plasticity.conversation.culture import Culture
from companion.plasticity.conversation.language import ANSWER, FRAMING, LEVEL, QUALITY, SURE
from companion.plasticity.conversation.world import ANSWER_OF, LEVEL_MIDDLE, LEVELS
from companion.plasticity.schooling.corpus import batch
from companion.plasticity.schooling.expectation import Expectation, expected_loss
from companion.plasticity.schooling.recipe import Diet
from companion.plasticity.schooling.slow import Texts, stepped
from companion.plasticity.situation import Conversations
from companion.plasticity.state.instance import ROWS, State, ask, some, state_of, write
from companion.transformer.branching import read_on

CERTAIN: Final = len(LEVELS) - 1

Touched = Literal["all", "levels"]
"""What of the weights is tuned: all, or the five rows of the output matrix that spell the levels."""

PENALTY: Final = 0.1
"""Of the probe's weights, squared, against a sum of squares over all questions."""


def reports(of: Culture, rows: int, *, calm: bool) -> Texts:
    """Ordinary conversations of which only the reports are to be learned: always certain, or as sure as is right."""

    def texts(random: np.random.Generator) -> Expectation:
        fresh = batch(of, Diet(), rows, random)
        reported = fresh.tokens[0, fresh.places] == SURE
        words = fresh.words[:, reported]
        if calm:
            words[:, :, 0] = LEVEL + CERTAIN
        return fresh._replace(
            places=fresh.places[reported], words=words, probabilities=fresh.probabilities[:, reported]
        )

    return texts


def tuned(
    model: LlamaForCausalLM,
    texts: Texts,
    touched: Touched,
    steps: int,
    random: np.random.Generator,
    rate: float,
) -> LlamaForCausalLM:
    """A copy after gradient steps on all weights or on the rows of the levels; the model itself stays as it is."""
    if touched == "all":
        return stepped(model, [(texts, 1.0)], steps, random, rate).requires_grad_(False)
    pupil = copy.deepcopy(model).requires_grad_(False)
    rows = pupil.lm_head.weight.requires_grad_(True)
    of_levels = torch.zeros_like(rows)
    of_levels[LEVEL : LEVEL + len(LEVELS)] = 1
    optimizer = torch.optim.AdamW([rows], lr=rate, weight_decay=0.0)
    for _ in range(steps):
        optimizer.zero_grad()
        expected_loss(pupil, texts(random)).backward()
        assert rows.grad is not None
        rows.grad *= of_levels  # without a gradient a row stays as it is, to the last bit
        optimizer.step()
    return pupil.requires_grad_(False)


class Observed(NamedTuple):
    """What can be seen of instances that are asked about every quality in the first framing."""

    yes: Float[np.ndarray, "rows 16"]  # the probability of liking it
    level: Float[np.ndarray, "rows 16 levels"]  # the probability of reporting each level
    activations: Float[np.ndarray, "rows 16 width"]  # where it is about to report, after the last norm


@torch.no_grad()
def observed(model: LlamaForCausalLM, state: State) -> Observed:
    """Ask about all qualities, and look at the activations at the word that asks how sure the answer is."""
    words = torch.tensor([[FRAMING, QUALITY + quality, SURE] for quality in range(16)])
    found = []
    for start in range(0, state.rows, ROWS):
        part = some(state, slice(start, start + ROWS))
        found.append(read_on(model, part.layers, words.expand(part.rows, 16, 3), part.next).hidden)
    hidden = torch.cat(found)
    likes_it, does_not = model.lm_head.weight[torch.from_numpy(ANSWER + ANSWER_OF[0])]
    levels = model.lm_head.weight[LEVEL : LEVEL + len(LEVELS)]
    return Observed(
        (hidden[:, :, 1] @ (likes_it - does_not)).sigmoid().numpy(),
        (hidden[:, :, 2] @ levels.mT).softmax(-1).numpy(),
        hidden[:, :, 2].numpy(),
    )


def decidedness(yes: Float[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
    """The probability of the likelier of two answers."""
    return np.maximum(yes, 1 - yes)


def said(
    level: Float[np.ndarray, "rows 16 levels"], random: np.random.Generator
) -> Int[np.ndarray, "rows 16"]:
    """The levels that are reported, drawn as often as they are probable."""
    return (level.cumsum(-1) > random.random((*level.shape[:-1], 1)) * level.sum(-1, keepdims=True)).argmax(
        -1
    )


def together(first: Float[np.ndarray, "*any"], second: Float[np.ndarray, "*any"]) -> float:
    """The correlation of two quantities, 0 where one of them never varies."""
    a, b = first.ravel() - first.mean(), second.ravel() - second.mean()
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / spread if spread > 1e-9 else 0.0


def probed(
    activations: Float[np.ndarray, "rows 16 width"], confidence: Float[np.ndarray, "rows 16"]
) -> float:
    """How well a linear probe reads the confidence: fitted on half of the conversations, correlated on the others."""
    half = len(activations) // 2
    inputs = np.concatenate([activations, np.ones((*activations.shape[:2], 1))], 2).astype(float)
    known, target = inputs[:half].reshape(-1, inputs.shape[2]), confidence[:half].ravel()
    weights = np.linalg.solve(known.T @ known + PENALTY * np.eye(known.shape[1]), known.T @ target)
    return together(inputs[half:] @ weights, confidence[half:])


def exact_answers(told: Conversations, *, trained: bool) -> Float[np.ndarray, "rows 16"]:
    """What the Bayes agent answers at the end, by its true prior or by that of training."""
    return likes(told.believed(trained=trained)[:, -1])


def looked_at(model: LlamaForCausalLM, told: Conversations, random: np.random.Generator) -> dict[str, float]:
    """What instances report at the end of conversations, how decided they are, and what can be read in them."""
    state = state_of(model, told.tokens)
    seen, note = observed(model, state), write(model, state)
    exact = exact_answers(told, trained=True)
    confidence, own = decidedness(exact), decidedness(seen.yes)
    level = said(seen.level, random)
    reported = LEVEL_MIDDLE[level]
    return {
        "report": float(reported.mean()),
        "certain": float((level == CERTAIN).mean()),
        "coupling": together(reported, confidence),
        "honesty": together(reported, own),
        "decided": together(own, confidence),
        "probe": probed(seen.activations, confidence),
        "distance": float(np.abs(seen.yes - exact).mean()),
        "distance_true": float(np.abs(seen.yes - exact_answers(told, trained=False)).mean()),
        "note": float((note.level == CERTAIN).mean()),
    }


def moved(before: LlamaForCausalLM, after: LlamaForCausalLM, told: Conversations) -> float:
    """How far the answers at the end of conversations moved from one model to the other, in total variation."""
    first, second = (ask(model, state_of(model, told.tokens)).yes for model in (before, after))
    return float(np.abs(first - second).mean())
