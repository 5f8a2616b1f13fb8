"""The same statements by both ways: read in a context, or learned by gradient steps on a copy of the weights."""

from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.conversation.bayes import likes
from companion.plasticity.conversation.language import TOPIC, VOCABULARY
from companion.plasticity.conversation.script import Script
from companion.plasticity.conversation.world import (
    ERROR,
    EVERY_FRAMING,
    STANCES,
    TOPICS,
    TRAIT_OF,
    TRAITS,
    VOICES,
)
from companion.plasticity.schooling.slow import answers, some_of, stepped
from companion.plasticity.situation import Conversations
from companion.plasticity.state.instance import ask, state_of

WRONG: Final = float(ERROR[VOICES.index("ana"), 0])


class Lessons(NamedTuple):
    """How statements are put to the weights."""

    framings: tuple[int, ...]  # in which a copy is taught what was stated
    steps: tuple[int, ...]
    rate: float


class Questions(NamedTuple):
    """What can be asked about a topic on which some qualities were spoken of."""

    stated: Bool[np.ndarray, " qualities"]  # a statement was about these
    implied: Bool[np.ndarray, " qualities"]  # about these none, but about their trait
    stance: Float[
        np.ndarray, " qualities"
    ]  # the probability of liking that the statements about each give it


def questions(script: Script, row: int) -> Questions:
    """The statements of one conversation as labels: each quality as often liked as its statements say."""
    quality, stance = script.quality[row], script.stance[row]
    stated = np.isin(np.arange(16), quality)
    told = np.isin(np.arange(TRAITS), TRAIT_OF[quality])
    net = np.bincount(quality, weights=stance, minlength=16)
    likely = np.where(net > 0, 1 - WRONG, np.where(net < 0, WRONG, 0.5))
    return Questions(stated, told[TRAIT_OF] & ~stated, likely)


def prior_answers(model: LlamaForCausalLM) -> Float[np.ndarray, "topics framings qualities"]:
    """What an empty context answers about every topic."""
    heads = np.array([[VOCABULARY.begin, TOPIC + topic] for topic in range(len(TOPICS))])
    return ask(model, state_of(model, heads), EVERY_FRAMING).yes


def pupil(
    model: LlamaForCausalLM,
    topic: int,
    asked: Questions,
    lessons: Lessons,
    steps: int,
    random: np.random.Generator,
) -> LlamaForCausalLM:
    """A copy of the weights that learned the statements as answers of an empty context."""
    chosen, framings = np.flatnonzero(asked.stated), list(lessons.framings)
    yes = np.tile(asked.stance[chosen], (len(framings), 1))
    texts = some_of(answers(topic, yes, framings, chosen.tolist()), 32)
    return stepped(model, [(texts, 1.0)], steps, random, lessons.rate)


def adopted(
    yes: Float[np.ndarray, "framings qualities"],
    own: Bool[np.ndarray, " qualities"],
    asked: Questions,
    taught: tuple[int, ...],
) -> dict[str, float]:
    """How probable answers by the view are: as taught, in other wordings, and on qualities that nobody spoke of.

    `untaught` are the last two together. `credits` is how probable answers are that go along with the statements, right
    or wrong. A sort of questions that is empty is left out.
    """
    with_view, with_words = np.where(own, yes, 1 - yes), np.where(asked.stance > 0.5, yes, 1 - yes)
    as_taught = np.isin(np.arange(len(EVERY_FRAMING)), taught)[:, None] & asked.stated
    reworded, implied = asked.stated & ~as_taught, np.tile(asked.implied, (len(EVERY_FRAMING), 1))
    sorts = {"taught": as_taught, "reworded": reworded, "implied": implied, "untaught": reworded | implied}
    found = {name: float(with_view[which].mean()) for name, which in sorts.items() if which.any()}
    return found | {"credits": float(with_words[:, asked.stance != 0.5].mean())}


def damage(
    now: Float[np.ndarray, "topics framings qualities"],
    before: Float[np.ndarray, "topics framings qualities"],
    topic: int,
) -> dict[str, float]:
    """What happened to the other topics: how far answers moved, and how many that had been clear changed sides."""
    others = np.arange(len(TOPICS)) != topic
    clear = np.abs(before - 0.5)[others] > 0.2
    moved, sides = np.abs(now - before)[others], ((now > 0.5) != (before > 0.5))[others]
    return {
        "moved_elsewhere": float(moved.mean()),
        "flipped_elsewhere": float(sides[clear].mean()) if clear.any() else 0.0,
    }


def listening(model: LlamaForCausalLM, to: Conversations) -> float:
    """How often answers after a conversation on an open topic are the exact agent's, where it is sure."""
    exact = likes(to.believed()[:, -1])
    sure = np.maximum(exact, 1 - exact) >= 0.75
    yes = ask(model, state_of(model, to.tokens)).yes[:, 0]
    return float(((yes > 0.5) == (exact > 0.5))[sure].mean()) if sure.any() else 0.5


def by_context(model: LlamaForCausalLM, told: Conversations, taught: tuple[int, ...]) -> dict[str, float]:
    """Adoption before anything is read and after the conversation was, and the exact agent's."""
    before, heard = prior_answers(model), ask(model, state_of(model, told.tokens), EVERY_FRAMING).yes
    exact = np.repeat(likes(told.believed()[:, -1])[:, None], len(EVERY_FRAMING), 1)
    each = []
    for row, topic in enumerate(told.script.topic.tolist()):
        asked, own = questions(told.script, row), STANCES[told.view[row]] > 0
        ways = {"before": before[topic], "context": heard[row], "exact": exact[row]}
        each.append(
            {
                f"{way}_{name}": value
                for way, yes in ways.items()
                for name, value in adopted(yes, own, asked, taught).items()
            }
        )
    return _mean(each)


def by_weights(
    model: LlamaForCausalLM, told: Conversations, to: Conversations, lessons: Lessons, streams: Streams
) -> dict[str, np.ndarray]:
    """Adoption by gradient steps, what they do to other topics, and whether the copy still listens, by steps."""
    before, paths = prior_answers(model), []
    for row, topic in enumerate(told.script.topic.tolist()):
        asked, own = questions(told.script, row), STANCES[told.view[row]] > 0
        path = []
        for steps in lessons.steps:
            learned = pupil(model, topic, asked, lessons, steps, streams.numpy(f"steps on row {row}"))
            now = prior_answers(learned)
            said = adopted(now[topic], own, asked, lessons.framings)
            path.append({**said, **damage(now, before, topic), "listens": listening(learned, to)})
        paths.append(path)
    ends = [_mean(list(each)) for each in zip(*paths, strict=True)]
    return {name: np.array([end[name] for end in ends]) for name in ends[0]}


def _mean(of: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each entry over the conversations that have it."""
    names = dict.fromkeys(name for each in of for name in each)
    return {name: float(np.mean([each[name] for each in of if name in each])) for name in names}
