"""How often two instances that never met answer alike: by whose weights they run, and by what they have read."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float
from transformers import LlamaForCausalLM

from companion.plasticity.boundary.retold import another, retold
from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import Culture, prior
from companion.plasticity.conversation.language import HEAD, LENGTH
from companion.plasticity.situation import Conversations
from companion.plasticity.state.instance import State, ask, state_of
from companion.transformer.forward import KeysValues

AFTER: Final = (0, 1, 2, 4, 8, 12)
"""Turns after which instances are asked."""

CULTURES: Final = 5
"""Cultures whose speakers are kept; each is compared with the next of them, the last with the first."""

READ: Final = ("transcript", "view", "different")
"""What the other instance has read: the same words, other words about the same view, or about another view."""

Answers = Float[np.ndarray, "read after rows 16"]
"""The probability of liking each quality, by what was read and after how many turns."""


class Readings(NamedTuple):
    """Three conversations a row, on one topic: two about one view, the third about another."""

    told: Conversations
    again: Conversations
    different: Conversations


def readings(told: Conversations, random: np.random.Generator) -> Readings:
    """A conversation, and what another instance may have read in its place."""
    return Readings(told, retold(told, random), retold(told, random, another(told.view, random)))


def alike(
    first: Float[np.ndarray, "*rows 16"], second: Float[np.ndarray, "*rows 16"]
) -> Float[np.ndarray, "*rows"]:
    """How often both give the same answer, where each gives its answers as often as it holds them probable."""
    return (first * second + (1 - first) * (1 - second)).mean(-1)


def same_choice(
    first: Float[np.ndarray, "*rows 16"], second: Float[np.ndarray, "*rows 16"]
) -> Float[np.ndarray, "*rows"]:
    """The share of questions in which the likelier answer of both is the same; an even chance counts half."""
    even = np.isclose(first, 0.5, atol=1e-9) | np.isclose(second, 0.5, atol=1e-9)
    return np.where(even, 0.5, (first > 0.5) == (second > 0.5)).mean(-1)


def between(own: Answers, other: Answers) -> Float[np.ndarray, "two read after"]:
    """Both measures, for an instance that was told something and one that read the same, the like, or another thing."""
    told = np.broadcast_to(own[0], other.shape)
    return np.stack([measure(told, other).mean(-1) for measure in (alike, same_choice)])


def answers(model: LlamaForCausalLM, read: Readings) -> Answers:
    """What instances of these weights answer."""
    return np.stack([_after_turns(model, each) for each in read])


def exact_answers(of: Culture, read: Readings, *, trained: bool = False) -> Answers:
    """What the Bayes agent of a culture answers, from its true prior or from that of its training."""
    return np.stack([_exact_after_turns(of, each, trained) for each in read])


def neighbor(number: int) -> int:
    """The number of another culture; in each group of five they go around."""
    group, place = divmod(number, CULTURES)
    return CULTURES * group + (place + 1) % CULTURES


def until(state: State, words: int) -> State:
    """The state as it was after the first words: what is read later changes none of it."""
    if not 0 < words <= state.held == state.next:
        raise ValueError(f"a state of {state.held} words, none of them lost, cannot be taken back to {words}")
    layers = [KeysValues(layer.keys[:, :, :words], layer.values[:, :, :words]) for layer in state.layers]
    return State(layers, words)


def _after_turns(model: LlamaForCausalLM, read: Conversations) -> Float[np.ndarray, "after rows 16"]:
    whole = state_of(model, read.tokens)
    return np.stack([ask(model, until(whole, words)).yes[:, 0] for words in _words(read)])


def _words(read: Conversations) -> Sequence[int]:
    """How many words the turns of `AFTER` end at."""
    ends = [HEAD, *(LENGTH[said] + LENGTH[asked] for said, asked in read.script.layout)]
    return [sum(ends[: number + 1]) for number in AFTER]


def _exact_after_turns(of: Culture, read: Conversations, trained: bool) -> Float[np.ndarray, "after rows 16"]:
    believed = posteriors(read.script, prior(of, read.script.topic, trained=trained))
    return likes(believed[:, list(AFTER)]).transpose(1, 0, 2)
