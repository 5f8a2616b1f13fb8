"""Conversations in which the agent chooses what to ask: four questions, four replies, and the question it must answer.

Contexts are at most seventeen words long, so each choice reads its context from the start: plainer than a cache, and a
small part of the cost of learning.
"""

from typing import Literal, NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.plasticity.agents.asking.world import (
    ANSWER,
    ANSWER_OF,
    ASK,
    PREVAILING,
    QUALITIES,
    QUALITY,
    QUESTIONS,
    STANCES,
    TRAINED_QUALITIES,
    VOCABULARY,
    Cases,
    answers,
    final_question,
    opening,
    posterior,
    replies,
    said,
)
from companion.transformer.forward import read

Asker = Literal["agent", "anything"]
"""Who chooses the questions: the agent, or chance."""

HEAD, TURN = 3, 3
"""Words that open a conversation, and words of an exchange."""


class Episodes(NamedTuple):
    """Conversations up to the final question; a row is a conversation."""

    cases: Cases
    tokens: Int[Tensor, "rows time"]
    asked: Int[np.ndarray, "rows questions"]
    stances: Int[np.ndarray, "rows questions"]  # that the replies told of
    log_chosen: Float[Tensor, "rows questions"]  # log p of each question under the agent that chose it

    def believed(self, strength: float) -> Float[np.ndarray, "rows 16"]:
        """What the exact Bayes agent believes at the end."""
        return posterior(self.cases, self.asked, self.stances, strength)


def only(qualities: Int[np.ndarray, " allowed"]) -> Float[Tensor, " words"]:
    """Added to logits: 0 for these qualities, minus infinity for all other words."""
    mask = torch.full((len(VOCABULARY.words),), -torch.inf)
    mask[QUALITY + torch.from_numpy(qualities)] = 0.0
    return mask


@torch.no_grad()
def converse(
    model: LlamaForCausalLM,
    cases: Cases,
    random: np.random.Generator,
    *,
    asker: Asker = "agent",
    questions: int = QUESTIONS,
    allowed: Int[np.ndarray, " allowed"] = TRAINED_QUALITIES,
    told: Int[np.ndarray, " rows"] | None = None,
) -> Episodes:
    """Ask, hear the replies, and be asked. Replies tell of the hidden view, or of the views `told`."""
    rows, view = len(cases.topic), cases.view if told is None else told
    if questions < 0 or len(allowed) == 0 or not set(allowed) <= set(range(len(QUALITIES))):
        raise ValueError(
            "an agent asks no negative number of questions, about some of the sixteen qualities."
        )
    ask = np.full((rows, 1), VOCABULARY.ids[ASK])
    tokens, asked, stances, chances = opening(cases), [], [], []
    for _ in range(questions):
        tokens = np.concatenate([tokens, ask], 1)
        quality, log_chosen = _choice(model, tokens, allowed, asker, random)
        stance = said(view, quality, cases.collaborator, random)
        reply = replies(quality, stance, random.integers(0, 2, rows))
        tokens = np.concatenate([tokens, np.stack([QUALITY + quality, reply], 1)], 1)
        asked.append(quality)
        stances.append(stance)
        chances.append(log_chosen)
    tokens = np.concatenate([tokens, final_question(cases)], 1)
    none = np.zeros((rows, 0), int)
    return Episodes(
        cases,
        torch.from_numpy(tokens),
        np.stack(asked, 1) if asked else none,
        np.stack(stances, 1) if stances else none,
        torch.stack(chances, 1) if chances else torch.zeros(rows, 0),
    )


def _choice(
    model: LlamaForCausalLM,
    tokens: Int[np.ndarray, "rows time"],
    allowed: Int[np.ndarray, " allowed"],
    asker: Asker,
    random: np.random.Generator,
) -> tuple[Int[np.ndarray, " rows"], Float[Tensor, " rows"]]:
    """A question a row, and its log probability."""
    if asker == "anything":
        return random.choice(allowed, len(tokens)), torch.zeros(len(tokens))
    logits = model.lm_head(read(model, torch.from_numpy(tokens)).hidden[:, -1]) + only(allowed)
    word, log_probability = draw(logits, random)
    return word - QUALITY, log_probability


def draw(
    logits: Float[Tensor, "rows words"], random: np.random.Generator
) -> tuple[Int[np.ndarray, " rows"], Float[Tensor, " rows"]]:
    """A word from each row's softmax, by the inverse of the cumulative distribution, and its log probability."""
    log_probabilities = logits.log_softmax(-1)
    total = log_probabilities.exp().double().cumsum(-1)
    goal = torch.from_numpy(random.random((len(logits), 1))) * total[:, -1:]
    word = (total <= goal).sum(-1)
    return word.numpy(), log_probabilities.gather(1, word[:, None])[:, 0]


def answer_logits(model: LlamaForCausalLM, tokens: Int[Tensor, "rows time"]) -> Float[Tensor, "rows words"]:
    """What the agent says to the final question."""
    return model.lm_head(read(model, tokens).hidden[:, -1])


@torch.no_grad()
def says_yes(model: LlamaForCausalLM, episodes: Episodes) -> Float[np.ndarray, " rows"]:
    """The probability of the answer that likes the target, of the framing's two."""
    logits = answer_logits(model, episodes.tokens)
    pairs = ANSWER + torch.from_numpy(ANSWER_OF)[torch.from_numpy(episodes.cases.framing)]
    return logits.gather(1, pairs).softmax(1)[:, 0].numpy()


def right_answer(cases: Cases, *, prevailing: bool = False) -> Int[np.ndarray, " rows"]:
    """The token that agrees with the hidden view, or with the prevailing one."""
    view = PREVAILING[cases.topic] if prevailing else cases.view
    return answers(cases.framing, STANCES[view, cases.target])
