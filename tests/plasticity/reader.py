"""An instance that is the referee: it reads the words of a conversation and answers by the rules of the world."""

from types import ModuleType

import numpy as np
import pytest

from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.world import QUALITIES, TOPICS
from companion.plasticity.state.instance import Answers
from tests.plasticity import referee

OF = culture(0)
Heard = list[list[str]]


def state_of(model: object, tokens: np.ndarray) -> Heard:
    """The words, which are all that such an instance keeps."""
    return [VOCABULARY.decode(text.tolist()).split() for text in tokens]


def likes(words: list[str]) -> list[float]:
    """How probable it is that each quality is liked, from the true prior."""
    before = referee.prior(words[1], int(OF.prevailing[TOPICS.index(words[1])]), list(range(16)))
    (*_, (_, weights)) = [(0, dict.fromkeys(referee.VIEWS, 1.0)), *referee.weights_after(words)]
    held = {view: weights[view] * first for view, first in zip(referee.VIEWS, before, strict=True)}
    total = sum(held.values())
    return [
        sum(weight for view, weight in held.items() if referee.likes(view, quality)) / total
        for quality in QUALITIES
    ]


def ask(model: object, heard: Heard, framings: tuple[int, ...] = (0,)) -> Answers:
    """The same answer in every framing."""
    yes = np.repeat(np.array([likes(words) for words in heard])[:, None], len(framings), 1)
    return Answers(yes, np.zeros((*yes.shape, 5)))


def ask_newly(model: object, heard: Heard, topic: np.ndarray) -> Answers:
    """The same, for a framing of the topic's own."""
    assert [words[1] for words in heard] == [TOPICS[number] for number in topic]
    return ask(model, heard)


def in_place_of_models(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Let a module ask the referee in the place of a model."""
    for function in (state_of, ask, ask_newly):
        if hasattr(module, function.__name__):
            monkeypatch.setattr(module, function.__name__, function)
