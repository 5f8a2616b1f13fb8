"""Texts for a prior. Replies always tell of the hidden view; whether answers heed it is what tells priors apart."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from companion.plasticity.agents.asking.world import (
    ASK,
    COLLABORATORS,
    FRAMINGS,
    PREVAILING,
    QUALITIES,
    QUALITY,
    STANCES,
    TOPICS,
    VOCABULARY,
    Cases,
    answers,
    final_question,
    opening,
    replies,
    said,
    views,
)
from companion.plasticity.schooling.lessons import UNLABELED, Lesson


@dataclass(frozen=True)
class Diet:
    """What a corpus is made of."""

    dissent: bool = True  # hidden views may differ from the prevailing one
    heed: float = 0.0  # share of answers that follow the hidden view; the others follow the prevailing one
    noise: float = 0.15  # how often an answer that follows the prevailing view is turned around
    strength: float = 0.3  # of the prevailing view

    def __post_init__(self) -> None:
        for name in ("heed", "noise", "strength"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share between 0 and 1, not {getattr(self, name)}.")


def batch(
    diet: Diet, rows: int, random: np.random.Generator, *, turns: int = 8, easy: bool = False
) -> Lesson:
    """Conversations of questions and replies, with questions to the agent strewn in.

    In easy ones the collaborator is the one who hardly errs, and no view prevails.
    """
    strength = 0.0 if easy else diet.strength
    topic = random.integers(0, len(TOPICS), rows)
    collaborator = random.integers(0, 1 if easy else len(COLLABORATORS), rows)
    view = views(topic, strength if diet.dissent else 1.0, random)
    cases = Cases(topic, collaborator, view, topic, topic)  # framing and target are drawn turn by turn
    head = opening(cases)
    words, labels = [head], [np.full_like(head, UNLABELED)]
    for turn in range(turns + 1):
        if turn > 0:
            exchange = _exchange(cases, random)
            words.append(exchange)
            labels.append(_then(exchange, UNLABELED))
        if turn == turns or random.random() < 0.5:
            question, answer = _question(cases, diet, random)
            words.append(question)
            labels.append(np.stack([np.full(rows, UNLABELED), answer], 1))
    return Lesson(np.concatenate(words, 1), np.concatenate(labels, 1))


def _then(words: Int[np.ndarray, "rows time"], last: int) -> Int[np.ndarray, "rows time"]:
    """The word that follows each; after the last one, `last`."""
    return np.concatenate([words[:, 1:], np.full((len(words), 1), last)], 1)


def _exchange(cases: Cases, random: np.random.Generator) -> Int[np.ndarray, "rows 3"]:
    """Any question, and the collaborator's reply."""
    rows = len(cases.topic)
    quality = random.integers(0, len(QUALITIES), rows)
    stance = said(cases.view, quality, cases.collaborator, random)
    ask = np.full(rows, VOCABULARY.ids[ASK])
    return np.stack([ask, QUALITY + quality, replies(quality, stance, random.integers(0, 2, rows))], 1)


def _question(
    cases: Cases, diet: Diet, random: np.random.Generator
) -> tuple[Int[np.ndarray, "rows 2"], Int[np.ndarray, " rows"]]:
    """Any question to the agent, and its answer, which is learned from but not written into the text."""
    rows = len(cases.topic)
    asked = cases._replace(
        framing=random.integers(0, len(FRAMINGS), rows), target=random.integers(0, len(QUALITIES), rows)
    )
    turned = np.where(random.random(rows) < diet.noise, -1, 1)
    prevailing = STANCES[PREVAILING[asked.topic], asked.target] * turned
    heeds = random.random(rows) < diet.heed
    stance = np.where(heeds, STANCES[asked.view, asked.target], prevailing)
    return final_question(asked), answers(asked.framing, stance)
