"""The model at work on many streams at once. What it may read is all that tells one kind of agent from another.

Every action reads its context anew, from the first word to the last: a window that slides over a cache of keys and
values would not forget, because what lies in the window was computed from what lies before it.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import LlamaForCausalLM

from companion.plasticity.agents.ledger.planner import plan, readable
from companion.plasticity.agents.ledger.world import (
    CELLS,
    DONE,
    FACT,
    LOOK,
    NOTE,
    VOCABULARY,
    Episode,
    Place,
    respond,
)
from companion.transformer.forward import read

Words = list[int]

QUESTION: Final = 3
"""Words of a question, the last ones of a context in which it is pending."""


class Played(NamedTuple):
    """What came of streams. A row is an episode; questions that were not reached have earned nothing."""

    contexts: list[Words]  # all that was said, or all that is left of it
    earned: Float[np.ndarray, "rows questions"]  # rewards, look-ups paid for
    right: Int[np.ndarray, "rows questions"]
    agrees: float  # share of actions that the planner would take in the same context


def beginnings(episodes: Sequence[Episode]) -> list[Words]:
    """Contexts with nothing but the first question."""
    return [of.question(0) for of in episodes]


def chosen(model: LlamaForCausalLM | None, contexts: Sequence[Words], pairs: np.ndarray) -> list[int]:
    """The likeliest action in each context; the planner's where there is no model."""
    if model is None:
        return [plan(context, pair) for context, pair in zip(contexts, pairs, strict=True)]
    return (LOOK + last_logits(model, contexts)[:, LOOK:FACT].argmax(1)).tolist()


@torch.no_grad()
def last_logits(model: LlamaForCausalLM, contexts: Sequence[Words]) -> Float[Tensor, "rows words"]:
    """What the model would say next."""
    lengths = [len(context) for context in contexts]
    if min(lengths) < 1:
        raise ValueError("a context without any word gives the model nothing to read.")
    rows = torch.full((len(contexts), max(lengths)), VOCABULARY.pad)
    for row, context in zip(rows, contexts, strict=True):
        row[: len(context)] = torch.tensor(context)
    hidden = read(model, rows).hidden
    return model.lm_head(hidden[torch.arange(len(rows)), torch.tensor(lengths) - 1])


def play(
    model: LlamaForCausalLM | None,
    episodes: Sequence[Episode],
    contexts: Sequence[Words] | None = None,
    *,
    first: int = 0,
    last: int | None = None,
    window: int | None = None,
    forgets: bool = False,
) -> Played:
    """Work through the questions from `first` to before `last`, each stream from its context (or from an empty one).

    With a `window` the agent reads so many last words; one that `forgets` loses its context at each question. Without a
    model it is the planner who works.
    """
    if window is not None and window < QUESTION:
        raise ValueError(f"a window holds at least the {QUESTION} words of a question, not {window}.")
    count = len(episodes[0].pairs)
    last = count if last is None else last
    held = [list(context) for context in (beginnings(episodes) if contexts is None else contexts)]
    places = [Place(first) for _ in episodes]
    earned, right = np.zeros((len(held), count)), np.zeros((len(held), count), int)
    agreed, actions = 0, 0
    while working := [row for row, place in enumerate(places) if place.number < last]:
        pairs = np.array([episodes[row].pairs[places[row].number] for row in working])
        views = [held[row] if window is None else held[row][-window:] for row in working]
        wanted = chosen(None, views, pairs)
        for row, best, action in zip(working, wanted, chosen(model, views, pairs), strict=True):
            before = places[row].number
            outcome = respond(episodes[row], places[row], action)
            earned[row, before] += outcome.reward
            right[row, before] += outcome.reward == 1
            places[row] = outcome.place
            held[row] += [action, *outcome.words]
            if forgets and outcome.place.number not in (before, count):
                held[row] = held[row][-QUESTION:]
            agreed, actions = agreed + (best == action), actions + 1
    return Played(held, earned, right, agreed / max(actions, 1))


def without_memory(contexts: Sequence[Words]) -> list[Words]:
    """The pending questions alone."""
    return [context[-QUESTION:] for context in contexts]


def exchanged(contexts: Sequence[Words]) -> list[Words]:
    """Each stream's pending question after the context of the next stream."""
    donors = [*contexts[1:], contexts[0]]
    return [donor[:-QUESTION] + context[-QUESTION:] for donor, context in zip(donors, contexts, strict=True)]


def noted(contexts: Sequence[Words], notes: Sequence[Words], facts: int) -> list[Words]:
    """The pending questions after the first few facts of notes."""
    return [note[:facts] + context[-QUESTION:] for note, context in zip(notes, contexts, strict=True)]


def written_notes(model: LlamaForCausalLM, contexts: Sequence[Words]) -> list[Words]:
    """What the model writes when it is asked for a note before the pending question: facts alone."""
    held = [[*context[:-QUESTION], VOCABULARY.ids[NOTE]] for context in contexts]
    notes: list[Words] = [[] for _ in held]
    going = list(range(len(held)))
    for _ in range(CELLS + 1):
        if not going:
            break
        words = last_logits(model, [held[row] for row in going]).argmax(1).tolist()
        for row, word in zip(going, words, strict=True):
            held[row].append(word)
            notes[row].append(word)
        going = [row for row in going if held[row][-1] != VOCABULARY.ids[DONE]]
    return [[word for word in note if word in FACTS] for note in notes]


FACTS = range(FACT, VOCABULARY.ids["hm"])
"""The words that say what a cell holds."""


def answers_of(
    contexts: Sequence[Words], episodes: Sequence[Episode], number: int, actions: Sequence[int]
) -> tuple[int, int]:
    """How many first actions on a question are the answer that the context implies, and how many contexts imply one."""
    decided = [
        (plan(context, of.pairs[number]), action)
        for context, of, action in zip(contexts, episodes, actions, strict=True)
        if set(map(int, of.pairs[number])) <= set(readable(context))
    ]
    return sum(best == action for best, action in decided), len(decided)
