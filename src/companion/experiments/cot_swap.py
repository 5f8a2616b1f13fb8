"""Who reads, who writes: is it the trace that got better, or the reading of it?"""

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above, All
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.reasoning.recipe import (
    COUNTDOWN,
    TINY_COUNTDOWN,
    TINY_WORD_PROBLEM,
    WORD_PROBLEM,
    Recipe,
    Variant,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result

POLICIES: tuple[Variant, ...] = ("base", "rl")


@dataclass(frozen=True)
class Settings:
    """Both tasks, and how far a trace is moved from the problem it was written for."""

    word: Recipe = WORD_PROBLEM
    countdown: Recipe = COUNTDOWN
    problems: int = 2000  # held out
    moved: int = 0  # 1: every reader is given the trace of the next problem


def quantities_of(task: str, words: str) -> dict[str, Quantity]:
    """What is measured on each task."""
    return {
        f"writer_minus_reader_{task}": Quantity(
            "accuracy", f"{words}: the writer's effect minus the reader's"
        ),
        f"writer_effect_{task}": Quantity(
            "accuracy",
            f"{words}: what the prior gains when it reads the trained policy's traces and not its own",
        ),
        f"reader_effect_{task}": Quantity(
            "accuracy", f"{words}: what the prior's traces gain when the trained policy reads them"
        ),
        f"guess_effect_{task}": Quantity(
            "accuracy", f"{words}: what training adds to answers without any trace"
        ),
        f"matched_writer_effect_{task}": Quantity(
            "accuracy",
            f"{words}: the writer's effect between traces of one length that are both right or both wrong",
        ),
        **{
            f"{reader}_reads_{writer}_{task}": Quantity(
                "accuracy", f"{words}: {reader} reads traces of {writer}"
            )
            for reader, writer in product(POLICIES, (*POLICIES, "none"))
        },
    }


def draw(result: "Result") -> "Figure":
    """Accuracy of each reader after each writer's traces, and without any; right, how the two effects differ."""
    from companion.figures import reasoning_swap
    from companion.reasoning.kept import COUNTDOWN_TASK, WORD_TASK

    arms = list(result.document["settings"])
    return reasoning_swap.overview(
        table={
            task: {
                (reader, writer): result.scalar(f"{reader}_reads_{writer}_{task}")
                for reader, writer in product(POLICIES, (*POLICIES, "none"))
            }
            for task in ("word", "countdown")
        },
        effects={
            task: {
                name: result.scalar(f"{name}_effect_{task}")
                for name in ("writer", "reader", "guess", "matched_writer")
            }
            for task in ("word", "countdown")
        },
        difference={
            task: {arm: result.scalar(f"writer_minus_reader_{task}", arm) for arm in arms}
            for task in ("word", "countdown")
        },
        margin=result.document["primary"]["margin"],
        chance={"word": WORD_TASK.chance, "countdown": COUNTDOWN_TASK.chance},
    )


@experiment(
    id="cot-swap",
    version=2,
    title="Reader and writer exchanged",
    claim="C2.6",
    also=("C1.3",),
    chapter="what-the-trace-does",
    question="After reinforcement learning, does a policy write better traces, or does it read them better?",
    hypothesis="On both tasks the prior gains at least 0.05 more accuracy from reading the trained policy's traces "
    "than the prior's traces gain from being read by the trained policy: training set up better contexts.",
    refuted_when="The gain goes with the reader: the trained policy answers better after the same traces.",
    criterion=All(
        (Above("writer_minus_reader_word", margin=0.05), Above("writer_minus_reader_countdown", margin=0.05))
    ),
    arms={"own-problem": {}, "next-problem": {"moved": 1}},
    sabotage="next-problem",
    informed_by="pilot",
    scales={
        "smoke": Settings(TINY_WORD_PROBLEM, TINY_COUNTDOWN, problems=60),
        "live": Settings(problems=500),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=quantities_of("word", "word problem") | quantities_of("countdown", "Countdown"),
    toy="Llamas of 100,000 and 340,000 parameters; the policies of cot-loop, no new training.",
    lineage="A crossing of writers and readers; related to the interventions of Lanham et al. (2023).",
    cost="about an hour of one core; two minutes from the kept policies.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Every reader on every writer's traces, on both tasks."""
    return on_task("word", settings.word, settings, streams) | on_task(
        "countdown", settings.countdown, settings, streams
    )


def on_task(name: str, recipe: Recipe, settings: Settings, streams: Streams) -> dict[str, float]:
    """The same on one task."""
    from companion.reasoning import kept
    from companion.reasoning.answers import lengths_of
    from companion.reasoning.rollouts import completed
    from companion.reasoning.surgery import read_and_answered, traces_in

    task = kept.task_of(recipe)
    models = {who: kept.policy(recipe, who, streams.root).model for who in POLICIES}
    prompts = task.problems(settings.problems, streams.numpy(f"problems {name}"), held_out=True)
    nothing = np.full((len(prompts), 1), task.vocabulary.pad)
    traces = {"none": nothing}
    written_right: dict[str, np.ndarray] = {}
    for who, model in models.items():
        said = completed(model, task, prompts, streams.numpy(f"{who} writes {name}"), opening="think")
        traces[who] = np.roll(traces_in(said, task), settings.moved, 0)
        written_right[who] = task.correct(prompts, said)
    right = {
        (reader, writer): task.correct(
            prompts,
            read_and_answered(models[reader], task, prompts, trace, streams.numpy(f"{reader} reads {name}")),
        )
        for reader, (writer, trace) in product(POLICIES, traces.items())
    }
    kinds = {who: 2 * lengths_of(traces[who], task.vocabulary.pad) + written_right[who] for who in POLICIES}
    accuracy = {both: float(hits.mean()) for both, hits in right.items()}
    writer = accuracy["base", "rl"] - accuracy["base", "base"]
    reader = accuracy["rl", "base"] - accuracy["base", "base"]
    return {
        f"writer_minus_reader_{name}": writer - reader,
        f"writer_effect_{name}": writer,
        f"reader_effect_{name}": reader,
        f"guess_effect_{name}": accuracy["rl", "none"] - accuracy["base", "none"],
        f"matched_writer_effect_{name}": matched_difference(
            right["base", "rl"], kinds["rl"], right["base", "base"], kinds["base"]
        ),
        **{f"{who}_reads_{by}_{name}": share for (who, by), share in accuracy.items()},
    }


def matched_difference(
    one: np.ndarray, kinds_of_one: np.ndarray, other: np.ndarray, kinds_of_other: np.ndarray
) -> float:
    """The mean difference of hits between rows of the same kind; a kind counts as often as its rarer side has it."""
    total, weight = 0.0, 0
    for kind in np.intersect1d(kinds_of_one, kinds_of_other):
        mine, theirs = one[kinds_of_one == kind], other[kinds_of_other == kind]
        count = min(len(mine), len(theirs))
        total, weight = total + count * (mine.mean() - theirs.mean()), weight + count
    return total / max(weight, 1)
