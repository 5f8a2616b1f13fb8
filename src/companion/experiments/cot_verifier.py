"""How much of reinforcement learning hangs on the verifier's truth?"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from companion.lab.criteria import Above
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
    """Who grades, and how often the grade is turned around."""

    word: Recipe = WORD_PROBLEM
    countdown: Recipe = COUNTDOWN
    grader: Literal["verifier", "own mark"] = "verifier"  # the policy's own mark: on Countdown
    flipped: float = 0.0  # share of rewards, on the word problem
    problems: int = 2000  # held out


QUANTITIES = {
    "gain": Quantity("accuracy", "after the run minus before it"),
    "before": Quantity("accuracy", "the prior"),
    "after": Quantity("accuracy", "after the run"),
    "marks_true_before": Quantity(
        "share", "Countdown: marks of the prior that tell the truth about the answer"
    ),
    "marks_true_after": Quantity("share", "Countdown: the same after the run"),
    "marked_ok_before": Quantity("share", "Countdown: traces of the prior that end with the mark ok"),
    "marked_ok_after": Quantity("share", "Countdown: the same after the run"),
}


def draw(result: "Result") -> "Figure":
    """The gain by the share of rewards that are turned around; right, marks before and after a policy graded itself."""
    from companion.figures import reasoning_verifier
    from companion.reasoning.kept import COUNTDOWN_TASK, WORD_TASK

    settings = result.document["settings"]
    graded = [arm for arm in settings if settings[arm]["grader"] == "verifier"]
    names = (
        "marks_true_before",
        "marks_true_after",
        "marked_ok_before",
        "marked_ok_after",
        "before",
        "after",
    )
    return reasoning_verifier.overview(
        flipped={arm: settings[arm]["flipped"] for arm in graded},
        gain={arm: result.scalar("gain", arm) for arm in graded},
        before=result.scalar("before"),
        own={name: result.scalar(name, "self-graded") for name in names},
        against=result.document["primary"]["against"],
        margin=result.document["primary"]["margin"],
        chance={"word": WORD_TASK.chance, "countdown": COUNTDOWN_TASK.chance},
    )


@experiment(
    id="cot-verifier",
    version=2,
    title="A verifier that lies",
    claim="C5.2",
    chapter="what-the-trace-does",
    question="How often may a verifier be wrong before nothing is learned from it, and can the policy be its own?",
    hypothesis="With a true verifier a policy gains at least 0.2 more accuracy than with one that tosses a coin.",
    refuted_when="Reinforcement learning gains from any reward: it sharpens what the prior prefers anyway.",
    criterion=Above("gain", margin=0.2, against="half-flipped"),
    arms={
        "true": {},
        "tenth-flipped": {"flipped": 0.1},
        "quarter-flipped": {"flipped": 0.25},
        "four-tenths-flipped": {"flipped": 0.4},
        "half-flipped": {"flipped": 0.5},
        "self-graded": {"grader": "own mark"},
        "all-flipped": {"flipped": 1.0},
    },
    sabotage="all-flipped",
    informed_by="pilot",
    scales={
        "smoke": Settings(TINY_WORD_PROBLEM, TINY_COUNTDOWN, problems=60),
        "live": Settings(replace(WORD_PROBLEM, steps=20), problems=500),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=1,
    quantities=QUANTITIES,
    toy="Llamas of 100,000 and 340,000 parameters; ten permutations of ABC; Countdown.",
    lineage="After the random and wrong rewards of Shao et al. (2025), on tasks that no pretraining has seen.",
    cost="about an hour of one core.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Train with this verifier, and measure with a true one."""
    if settings.grader == "own mark":
        return self_graded(settings, streams)
    from companion.reasoning import kept
    from companion.reasoning.answers import accuracy

    task = kept.WORD_TASK
    prior = kept.policy(settings.word, "base", streams.root).model
    prompts = task.problems(settings.problems, streams.numpy("problems"), held_out=True)
    before = accuracy(prior, task, prompts, streams.numpy("answers"))
    model = kept.with_flipped_rewards(settings.word, settings.flipped, streams.root).model
    after = accuracy(model, task, prompts, streams.numpy("answers"))
    return {"gain": after - before, "before": before, "after": after}


def self_graded(settings: Settings, streams: Streams) -> Measured:
    """The policy's own last mark is its reward."""
    from companion.reasoning import kept
    from companion.reasoning.rollouts import completed

    task, found = kept.COUNTDOWN_TASK, dict[str, float]()
    prompts = task.problems(settings.problems, streams.numpy("problems"), held_out=True)
    policies: dict[str, Variant] = {"before": "base", "after": "self-graded"}
    for when, who in policies.items():
        model = kept.policy(settings.countdown, who, streams.root).model
        said = completed(model, task, prompts, streams.numpy("answers"))
        attempts = task.read_attempts(prompts, said)
        count = attempts.there.sum(1)
        last = np.maximum(count - 1, 0)[:, None]
        marked = np.take_along_axis(attempts.marked_ok, last, 1)[count > 0, 0]
        hit = np.take_along_axis(attempts.hit, last, 1)[count > 0, 0]
        found |= {
            when: float(task.correct(prompts, said).mean()),
            f"marks_true_{when}": float((marked == hit).mean()) if len(hit) else 0.0,
            f"marked_ok_{when}": float(marked.mean()) if len(hit) else 0.0,
        }
    return {"gain": found["after"] - found["before"], **found}
