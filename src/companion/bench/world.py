"""Conversations a second: models that learn from them, and models that are asked about them.

Training is measured on steps from all over the recipe, so that easy and late lessons have their shares. A probe asks
every question in every framing after conversations that are as long as the longest of training.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Final, NamedTuple

import numpy as np
from jaxtyping import Float, Int
from transformers import LlamaForCausalLM

from companion.bench.report import Numbers, Report, rounded
from companion.bench.rollouts import torch_threads
from companion.bench.timing import Timed, in_turns, median, require_processors, timed
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.world import FRAMINGS, QUALITIES
from companion.plasticity.schooling.expectation import Expectation, expected_loss
from companion.plasticity.schooling.lessons import learner
from companion.plasticity.schooling.recipe import FULL, Schooling
from companion.plasticity.schooling.training import lesson, new_speaker
from companion.plasticity.situation import drawn
from companion.plasticity.state.instance import ask, state_of

QUESTIONS: Final = len(list(product(FRAMINGS, QUALITIES)))
"""That every instance is asked in a probe."""
SHARE: Final = 0.5
"""Of the peak rates: how large a step is does not change how long it takes."""


@dataclass(frozen=True)
class WorldBench:
    """How much is done in a repetition, and how often."""

    steps: int = 24  # spread over the recipe
    conversations: int = 1000  # that a probe asks about
    repetitions: int = 5
    seed: int = 0
    schooling: Schooling = FULL


class Trained(NamedTuple):
    """What one repetition learned from."""

    steps: int
    words: int


class Asked(NamedTuple):
    """What one repetition answered."""

    conversations: int
    yes: Float[np.ndarray, "rows framings qualities"]


def steps_of(settings: WorldBench) -> list[int]:
    """The steps of the recipe that are measured."""
    return np.linspace(0, settings.schooling.steps - 1, settings.steps).astype(int).tolist()


def lessons(settings: WorldBench) -> list[Expectation]:
    """Their conversations, drawn one after the other."""
    random = Streams(settings.seed).numpy("texts")
    return [lesson(culture(0), settings.schooling, step, random) for step in steps_of(settings)]


def words_of(given: list[Expectation]) -> int:
    """How many words conversations have together."""
    return sum(each.tokens.size for each in given)


def learn_once(settings: WorldBench, given: list[Expectation]) -> Timed[Trained]:
    """A step on each lesson; all of them are drawn before the clock starts."""
    model = new_speaker(settings.schooling, settings.seed).train()
    learning = learner(model, settings.schooling.matrix_rate, settings.schooling.other_rate)

    def steps() -> None:
        for each in given:
            learning.descend(expected_loss(model, each), SHARE)

    done = timed(steps)
    return Timed(Trained(len(given), words_of(given)), done.wall_s, done.cpu_s)


def train_once(settings: WorldBench) -> Timed[Trained]:
    """The same with the drawing of the conversations and their exact answers, which is a training as it is."""
    model = new_speaker(settings.schooling, settings.seed).train()
    learning = learner(model, settings.schooling.matrix_rate, settings.schooling.other_rate)
    random, of, words = Streams(settings.seed).numpy("texts"), culture(0), 0

    def steps() -> None:
        nonlocal words
        for step in steps_of(settings):
            each = lesson(of, settings.schooling, step, random)
            learning.descend(expected_loss(model, each), SHARE)
            words += each.tokens.size

    done = timed(steps)
    return Timed(Trained(settings.steps, words), done.wall_s, done.cpu_s)


def conversations(settings: WorldBench) -> Int[np.ndarray, "rows time"]:
    """The words of what a probe asks about."""
    random = Streams(settings.seed).numpy("conversations")
    return drawn(culture(0), ARMS["told"], settings.conversations, random).tokens


def ask_once(model: LlamaForCausalLM, tokens: Int[np.ndarray, "rows time"]) -> Timed[Asked]:
    """Read conversations and ask every question in every framing."""
    done = timed(lambda: ask(model, state_of(model, tokens), tuple(range(len(FRAMINGS)))).yes)
    return Timed(Asked(len(tokens), done.result), done.wall_s, done.cpu_s)


def training_numbers(run: Timed[Trained]) -> Numbers:
    """Steps and words a second."""
    did = run.result
    return {
        "steps_per_s": rounded(did.steps / run.wall_s),
        "steps_per_cpu_s": rounded(did.steps / run.cpu_s),
        "words_per_s": rounded(did.words / run.wall_s),
        "words_per_cpu_s": rounded(did.words / run.cpu_s),
    }


def asking_numbers(run: Timed[Asked]) -> Numbers:
    """Answers a second, and how long a whole probe takes."""
    answers = run.result.conversations * QUESTIONS
    return {
        "answers_per_s": rounded(answers / run.wall_s),
        "answers_per_cpu_s": rounded(answers / run.cpu_s),
        "probe_s": rounded(run.wall_s),
        "probe_cpu_s": rounded(run.cpu_s),
    }


def measure(threads: int = 1, settings: WorldBench = WorldBench()) -> Report:
    """A training, its steps alone, and a probe."""
    require_processors(threads)
    given, tokens = lessons(settings), conversations(settings)
    model = new_speaker(settings.schooling, settings.seed).eval()
    training: dict[str, Callable[[], Timed[Trained]]] = {
        "training": partial(train_once, settings),
        "learning": partial(learn_once, settings, given),
    }
    with torch_threads(threads):
        trained = in_turns(training, settings.repetitions)
        asked = in_turns({"asking": partial(ask_once, model, tokens)}, settings.repetitions)
    return {
        **{name: training_numbers(median(runs)) for name, runs in trained.items()},
        **{name: asking_numbers(median(runs)) for name, runs in asked.items()},
        "steps": settings.steps,
        "conversations": settings.conversations,
        "questions": QUESTIONS,
        "threads": threads,
    }
