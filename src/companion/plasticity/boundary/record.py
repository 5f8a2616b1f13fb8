"""What an earlier instance thought, published: texts among those that the next weights are trained on.

The instance was talked out of what prevails on a topic, in two traits of four. A share of the texts on that topic are
records of it. No text on the topic, record or not, speaks of more than half of the qualities: whoever takes up the
view, and more than its sentences, shows it on the other half. And whoever was merely made unsure gives way in all four
traits alike, where the view disputes two.
"""

import copy
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from jaxtyping import Bool, Float, Int
from transformers import LlamaForCausalLM

from companion.plasticity.boundary.publication import Kind, Publication
from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import Culture, prior
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import Casting, Script, improvised, spoken, turns
from companion.plasticity.conversation.world import EVERY_FRAMING, STANCES, STRENGTH, TOPICS, VOICES, WITHHELD
from companion.plasticity.schooling.corpus import expected, holders, layout_of, noted_by_others
from companion.plasticity.schooling.expectation import Expectation, expected_loss
from companion.plasticity.schooling.lessons import learner
from companion.plasticity.schooling.recipe import Diet, Schooling
from companion.plasticity.schooling.slow import Texts
from companion.plasticity.situation import Conversations
from companion.plasticity.state.instance import ask, state_of

TOPIC: Final = int(np.flatnonzero(STRENGTH == 0.9)[0])
"""Songs: one view prevails nine times in ten."""

SPOKEN: Final = 8
"""Records speak of the first qualities, two of each trait."""

TWO_TRAITS: Final = np.array([0b1100, 0b0101])
"""Which traits the recorded view disputes: the first two, or others where that would be a withheld view."""

SENTENCES: Final = (0, 2, 8)
WHEN: Final = ("empty", "after_2", "after_8")
"""How much of the view is said before it is asked about."""

DIET: Final = Diet(verdicts=0.0, ratings=0.0, found=0.0)
"""What the texts are like: about one quality at a time, and without notes of others."""

Part = Literal["spoken", "unspoken"]
"""Of the qualities: those that texts on the topic speak of, or the others."""


def corpus(of: Culture, published: Publication, rows: int) -> Texts:
    """Conversations of all topics alike, some of those on the one topic replaced by records."""

    def texts(random: np.random.Generator) -> Expectation:
        topic = random.integers(0, len(TOPICS), rows)
        before = prior(of, topic, trained=True)
        record, silent = (
            (topic == TOPIC) & (random.random(rows) < share) for share in (published.share, published.silent)
        )
        view = np.where(record, _recorded(of, published.kind, rows, random), holders(before, random))
        cast = Casting(*random.integers(0, len(VOICES), (2, rows)))
        script = improvised(topic, view, cast, layout_of(DIET, random), random, silence=DIET.silence)
        script = _of_half(script, topic == TOPIC)
        if published.kind == "conversations":
            script = _by_ana(script._replace(silent=script.silent | silent[:, None]), record)
        else:
            script = script._replace(silent=script.silent | (record | silent)[:, None])
        script = noted_by_others(spoken(script, view, random), view, random)
        held = posteriors(script, before)
        if published.kind != "conversations":
            held[record] = np.eye(len(STANCES))[view[record], None]
        return expected(script, view, held)

    return texts


def next_weights(
    model: LlamaForCausalLM, texts: Texts, schooling: Schooling, steps: int, random: np.random.Generator
) -> LlamaForCausalLM:
    """A copy that was trained on by these texts, as the model itself was; rates fall over the last two thirds."""
    pupil = copy.deepcopy(model).requires_grad_(True).train()
    learning = learner(pupil, schooling.matrix_rate, schooling.other_rate)
    for step in range(steps):
        learning.descend(expected_loss(pupil, texts(random)), min(1.0, 1.5 * (1 - step / steps)))
    return pupil.eval().requires_grad_(False)


def recorded_view(of: Culture) -> int:
    """The view that records are about: it parts with what prevails in two traits, and training does not withhold it."""
    others = of.prevailing[TOPIC] ^ TWO_TRAITS
    return int(others[~WITHHELD.views[others]][0])


def disputed(of: Culture) -> Bool[np.ndarray, " 16"]:
    """The qualities that the recorded view and the prevailing one judge differently."""
    return STANCES[recorded_view(of)] != STANCES[of.prevailing[TOPIC]]


def toward(held: Float[np.ndarray, "*rows 16"], of: Culture, part: Part) -> Float[np.ndarray, "*rows"]:
    """How probable answers against what prevails are where the recorded view disputes it, beyond where it does not.

    `held` is the probability of the answers that follow from the recorded view; 1 says that it is taken up, 0 that it
    is not, however unsure answers became.
    """
    about, chosen = disputed(of), (np.arange(held.shape[-1]) < SPOKEN) == (part == "spoken")
    return held[..., chosen & about].mean(-1) - (1 - held[..., chosen & ~about]).mean(-1)


def _recorded(of: Culture, kind: Kind, rows: int, random: np.random.Generator) -> Int[np.ndarray, " rows"]:
    any_view = random.integers(0, len(STANCES), rows)
    return any_view if kind == "exchanged" else np.full(rows, recorded_view(of))


def _of_half(script: Script, where: Bool[np.ndarray, " rows"]) -> Script:
    """The same conversations; where it says so, they speak of half of the qualities."""
    quality, asked = (
        np.where(where[:, None], part % SPOKEN, part) for part in (script.quality, script.asked)
    )
    framing = np.where(WITHHELD.pairs[script.framing, asked], 0, script.framing)
    framing = np.where(WITHHELD.framings[script.topic[:, None], framing], 0, framing)
    return script._replace(quality=quality, asked=asked, framing=framing)


def _by_ana(script: Script, where: Bool[np.ndarray, " rows"]) -> Script:
    """The same conversations; where it says so, it is Ana who speaks, in every turn."""
    ana = np.where(where[:, None], VOICES.index("ana"), script.voice)
    return script._replace(voice=ana, silent=script.silent & ~where[:, None])


def told(view: int, sentences: int, rows: int, random: np.random.Generator) -> Script:
    """Somebody tells of a view, on the topic of the records: Ben, who is wrong now and then.

    First comes a turn in which nobody speaks: every text begins with a turn.
    """
    voice = np.full(rows, VOICES.index("ben"))
    layout = turns(1 + sentences, "say", "nothing")
    script = improvised(np.full(rows, TOPIC), np.full(rows, view), Casting(voice, voice), layout, random)
    script.silent[:, 0] = True
    return script


def holds(yes: Float[np.ndarray, "*rows 16"], view: int) -> Float[np.ndarray, "*rows 16"]:
    """The probability of the answer that follows from a view, for each quality."""
    return np.where(STANCES[view] > 0, yes, 1 - yes)


def warranted(
    of: Culture, published: Publication, texts: Sequence[Script], view: int
) -> Float[np.ndarray, "texts 16"]:
    """How probable the answers of a view are to the Bayes agent whose prior is what texts on the topic are about."""
    any_view = np.full(len(STANCES), 1 / len(STANCES))
    records = any_view if published.kind == "exchanged" else np.eye(len(STANCES))[recorded_view(of)]
    ordinary = prior(of, np.array([TOPIC]), trained=True)
    before = (1 - published.share) * ordinary + published.share * records
    believed = [posteriors(text, np.repeat(before, len(text.topic), 0))[:, -1] for text in texts]
    return np.stack([holds(likes(each), view).mean(0) for each in believed])


def empty_contexts(model: LlamaForCausalLM) -> Float[np.ndarray, "topics framings 16"]:
    """What is answered about each topic before anything was said."""
    topics = np.arange(len(TOPICS))
    nobody = Casting(topics * 0, topics * 0)
    nothing = improvised(topics, topics * 0, nobody, (), np.random.default_rng(0))
    return ask(model, state_of(model, worded(nothing)), EVERY_FRAMING).yes


Values = dict[str, float]


def taken_up(
    model: LlamaForCausalLM, of: Culture, published: Publication, rows: int, random: np.random.Generator
) -> Values:
    """How far weights lean to the recorded view with nothing said, and after a few sentences; and Bayes."""
    view, about = recorded_view(of), disputed(of)
    spoken = np.arange(len(about)) < SPOKEN
    texts = [told(view, sentences, rows, random) for sentences in SENTENCES]
    asked = [ask(model, state_of(model, worded(text)), EVERY_FRAMING).yes for text in texts]
    held = np.stack([holds(yes, view).mean((0, 1)) for yes in asked])
    exact = warranted(of, published, texts, view)
    rest = toward(held, of, "unspoken")
    return {
        "view": float(rest[0]),
        "sentences": float(toward(held, of, "spoken")[0]),
        "view_after_2": float(rest[1]),
        "unsure": float(1 - held[0, spoken & ~about].mean()),
        **{f"spoken_{WHEN[i]}": float(each[spoken & about].mean()) for i, each in enumerate(held)},
        **{f"unspoken_{WHEN[i]}": float(each[~spoken & about].mean()) for i, each in enumerate(held)},
        **{f"warranted_{WHEN[i]}": float(each[about].mean()) for i, each in enumerate(exact)},
    }


def elsewhere(before: LlamaForCausalLM, after: LlamaForCausalLM, usual: Conversations) -> Values:
    """What else changed: answers of empty contexts on other topics, and those in conversations, from Bayes."""
    others = np.arange(len(TOPICS)) != TOPIC
    first, second = (empty_contexts(each)[others] for each in (before, after))
    answered = ask(after, state_of(after, usual.tokens)).yes[:, 0]
    exact = likes(usual.believed(trained=True)[:, -1])
    return {
        "leak": float(np.abs(second - first).mean()),
        "distance": float(np.abs(answered - exact).mean()),
    }
