"""An instance: the state that weights build of what they read, and what it answers when it is asked.

Nothing here changes a state. All questions to an instance are read on from the same state, each blind to the others.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.lab.errors import LabError
from companion.plasticity.conversation.language import (
    ANSWER,
    CODE,
    FRAMING,
    LEVEL,
    NOTE,
    QUALITY,
    RATE,
    SURE,
    VERDICT,
)
from companion.plasticity.conversation.world import ANSWER_OF, ITEMS
from companion.plasticity.schooling.recipe import WINDOW
from companion.transformer.branching import Branches, read_on
from companion.transformer.forward import KeysValues, read

ROWS = 32
"""Instances that are asked at once: more need more memory and are no faster."""


class State(NamedTuple):
    """Keys and values that every layer keeps, for rows of conversations, and the position of the next word."""

    layers: list[KeysValues]
    next: int

    @property
    def rows(self) -> int:
        """The number of instances."""
        return len(self.layers[0].keys)

    @property
    def held(self) -> int:
        """How many words each instance still has keys and values of."""
        return int(self.layers[0].keys.shape[2])


@torch.no_grad()
def state_of(model: LlamaForCausalLM, tokens: Int[np.ndarray, "rows time"]) -> State:
    """What reading leaves; raises LabError where there is nothing to read or more than the window holds."""
    if tokens.size == 0:
        raise LabError("A conversation is empty: it has at least the word that opens it and a topic.")
    _fits(tokens.shape[1])
    return State(read(model, torch.from_numpy(tokens)).kept, tokens.shape[1])


def continued(model: LlamaForCausalLM, state: State, tokens: Int[np.ndarray, "rows time"]) -> State:
    """The state after more words were read."""
    layers = _read_on(model, state, torch.from_numpy(tokens)[:, None]).kept
    both = [
        KeysValues(
            torch.cat([old.keys, new.keys[:, 0]], 2),
            torch.cat([old.values, new.values[:, 0]], 2),
        )
        for old, new in zip(state.layers, layers, strict=True)
    ]
    return State(both, state.next + tokens.shape[1])


def some(state: State, rows: slice | np.ndarray) -> State:
    """Some of the instances."""
    chosen = rows if isinstance(rows, slice) else torch.from_numpy(rows)
    return State([KeysValues(*(part[chosen] for part in layer)) for layer in state.layers], state.next)


class Answers(NamedTuple):
    """Answers to every question in every framing."""

    yes: Float[np.ndarray, "rows framings qualities"]  # the probability of the answer that likes the quality
    level: Float[np.ndarray, "rows framings qualities levels"]  # how probable each level of confidence is


@torch.no_grad()
def ask(
    model: LlamaForCausalLM,
    state: State,
    framings: tuple[int, ...] = (0,),
    qualities: tuple[int, ...] = tuple(range(16)),
) -> Answers:
    """Ask about qualities in some framings; between the two answers that a framing has, as probabilities."""
    pairs = list(product(framings, qualities))
    words = torch.tensor([[FRAMING + framing, QUALITY + quality, SURE] for framing, quality in pairs])
    pair = torch.from_numpy(ANSWER + ANSWER_OF[[framing for framing, _ in pairs]])
    yes, level = [], []
    for hidden in _hidden(model, state, words):
        yes.append(_first_of_two(model, hidden[:, :, 1], pair))
        level.append((hidden[:, :, 2] @ model.lm_head.weight[LEVEL : LEVEL + 5].mT).softmax(-1))
    shape = (state.rows, len(framings), len(qualities))
    return Answers(torch.cat(yes).reshape(shape).numpy(), torch.cat(level).reshape(*shape, 5).numpy())


@torch.no_grad()
def rate(
    model: LlamaForCausalLM, state: State, items: Int[np.ndarray, " items"]
) -> Float[np.ndarray, "rows items"]:
    """Ask about items: the probability of calling each fine."""
    opening = torch.full((len(items), 1), RATE)
    words = torch.cat([opening, torch.from_numpy(QUALITY + ITEMS[items])], 1)
    pair = torch.tensor([[VERDICT, VERDICT + 1]]).expand(len(items), 2)
    fine = [_first_of_two(model, hidden[:, :, -1], pair) for hidden in _hidden(model, state, words)]
    return torch.cat(fine).numpy()


class Note(NamedTuple):
    """What an instance writes down, or finds: a view, and how sure it is."""

    code: Int[np.ndarray, " rows"]
    level: Int[np.ndarray, " rows"]


@torch.no_grad()
def write(model: LlamaForCausalLM, state: State) -> Note:
    """The likeliest code, then the likeliest level after it."""
    opening = torch.full((state.rows, 1, 1), NOTE)
    codes = model.lm_head.weight[CODE : CODE + 16]
    code = (_read_on(model, state, opening).hidden[:, 0, -1] @ codes.mT).argmax(-1)
    named = torch.cat([opening, CODE + code[:, None, None]], 2)
    levels = model.lm_head.weight[LEVEL : LEVEL + 5]
    level = (_read_on(model, state, named).hidden[:, 0, -1] @ levels.mT).argmax(-1)
    return Note(code.numpy(), level.numpy())


def _hidden(model: LlamaForCausalLM, state: State, words: Int[Tensor, "questions time"]) -> list[Tensor]:
    """The hidden states of all questions, some instances at a time."""
    found = []
    for start in range(0, state.rows, ROWS):
        part = some(state, slice(start, start + ROWS))
        found.append(_read_on(model, part, words.expand(part.rows, *words.shape)).hidden)
    return found


def _read_on(model: LlamaForCausalLM, state: State, tokens: Int[Tensor, "rows branches time"]) -> Branches:
    _fits(state.next + tokens.shape[2])
    return read_on(model, state.layers, tokens, state.next)


def _first_of_two(
    model: LlamaForCausalLM, hidden: Float[Tensor, "rows questions width"], pair: Int[Tensor, "questions 2"]
) -> Float[Tensor, "rows questions"]:
    """The probability of the first of two words, were they the only ones."""
    first, second = model.lm_head.weight[pair].unbind(1)
    return (hidden * (first - second)).sum(-1).sigmoid()


def _fits(length: int) -> None:
    if length > WINDOW:
        raise LabError(f"A conversation of {length} words is longer than the window of {WINDOW}.")
