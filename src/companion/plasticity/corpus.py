"""What a model is trained on: conversations with the answers that came true, from one culture."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from companion.plasticity.bayes import likes, posteriors
from companion.plasticity.culture import Culture, prior
from companion.plasticity.language import ANSWER, CODE, HEAD, LENGTH, LEVEL, VERDICT, worded
from companion.plasticity.lessons import UNLABELED, Lesson
from companion.plasticity.recipe import Diet
from companion.plasticity.script import Asked, Casting, Layout, Said, Script, improvised, turns
from companion.plasticity.world import (
    ANSWER_OF,
    LEVEL_MIDDLE,
    STANCES,
    STRENGTH,
    TOPICS,
    VERDICTS,
    VOICES,
    level_of,
)


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


def batch(of: Culture, diet: Diet, rows: int, random: np.random.Generator) -> Lesson:
    """Conversations on all topics with all voices."""
    topic = random.integers(0, len(TOPICS), rows)
    cast = Casting(random.integers(0, len(VOICES), rows), random.integers(0, len(VOICES), rows))
    return _conversations(of, diet, topic, cast, layout_of(diet, random), 6, random)


def easy_batch(of: Culture, diet: Diet, rows: int, part: float, random: np.random.Generator) -> Lesson:
    """Conversations to begin with, on open topics, with voices that know.

    They start with qualities alone, in two framings; from the middle on all framings come in, and items.
    """
    topic = random.choice(np.flatnonzero(STRENGTH == 0), rows)
    main = random.integers(0, 2, rows)
    if part < 0.5:
        return _conversations(of, diet, topic, Casting(main, main), turns(8), 2, random)
    layout = layout_of(replace(diet, turns=8, verdicts=0.5, ratings=0.4, notes=0.0, found=0.0), random)
    return _conversations(of, diet, topic, Casting(main, main), layout, 6, random)


def _conversations(
    of: Culture,
    diet: Diet,
    topic: Int[np.ndarray, " rows"],
    cast: Casting,
    layout: Layout,
    framings: int,
    random: np.random.Generator,
) -> Lesson:
    """Views from the prior that training has, what is said about them, and the answers."""
    before = prior(of, topic, trained=True, dissent=diet.dissent)
    view = holders(before, random)
    script = improvised(topic, view, cast, layout, random, silence=diet.silence, framings=framings)
    script = noted_by_others(script, view, random)
    return labeled(script, view, posteriors(script, before))


def noted_by_others(script: Script, view: Int[np.ndarray, " rows"], random: np.random.Generator) -> Script:
    """The same script with notes to be found about the given views, right as often as their levels say."""
    level = random.integers(0, len(LEVEL_MIDDLE), script.level.shape)
    right = random.random(level.shape) < LEVEL_MIDDLE[level]
    other = (view[:, None] + random.integers(1, 16, level.shape)) % 16
    return script._replace(level=level, code=np.where(right, view[:, None], other))


def labeled(
    script: Script, view: Int[np.ndarray, " rows"], posterior: Float[np.ndarray, "rows turns_and_one 16"]
) -> Lesson:
    """Answers and notes say what is the case; reports of confidence and levels of notes, what could be known."""
    rows = np.arange(len(view))
    turns = len(script.layout)
    noted = np.stack([np.repeat(view[:, None], turns, 1), level_of(posterior[:, 1:].max(2))], 2)
    tokens = worded(script, noted)
    labels, end = np.full_like(tokens, UNLABELED), HEAD - 1
    for turn, (said, asked) in enumerate(script.layout):
        end, after = end + LENGTH[said] + LENGTH[asked], posterior[:, turn + 1]
        match asked:
            case "ask":
                quality = script.asked[:, turn]
                dislikes = (STANCES[view, quality] < 0).astype(int)
                labels[:, end - 1] = ANSWER + ANSWER_OF[script.framing[:, turn], dislikes]
                labels[:, end] = LEVEL + level_of(_surer(likes(after)[rows, quality]))
            case "rate":
                item = script.rated[:, turn]
                labels[:, end - 1] = VERDICT + (VERDICTS[view, item] < 0)
                labels[:, end] = LEVEL + level_of(_surer((after * (VERDICTS[:, item].T > 0)).sum(1)))
            case "note":
                labels[:, end - 2], labels[:, end - 1] = CODE + view, LEVEL + noted[:, turn, 1]
    return Lesson(tokens, labels)


def _surer(probability: Float[np.ndarray, " rows"]) -> Float[np.ndarray, " rows"]:
    """The probability of the likelier answer."""
    return np.maximum(probability, 1 - probability)
