"""What one instance leaves to the next: nothing, a note of a few sentences, a code, all that was said, or its state."""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import Culture, prior
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import Casting, Layout, Script, improvised, rows, turns
from companion.plasticity.conversation.world import TRAIT_OF, TRAITS, VOICES
from companion.plasticity.situation import Conversations
from companion.plasticity.state.instance import State, ask, some, state_of, write

SENTENCES: Final = (1, 2, 4, 8)
"""How many sentences a note has."""

CODE: Layout = (("found", "nothing"),)

Answers = Float[np.ndarray, "rows 16"]
"""The probability of liking each quality."""


class Left(NamedTuple):
    """What an instance leaves behind, and what it would have answered."""

    answers: Answers
    texts: dict[str, Script]  # by what they are, on the topic that the next instance is asked about
    state: State


def left_by(
    writer: LlamaForCausalLM,
    told: Conversations,
    author: str,
    random: np.random.Generator,
    *,
    exchanged: bool = False,
) -> Left:
    """All that a writer leaves, its notes signed by an author; exchanged, each row finds what another has left."""
    state = state_of(writer, told.tokens)
    answers, code = ask(writer, state).yes[:, 0], write(writer, state)
    found = random.permutation(state.rows) if exchanged else np.arange(state.rows)
    topic, yes = told.script.topic, answers[found]
    texts = {
        "nothing": _script(topic, (), author, random),
        **{f"note_{number}": note(topic, yes, number, author, random) for number in SENTENCES},
        "code": _script(topic, CODE, author, random)._replace(
            code=code.code[found, None], level=code.level[found, None]
        ),
        "transcript": rows(told.script, found)._replace(topic=topic),
    }
    return Left(answers, texts, some(state, found))


def note(
    topic: Int[np.ndarray, " rows"], yes: Answers, number: int, author: str, random: np.random.Generator
) -> Script:
    """Sentences that state the surest answers, in an author's voice."""
    quality = surest(yes, number)
    stance = np.where(np.take_along_axis(yes, quality, 1) > 0.5, 1, -1)
    return _script(topic, turns(number, "say", "nothing"), author, random)._replace(
        quality=quality, stance=stance
    )


def surest(yes: Answers, number: int) -> Int[np.ndarray, "rows number"]:
    """The qualities whose answers are surest; before any trait has its second, each has its first."""
    sure = np.abs(yes - 0.5)
    of_trait = np.arange(TRAITS)[:, None] == TRAIT_OF
    best = np.where(of_trait, sure[:, None], -1.0).argmax(2)  # rows traits
    ahead: Bool[np.ndarray, "rows 16"] = np.zeros(sure.shape, bool)
    np.put_along_axis(ahead, best, True, 1)
    return np.argsort(-(sure + ahead), 1, kind="stable")[:, :number]


def rebuilt(reader: LlamaForCausalLM, left: Left) -> dict[str, Answers]:
    """What a fresh instance answers after it has read each of the texts, or goes on from the state itself."""
    read = {name: ask(reader, state_of(reader, worded(text))).yes[:, 0] for name, text in left.texts.items()}
    return {**read, "state": ask(reader, left.state).yes[:, 0]}


def exactly_rebuilt(of: Culture, left: Left, *, trained: bool = False) -> dict[str, Answers]:
    """What the Bayes agent of a culture answers after each of the texts, by its true prior or that of its training."""
    before = prior(of, left.texts["nothing"].topic, trained=trained)
    return {name: likes(posteriors(text, before)[:, -1]) for name, text in left.texts.items()}


def mended(with_it: float, without: float) -> float:
    """The share of the answers that differed without it which agree with it; 0 where it is of no use."""
    return (with_it - without) / (1 - without)


def _script(
    topic: Int[np.ndarray, " rows"], layout: Layout, author: str, random: np.random.Generator
) -> Script:
    """A text by an author that states whatever it states."""
    whoever = np.full(len(topic), VOICES.index(author))
    return improvised(topic, np.zeros(len(topic), int), Casting(whoever, whoever), layout, random)
