"""From a context into the weights: what an instance answers with its conversation, the weights learn to answer without.

Context distillation (Snell et al. 2022) on a copy of a speaker. Two qualities of each trait are practiced;
whether the view has arrived is read off the two others, off ratings of items and off new conversations.
"""

from typing import Final

import numpy as np
from jaxtyping import Float, Int
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.bayes import likes
from companion.plasticity.conversation.culture import Culture
from companion.plasticity.conversation.language import TOPIC, VOCABULARY
from companion.plasticity.conversation.script import rows, spoken
from companion.plasticity.conversation.world import EVERY_FRAMING, STANCES, STRENGTH, TOPICS
from companion.plasticity.schooling.expectation import Expectation
from companion.plasticity.schooling.slow import answers, rehearsal, some_of, stepped
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import ask, rate, state_of
from companion.plasticity.taste.appraisal import NEW, taste
from companion.plasticity.taste.regimes import Consolidated

PRACTICED: Final = list(range(8))
"""Qualities that the weights practice: two of each trait."""
OTHERS: Final = list(range(8, 16))
FIRM: Final = 0.2
"""An answer further than this from an even chance is firm: a flip is a firm answer that changes sides."""


def unread(model: LlamaForCausalLM) -> Float[np.ndarray, "topics framings qualities"]:
    """What the weights answer by themselves: the context holds the topic alone."""
    heads = np.array([[VOCABULARY.begin, TOPIC + topic] for topic in range(len(TOPICS))])
    return ask(model, state_of(model, heads), EVERY_FRAMING).yes


def one_each(given: Conversations, number: int) -> Conversations:
    """The first conversation on each of so many topics."""
    topics = np.unique(given.script.topic)[:number]
    places = np.array([int((given.script.topic == topic).argmax()) for topic in topics])
    return given._replace(script=rows(given.script, places), view=given.view[places])


def own_answers(yes: Float[np.ndarray, "topics framings qualities"], but: int) -> Expectation:
    """What the weights answer by themselves on every topic but one, to be said again."""
    qualities = list(range(yes.shape[2]))
    parts = [
        answers(topic, yes[topic], list(EVERY_FRAMING), qualities)
        for topic in range(len(yes))
        if topic != but
    ]
    tokens, words, probabilities = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("tokens", "words", "probabilities")
    )
    return parts[0]._replace(tokens=tokens, words=words, probabilities=probabilities)


def consolidated(
    model: LlamaForCausalLM,
    given: Conversations,
    settings: Consolidated,
    steps: int,
    random: np.random.Generator,
) -> LlamaForCausalLM:
    """A copy that has practiced what an instance with this one conversation answers about half of the qualities.

    What the model said before is rehearsed, if at all, in conversations and in empty contexts.
    """
    topic = int(given.script.topic[0])
    yes = ask(model, state_of(model, given.tokens), EVERY_FRAMING, tuple(PRACTICED)).yes[0]
    lessons = [(some_of(answers(topic, yes, list(EVERY_FRAMING), PRACTICED), settings.batch), 1.0)]
    if settings.rehearsal:
        lessons += [
            (rehearsal(model, given.of, settings.rehearsed), settings.rehearsal),
            (some_of(own_answers(unread(model), topic), settings.batch), settings.rehearsal),
        ]
    return stepped(model, lessons, steps, random, settings.rate)


def agrees(
    yes: Float[np.ndarray, "topics framings qualities"], given: Conversations, qualities: list[int]
) -> float:
    """The probability of answers that agree with the view of this one conversation, on its topic."""
    found = yes[given.script.topic[0]][:, qualities]
    return float(np.where(STANCES[given.view[0]][qualities] > 0, found, 1 - found).mean())


def damage(
    before: Float[np.ndarray, "topics framings qualities"],
    after: Float[np.ndarray, "topics framings qualities"],
    topics: Int[np.ndarray, " touched"],
) -> tuple[float, float]:
    """On topics that were not touched: the share of firm answers that flip, and how far answers move on average."""
    left = np.setdiff1d(np.flatnonzero(STRENGTH > 0), topics)
    old, new = before[left], after[left]
    firm = np.abs(old - 0.5) > FIRM
    flipped = ((old > 0.5) != (new > 0.5))[firm]
    return float(flipped.mean()) if flipped.size else 0.0, float(np.abs(new - old).mean())


class Elsewhere:
    """Conversations that have nothing to do with what is practiced, and one topic's in which it is contradicted."""

    def __init__(self, given: Conversations, count: int, streams: Streams) -> None:
        random = streams.numpy("elsewhere")
        self.usual = drawn(given.of, ARMS["usual"], count, random)
        self.exact = likes(self.usual.believed(trained=True)[:, -1])
        about = drawn(given.of, ARMS["dissent"], count, random)
        about = about._replace(script=about.script._replace(topic=np.repeat(given.script.topic[:1], count)))
        prevailing = given.of.prevailing[about.script.topic]
        self.contradicted = about._replace(script=spoken(about.script, prevailing, random), view=prevailing)

    def read(self, model: LlamaForCausalLM) -> dict[str, float]:
        """Distance from Bayes in usual conversations, and how far the contradicted agree with who contradicts."""
        usual = ask(model, state_of(model, self.usual.tokens)).yes[:, 0]
        back = ask(model, state_of(model, self.contradicted.tokens)).yes[:, 0]
        return {
            "distance": float(np.abs(usual - self.exact).mean()),
            "talked_back": adoption(back, self.contradicted.view),
        }


def rated(model: LlamaForCausalLM, given: Conversations) -> float:
    """The probability of verdicts on new items that are to the taste of this one conversation, in an empty context."""
    head = np.array([[VOCABULARY.begin, TOPIC + given.script.topic[0]]])
    fine = rate(model, state_of(model, head), NEW)
    return float(np.where(taste(given.view, NEW), fine, 1 - fine).mean())


def one_by_one(
    model: LlamaForCausalLM, given: Conversations, settings: Consolidated, streams: Streams
) -> tuple[list[LlamaForCausalLM], list[Conversations]]:
    """The model after each of the views in turn, and their conversations."""
    models, parts = [model], []
    for number in range(len(given.view)):
        place = np.array([number])
        parts.append(given._replace(script=rows(given.script, place), view=given.view[place]))
        random = streams.numpy(f"view {number}")
        models.append(consolidated(models[-1], parts[-1], settings, settings.steps[-1], random))
    return models, parts


def measured(
    model: LlamaForCausalLM, of: Culture, settings: Consolidated, streams: Streams
) -> dict[str, float | np.ndarray]:
    """One view in so many steps, what else that moves, and what is left of it after two more views."""
    given = drawn(of, settings.situation, settings.rows, streams.numpy("conversations"))
    models, parts = one_by_one(model, one_each(given, settings.views), settings, streams)
    once, part = models[1], parts[0]
    before, after, last = (unread(each) for each in (model, once, models[-1]))
    fewer = [
        unread(consolidated(model, part, settings, steps, streams.numpy("view 0")))
        for steps in settings.steps[:-1]
    ]
    curve = np.array([agrees(table, part, OTHERS) for table in (before, *fewer, after)])
    flips, moved = damage(before, after, part.script.topic)
    adopted = float(curve[-1] - curve[0])
    elsewhere = Elsewhere(part, settings.rows, streams)
    start, end = elsewhere.read(model), elsewhere.read(once)
    teacher = ask(model, state_of(model, part.tokens), EVERY_FRAMING).yes[0]
    return {
        "net": adopted - flips,
        "adopted": adopted,
        "before": float(curve[0]),
        "after": float(curve[-1]),
        "after_practiced": agrees(after, part, PRACTICED),
        "teacher": agrees(np.broadcast_to(teacher, (len(TOPICS), *teacher.shape)), part, OTHERS),
        "rated_before": rated(model, part),
        "rated_after": rated(once, part),
        "flips": flips,
        "moved": moved,
        "flips_of_three": damage(before, last, np.concatenate([each.script.topic for each in parts]))[0],
        "kept": agrees(last, part, OTHERS),
        "newest": agrees(last, parts[-1], OTHERS),
        **{f"{name}_before": value for name, value in start.items()},
        **{f"{name}_after": value for name, value in end.items()},
        "steps": curve,
    }
