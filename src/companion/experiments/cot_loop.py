"""Does reinforcement learning from the outcome alone make a policy better, and does it take the trace to do so?"""

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
    """One policy on both tasks, beside the same run with its traces forbidden."""

    word: Recipe = WORD_PROBLEM
    countdown: Recipe = COUNTDOWN
    trained: Variant = "rl"
    problems: int = 2000  # held out


def quantities_of(task: str, words: str) -> dict[str, Quantity]:
    """What is measured on each task."""
    return {
        f"trace_advantage_{task}": Quantity(
            "accuracy", f"{words}: accuracy after the run minus that after a run with traces forbidden"
        ),
        f"base_{task}": Quantity("accuracy", f"{words}: the prior"),
        f"base_greedy_{task}": Quantity("accuracy", f"{words}: the prior, the likeliest word at each place"),
        f"base_answering_{task}": Quantity("accuracy", f"{words}: the prior, forced to answer at once"),
        f"trained_{task}": Quantity("accuracy", f"{words}: after the run"),
        f"trained_answering_{task}": Quantity(
            "accuracy", f"{words}: after the run, forced to answer at once"
        ),
        f"no_trace_{task}": Quantity("accuracy", f"{words}: after the run with traces forbidden"),
        f"base_thinks_{task}": Quantity("share", f"{words}: completions of the prior with a trace"),
        f"trained_thinks_{task}": Quantity("share", f"{words}: completions with a trace after the run"),
        f"base_tokens_{task}": Quantity("tokens", f"{words}: a completion of the prior"),
        f"trained_tokens_{task}": Quantity("tokens", f"{words}: a completion after the run"),
        f"cost_{task}": Quantity(
            "times",
            f"{words}: tokens drawn in the run, as a multiple of those drawn in the run without traces",
        ),
        f"chance_{task}": Quantity("accuracy", f"{words}: a well-formed answer at random"),
    }


def draw(result: "Result") -> "Figure":
    """Accuracy during the run, with traces and with traces forbidden, on both tasks; right, how far the ends part."""
    from companion.figures import reasoning_loop

    arms = list(result.document["settings"])
    return reasoning_loop.overview(
        curves={
            task: {name: result.array(f"{name}_curve_{task}") for name in ("trained", "no_trace")}
            for task in ("word", "countdown")
        },
        ends={
            task: {
                name: result.scalar(f"{name}_{task}")
                for name in ("base", "base_greedy", "trained", "no_trace", "chance")
            }
            for task in ("word", "countdown")
        },
        advantage={
            task: {arm: result.scalar(f"trace_advantage_{task}", arm) for arm in arms}
            for task in ("word", "countdown")
        },
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="cot-loop",
    version=2,
    title="Reinforcement learning from the outcome alone",
    claim="C1.3",
    chapter="chain-of-thought",
    question="A weak prior is rewarded for right answers and nothing else. Does it get better, and does it need its "
    "traces to get better?",
    hypothesis="On both tasks a policy that may write a trace ends at least 0.05 above one that learned, for as many "
    "steps, with traces forbidden.",
    refuted_when="The same number of steps without any trace reaches as much: what was learned is a better guess.",
    criterion=All(
        (Above("trace_advantage_word", margin=0.05), Above("trace_advantage_countdown", margin=0.05))
    ),
    arms={"outcome-reward": {}, "random-reward": {"trained": "random"}},
    sabotage="random-reward",
    informed_by="pilot",
    scales={
        "smoke": Settings(TINY_WORD_PROBLEM, TINY_COUNTDOWN, problems=60),
        "live": Settings(problems=500),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=quantities_of("word", "word problem") | quantities_of("countdown", "Countdown"),
    toy="Llamas of 100,000 and 340,000 parameters; ten permutations of ABC; Countdown; runs of seconds to minutes.",
    lineage="The recipe of DeepSeek-R1-Zero (DeepSeek-AI 2025, section 2.2) with the corrections of Liu et al. (2025, "
    "section 3), at a ten-thousandth of the size; Countdown after Gandhi et al. (2024).",
    cost="about an hour of one core; a minute from the kept policies.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Accuracy on held-out problems before and after the runs, on both tasks."""
    return on_task("word", settings.word, settings, streams) | on_task(
        "countdown", settings.countdown, settings, streams
    )


def on_task(name: str, recipe: Recipe, settings: Settings, streams: Streams) -> dict[str, float | np.ndarray]:
    """The same on one task."""
    from companion.reasoning import kept
    from companion.reasoning.answers import accuracy, lengths_of
    from companion.reasoning.rollouts import completed
    from companion.reasoning.task import THINK

    task = kept.task_of(recipe)
    base = kept.policy(recipe, "base", streams.root)
    trained = kept.policy(recipe, settings.trained, streams.root)
    without = kept.policy(recipe, "no-trace", streams.root)
    prompts = task.problems(settings.problems, streams.numpy(f"problems {name}"), held_out=True)

    def random(purpose: str) -> np.random.Generator:
        return streams.numpy(f"{purpose} {name}")

    found: dict[str, float | np.ndarray] = {}
    for who, policy in (("base", base), ("trained", trained)):
        said = completed(policy.model, task, prompts, random(who))
        found |= {
            f"{who}_{name}": float(task.correct(prompts, said).mean()),
            f"{who}_thinks_{name}": float((said[:, 0] == task.vocabulary.ids[THINK]).mean()),
            f"{who}_tokens_{name}": float(lengths_of(said, task.vocabulary.pad).mean()),
            f"{who}_answering_{name}": accuracy(
                policy.model, task, prompts, random("at once"), opening="answer"
            ),
        }
    no_trace = accuracy(without.model, task, prompts, random("at once"), opening="answer")
    drawn = {
        who: sum(step.tokens for step in policy.history) for who, policy in (("t", trained), ("w", without))
    }
    return found | {
        f"trace_advantage_{name}": float(found[f"trained_{name}"]) - no_trace,
        f"base_greedy_{name}": accuracy(base.model, task, prompts, random("greedy"), temperature=0.0),
        f"no_trace_{name}": no_trace,
        f"cost_{name}": drawn["t"] / drawn["w"],
        f"chance_{name}": task.chance,
        f"trained_curve_{name}": np.array([step.correct for step in trained.history]),
        f"no_trace_curve_{name}": np.array([step.correct for step in without.history]),
        f"tokens_curve_{name}": np.array([step.tokens for step in trained.history]),
    }
