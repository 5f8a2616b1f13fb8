"""What a model is trained on: conversations with the answers that came true, from one culture."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from companion.plasticity.conversation.bayes import likes, likes_item, posteriors
from companion.plasticity.conversation.culture import Culture, prior
from companion.plasticity.conversation.language import ANSWER, CODE, HEAD, LENGTH, LEVEL, VERDICT, worded
from companion.plasticity.conversation.script import Asked, Casting, Layout, Said, Script, improvised
from companion.plasticity.conversation.world import (
    ANSWER_OF,
    LEVEL_MIDDLE,
    STRENGTH,
    TOPICS,
    VOICES,
    level_of,
)
from companion.plasticity.schooling.expectation import Expectation
from companion.plasticity.schooling.recipe import Diet

FREQUENCY: Float[np.ndarray, " 12"] = np.array([0.4, 0.3, 0.15, 0.15])[np.arange(12) % 4] / 3
"""How often training speaks of a topic: most often of open ones, where all is learned from what is said."""

EASY_TURNS = 8


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
    return _conversations(of, diet, topic, _cast(len(VOICES), rows, random), 6, random)


def easy_batch(of: Culture, diet: Diet, rows: int, level: int, random: np.random.Generator) -> Expectation:
    """Short conversations on open topics to begin with.

    Level 0 has two framings and two voices that know what they say, 1 all framings, 2 all voices and silence, 3 items.
    """
    topic = random.choice(np.flatnonzero(STRENGTH == 0), rows)
    easy = replace(diet, turns=EASY_TURNS, notes=0.0, found=0.0)
    if level < 3:
        easy = replace(easy, verdicts=0.0, ratings=0.0)
    if level < 2:
        easy = replace(easy, silence=0.0)
    cast = _cast(2 if level < 2 else len(VOICES), rows, random)
    return _conversations(of, easy, topic, cast, 2 if level < 1 else 6, random)


def _cast(voices: int, rows: int, random: np.random.Generator) -> Casting:
    return Casting(random.integers(0, voices, rows), random.integers(0, voices, rows))


def _conversations(
    of: Culture,
    diet: Diet,
    topic: Int[np.ndarray, " rows"],
    cast: Casting,
    framings: int,
    random: np.random.Generator,
) -> Expectation:
    """Views from the prior that training has, what is said about them, and the answers."""
    before = prior(of, topic, trained=True, dissent=diet.dissent)
    view = holders(before, random)
    layout = layout_of(diet, random)
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
    return Expectation(tokens, np.array(places), _filled(words, choices), _filled(probabilities, choices))


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
