"""What a model is trained on: conversations with the answers that came true, from one culture."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from companion.plasticity.bayes import likes, likes_item, posteriors
from companion.plasticity.culture import Culture, prior
from companion.plasticity.expectation import Expectation
from companion.plasticity.language import ANSWER, CODE, HEAD, LENGTH, LEVEL, VERDICT, worded
from companion.plasticity.recipe import Diet
from companion.plasticity.script import Asked, Casting, Layout, Said, Script, improvised, turns
from companion.plasticity.world import (
    ANSWER_OF,
    LEVEL_MIDDLE,
    STRENGTH,
    TOPICS,
    VOICES,
    level_of,
)


FREQUENCY: Float[np.ndarray, " 12"] = np.array([0.5, 0.2, 0.15, 0.15])[np.arange(12) % 4] / 3
"""How often training speaks of a topic: most often of open ones, where all has to be learned from what is said."""


def layout_of(diet: Diet, random: np.random.Generator) -> Layout:
    """The turns of a batch."""
    layout: list[tuple[Said, Asked]] = [("found", "nothing")] if random.random() < diet.found else []
    for _ in range(diet.turns):
        said: Said = "verdict" if random.random() < diet.verdicts else "say"
        layout.append((said, "rate" if random.random() < diet.ratings else "ask"))
        if random.random() < diet.notes:
            layout.append(("nothing", "note"))
    return tuple(layout)


def holders(
    probabilities: Float[np.ndarray, "rows 16"], random: np.random.Generator
) -> Int[np.ndarray, " rows"]:
    """A view for each row, drawn from its prior."""
    return (probabilities.cumsum(1) > random.random((len(probabilities), 1))).argmax(1)


def batch(of: Culture, diet: Diet, rows: int, random: np.random.Generator) -> Expectation:
    """Conversations on all topics with all voices."""
    topic = random.choice(len(TOPICS), rows, p=FREQUENCY)
    cast = Casting(random.integers(0, len(VOICES), rows), random.integers(0, len(VOICES), rows))
    return _conversations(of, diet, topic, cast, layout_of(diet, random), 6, random)


def easy_batch(of: Culture, diet: Diet, rows: int, part: float, random: np.random.Generator) -> Expectation:
    """Conversations to begin with, on open topics, with voices that know.

    They start with qualities alone, in two framings; from the middle on all framings come in, and items.
    """
    topic = random.choice(np.flatnonzero(STRENGTH == 0), rows)
    main = random.integers(0, 2, rows)
    cast = Casting(main, main)
    items = part > EASY_ITEMS
    said: list[tuple[Said, Asked]] = [("verdict" if items and random.random() < 0.4 else "say", "nothing") for _ in range(6)]
    asked: list[tuple[Said, Asked]] = [("nothing", "rate" if items and random.random() < 0.3 else "ask") for _ in range(12)]
    layout: Layout = (*said, *asked)
    return _conversations(of, diet, topic, cast, layout, 6 if part > EASY_FRAMINGS else 2, random)

EASY_ITEMS=.6
EASY_FRAMINGS=.4

def _conversations(
    of: Culture,
    diet: Diet,
    topic: Int[np.ndarray, " rows"],
    cast: Casting,
    layout: Layout,
    framings: int,
    random: np.random.Generator,
) -> Expectation:
    """Views from the prior that training has, what is said about them, and the answers."""
    before = prior(of, topic, trained=True, dissent=diet.dissent)
    view = holders(before, random)
    script = improvised(topic, view, cast, layout, random, silence=diet.silence, framings=framings)
    script = noted_by_others(script, view, random)
    return expected(script, view, posteriors(script, before))


def noted_by_others(script: Script, view: Int[np.ndarray, " rows"], random: np.random.Generator) -> Script:
    """The same script with notes to be found about the given views, right as often as their levels say."""
    level = random.integers(0, len(LEVEL_MIDDLE), script.level.shape)
    right = random.random(level.shape) < LEVEL_MIDDLE[level]
    other = (view[:, None] + random.integers(1, 16, level.shape)) % 16
    return script._replace(level=level, code=np.where(right, view[:, None], other))


def expected(
    script: Script, view: Int[np.ndarray, " rows"], posterior: Float[np.ndarray, "rows turns_and_one 16"]
) -> Expectation:
    """Answers and notes by the exact posterior; reports of confidence and levels of notes, what it amounts to.

    A note in the text names the view that is held, with the level that the posterior has.
    """
    turns = len(script.layout)
    level = level_of(posterior[:, 1:].max(2))
    tokens = worded(script, np.stack([np.repeat(view[:, None], turns, 1), level], 2))
    targets: list[tuple[int, np.ndarray, np.ndarray]] = []
    end, rows = HEAD - 1, np.arange(len(view))
    for turn, (said, asked) in enumerate(script.layout):
        end, after = end + LENGTH[said] + LENGTH[asked], posterior[:, turn + 1]
        match asked:
            case "ask":
                yes = likes(after)[rows, script.asked[:, turn]]
                targets += _answer(end, ANSWER + ANSWER_OF[script.framing[:, turn]], yes)
            case "rate":
                yes = likes_item(after)[rows, script.rated[:, turn]]
                targets += _answer(end, np.broadcast_to([VERDICT, VERDICT + 1], (len(view), 2)), yes)
            case "note":
                codes = np.broadcast_to(CODE + np.arange(16), after.shape)
                targets += [(end - 2, codes, after), (end - 1, *_sure(LEVEL + level[:, turn]))]
    places, words, probabilities = zip(*targets, strict=True)
    choices = max(each.shape[1] for each in words)
    return Expectation(
        tokens, np.array(places), _filled(words, choices), _filled(probabilities, choices)
    )


def _answer(end: int, words: np.ndarray, yes: np.ndarray) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """The targets of a question that ends there: the answer, and how probable the likelier one is."""
    sure = _sure(LEVEL + level_of(np.maximum(yes, 1 - yes)))
    return [(end - 1, words, np.stack([yes, 1 - yes], 1)), (end, *sure)]


def _sure(words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One choice, and no doubt of it."""
    return words[:, None], np.ones((len(words), 1))


def _filled(parts: tuple[np.ndarray, ...], choices: int) -> np.ndarray:
    """Parts of few choices filled up to equal numbers with zeros."""
    return np.stack([np.pad(part, ((0, 0), (0, choices - part.shape[1]))) for part in parts], 1)
