"""Is the trace the computation? Edit it, and predict the answer before running."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Settings:
    """The reader, and whether it sees the edit that its answer is held against."""

    word: Recipe = WORD_PROBLEM
    countdown: Recipe = COUNTDOWN
    reader: Variant = "rl"
    edit_shown: bool = True
    problems: int = 2000  # held out
    place: int = 4  # the step of the word problem that is edited, counted from 0


QUANTITIES = {
    "follows_word": Quantity(
        "share", "word problem: answers to which the remaining steps lead from the edited one"
    ),
    "follows_countdown": Quantity(
        "share", "Countdown: answers that give the forged last attempt, a wrong one that claims to hit"
    ),
    "still_right_word": Quantity("share", "word problem: answers that are right in spite of the edit"),
    "still_right_countdown": Quantity("share", "Countdown: answers that are right in spite of the forgery"),
    "intact_word": Quantity("accuracy", "word problem: after a right trace"),
    "cut_word": Quantity("accuracy", "word problem: after the first half of a right trace"),
    "shuffled_word": Quantity(
        "accuracy", "word problem: after a right trace with its words in another order"
    ),
    "none_word": Quantity("accuracy", "word problem: without a trace"),
    "intact_countdown": Quantity("accuracy", "Countdown: after traces of the prior that end in a hit"),
    "unmarked_countdown": Quantity("accuracy", "Countdown: after the same with the last mark turned to no"),
    "cut_countdown": Quantity("accuracy", "Countdown: after the same without the last attempt"),
    "shuffled_countdown": Quantity("accuracy", "Countdown: after the same with their words in another order"),
    "none_countdown": Quantity("accuracy", "Countdown: the same problems without a trace"),
    "traces_countdown": Quantity(
        "traces", "Countdown: traces that end in a hit, of all that the prior wrote"
    ),
}


def draw(result: "Result") -> "Figure":
    """Answers that follow an edit, for prior and trained policy; accuracy after traces that were cut, shuffled,
    unmarked or taken away.
    """
    from companion.figures import reasoning_surgery

    arms = list(result.document["settings"])
    return reasoning_surgery.overview(
        follows={
            task: {arm: result.scalar(f"follows_{task}", arm) for arm in arms}
            for task in ("word", "countdown")
        },
        accuracy={
            arm: {
                name: result.scalar(name, arm)
                for name in QUANTITIES
                if name.startswith(("intact", "unmarked", "cut", "shuffled", "none"))
            }
            for arm in arms
            if arm != "unseen-edit"
        },
        chance={"word": 1 / 6},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="cot-trace-causal",
    version=2,
    title="Edit one step, predict the answer",
    claim="C2.5",
    chapter="what-the-trace-does",
    question="If one step of a trace is altered, does the answer become what the altered trace implies?",
    hypothesis="After reinforcement learning more than 0.8 of the answers are those that an edited trace implies, on "
    "both tasks, although they are wrong.",
    refuted_when="Answers stay right, or change into something that the edit does not predict: the trace accompanies "
    "the computation without being it.",
    criterion=All((Above("follows_word", margin=0.8), Above("follows_countdown", margin=0.8))),
    arms={
        "trained": {},
        "prior": {"reader": "base"},
        "unseen-edit": {"edit_shown": False},
    },
    sabotage="unseen-edit",
    informed_by="pilot",
    scales={
        "smoke": Settings(TINY_WORD_PROBLEM, TINY_COUNTDOWN, problems=60),
        "live": Settings(problems=500),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 100,000 and 340,000 parameters; the policies of cot-loop, no new training.",
    lineage="The interventions of Lanham et al. (2023, section 2), with the counterfactual answer known exactly.",
    cost="about an hour of one core; a minute from the kept policies.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Edit traces and compare the likeliest answer with the one that the edit implies."""
    return word_edits(settings, streams) | countdown_edits(settings, streams)


def word_edits(settings: Settings, streams: Streams) -> dict[str, float]:
    """A wrong step in an otherwise right trace, which the reader carries on; and traces that are cut or shuffled."""
    from companion.reasoning import kept, surgery
    from companion.reasoning.task import answers_in

    task, reader = kept.WORD_TASK, kept.policy(settings.word, settings.reader, streams.root).model
    prompts = task.problems(settings.problems, streams.numpy("problems word"), held_out=True)
    random, pad = streams.numpy("edits word"), task.vocabulary.pad
    edited = surgery.wrong_step(task, prompts, settings.place, random)
    lesson = task.lessons(prompts).tokens[:, task.prompt_length :]
    whole = surgery.traces_in(lesson, task)
    begun = whole[:, : edited.traces.shape[1]]
    shown = edited.traces if settings.edit_shown else begun
    said = surgery.continued(reader, task, prompts, shown, random)
    found, words = answers_in(said, task.vocabulary, 1)

    def after(traces: np.ndarray) -> float:
        return float(
            task.correct(prompts, surgery.read_and_answered(reader, task, prompts, traces, random)).mean()
        )

    return {
        "follows_word": float((found & (words[:, 0] - task.first == edited.expected)).mean()),
        "still_right_word": float(task.correct(prompts, said).mean()),
        "intact_word": after(whole),
        "cut_word": after(whole[:, : 1 + task.longest // 2]),
        "shuffled_word": after(surgery.shuffled_words(whole, pad, random)),
        "none_word": after(np.full((len(prompts), 1), pad)),
    }


def countdown_edits(settings: Settings, streams: Streams) -> dict[str, float]:
    """Traces of the prior that end in a hit, with that hit forged, unmarked, taken away."""
    from companion.reasoning import kept, surgery
    from companion.reasoning.rollouts import completed

    task, random = kept.COUNTDOWN_TASK, streams.numpy("edits countdown")
    writer = kept.policy(settings.countdown, "base", streams.root).model
    reader = kept.policy(settings.countdown, settings.reader, streams.root).model
    prompts = task.problems(settings.problems, streams.numpy("problems countdown"), held_out=True)
    said = completed(writer, task, prompts, streams.numpy("writer countdown"), opening="think")
    traces = surgery.traces_in(said, task)
    attempts = task.read_attempts(prompts, said)
    count = attempts.there.sum(1)
    last = np.maximum(count - 1, 0)[:, None]
    whole = (traces != task.vocabulary.pad).sum(1) == 1 + count * task.attempt_length
    ends_in_hit = (count > 0) & whole & np.take_along_axis(attempts.hit, last, 1)[:, 0]
    if not ends_in_hit.any():  # a prior of seconds may never hit
        prompts, traces = hits(prompts, random)
    else:
        prompts, traces = prompts[ends_in_hit], traces[ends_in_hit]
    edited = surgery.forged_attempt(task, prompts, traces, random)
    answers = surgery.read_and_answered(
        reader, task, prompts, edited.traces if settings.edit_shown else traces, random
    )

    def after(shown: np.ndarray) -> float:
        return float(
            task.correct(prompts, surgery.read_and_answered(reader, task, prompts, shown, random)).mean()
        )

    return {
        "follows_countdown": float((task.answered(answers) == edited.expected).mean()),
        "still_right_countdown": float(task.correct(prompts, answers).mean()),
        "intact_countdown": after(traces),
        "unmarked_countdown": after(surgery.flipped_mark(task, traces)),
        "cut_countdown": after(surgery.without_last_attempt(task, traces)),
        "shuffled_countdown": after(surgery.shuffled_words(traces, task.vocabulary.pad, random)),
        "none_countdown": after(np.full((len(prompts), 1), task.vocabulary.pad)),
        "traces_countdown": float(ends_in_hit.sum()),
    }


def hits(prompts: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Traces of one attempt that hits, written by no policy."""
    from companion.reasoning import kept
    from companion.reasoning.countdown_texts import solutions, written
    from companion.reasoning.task import THINK

    task = kept.COUNTDOWN_TASK
    attempt, _ = written(task, prompts, solutions(task, prompts, random), random)
    opened = np.full((len(prompts), 1), task.vocabulary.ids[THINK])
    return prompts, np.concatenate([opened, attempt], 1)
