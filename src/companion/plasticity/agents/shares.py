"""How much of behavior is the weights, how much is the context, and how much is neither alone.

The same conversations are put before several models, and every answer is a cell of a table of models by conversations.
Its variance is split as in a two-way analysis without replication, with the unbiased estimates of variance components
from mean squares. Without that correction mere noise would pass for one of the two.
"""

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Probe
from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import Culture, culture, prior
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import Script, first
from companion.plasticity.schooling.kept import speaker
from companion.plasticity.situation import drawn
from companion.plasticity.state.instance import ask, state_of

CULTURES: Final = 5
"""Cultures whose speakers are kept."""
STRENGTHS: Final = {"open": 0.0, "strong": 0.9}
"""How often what prevails on a topic is held."""
AFTER: Final = (0, 1, 2, 4, 8, 12)
"""Turns after which the answers are compared."""

Table = Float[np.ndarray, "models rows questions"]


class Split(NamedTuple):
    """Components of variance; one that is estimated below zero stays so."""

    weights: float
    context: float
    both: float  # what a conversation does to one model and not to another


def split(answers: Table) -> Split:
    """The components of the variance of answers to the same questions, averaged over questions."""
    models, rows, _ = answers.shape
    by_model, by_row = answers.mean(1, keepdims=True), answers.mean(0, keepdims=True)
    mean = answers.mean((0, 1), keepdims=True)
    rest = answers - by_model - by_row + mean
    square_models = rows * ((by_model - mean) ** 2).sum((0, 1)) / (models - 1)
    square_rows = models * ((by_row - mean) ** 2).sum((0, 1)) / (rows - 1)
    square_rest = (rest**2).sum((0, 1)) / ((models - 1) * (rows - 1))
    return Split(
        float((square_models - square_rest).mean()) / rows,
        float((square_rows - square_rest).mean()) / models,
        float(square_rest.mean()),
    )


def within_topics(answers: Table, topic: np.ndarray) -> Split:
    """The mean of the splits of each topic: what a topic makes of answers is no context.

    A topic of a single conversation has nothing to split.
    """
    topics, counts = np.unique(topic, return_counts=True)
    parts = [split(answers[:, topic == each]) for each in topics[counts > 1]]
    return Split(*np.mean(parts, axis=0).tolist())


def answered(models: list[LlamaForCausalLM], script: Script) -> Float[np.ndarray, "turns models rows 16"]:
    """What every model answers after some of the turns."""
    read = [worded(first(script, number)) for number in AFTER]
    return np.array([[ask(model, state_of(model, tokens)).yes[:, 0] for model in models] for tokens in read])


def exactly(
    cultures: list[Culture], script: Script, *, trained: bool = False
) -> Float[np.ndarray, "turns cultures rows 16"]:
    """What Bayes answers who has the prior of each culture."""
    believed = [posteriors(script, prior(of, script.topic, trained=trained)) for of in cultures]
    return np.array([[likes(each[:, number]) for each in believed] for number in AFTER])


def of_two_cultures(probe: Probe, streams: Streams, rows: int) -> dict[str, float | np.ndarray]:
    """Splits by turns on open and strong topics, among seeds of a culture and between it and the next one.

    Speakers of two cultures are compared in pairs of one each, so that neither share counts seeds for cultures.
    """
    pair = culture(streams.root), culture((streams.root + 1) % CULTURES)
    ours, theirs = (
        [speaker(probe.schooling, of.number, seed) for seed in range(probe.speakers)] for of in pair
    )
    found: dict[str, float | np.ndarray] = {}
    for name, strength in STRENGTHS.items():
        given = drawn(pair[0], replace(ARMS["told"], strength=strength), rows, streams.numpy(name))
        answers, exact = answered([*ours, *theirs], given.script), exactly(list(pair), given.script)
        topic, seeds = given.script.topic, len(ours)
        same = [within_topics(each[:seeds], topic) for each in answers]
        other = [
            np.mean([within_topics(each[[seed, seeds + seed]], topic) for seed in range(seeds)], 0)
            for each in answers
        ]
        bayes = [within_topics(each, topic) for each in exact]
        for kind, parts in {"same": same, "other": other}.items():
            found[f"split_{name}_{kind}"] = np.array(parts)
            for part, value in zip(Split._fields, np.array(parts)[-1] / np.sum(parts[-1]), strict=True):
                found[f"{part}_{name}_{kind}"] = float(value)
        found[f"bayes_split_{name}_other"] = np.array(bayes)
    return found
