"""What must a prior already hold for reinforcement learning to make something of it?"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.reasoning.recipe import TINY_WORD_PROBLEM, WORD_PROBLEM, Corpus, Recipe

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


@dataclass(frozen=True)
class Settings:
    """One prior, and the same run of reinforcement learning on it."""

    recipe: Recipe = WORD_PROBLEM
    corpus: Corpus = "full"
    problems: int = 2000  # held out


QUANTITIES = {
    "gain": Quantity("accuracy", "after the run minus before it"),
    "before": Quantity("accuracy", "the prior"),
    "after": Quantity("accuracy", "after the run"),
    "complete_before": Quantity(
        "share", "traces with every step written, of the prior when it is made to think"
    ),
    "complete_after": Quantity("share", "the same after the run"),
    "step_error_before": Quantity("share", "steps that do not follow, in complete traces of the prior"),
    "step_error_after": Quantity("share", "the same after the run"),
    "thinks_after": Quantity("share", "completions with a trace after the run"),
}


def draw(result: "Result") -> "Figure":
    """Accuracy during the run for each prior; right, the gain."""
    from companion.figures import reasoning_ingredients

    arms = list(result.document["settings"])
    return reasoning_ingredients.overview(
        curves={arm: result.array("curve", arm) for arm in arms},
        gain={arm: result.scalar("gain", arm) for arm in arms},
        against=result.document["primary"]["against"],
        margin=result.document["primary"]["margin"],
        chance=1 / 6,
    )


@experiment(
    id="cot-ingredients",
    version=2,
    title="Nothing comes of nothing",
    claim="C2.6",
    chapter="chain-of-thought",
    question="Reinforcement learning makes more of what a prior does now and then. What if the prior never does it?",
    hypothesis="A prior whose corpus holds complete traces gains at least 0.3 more accuracy than one whose corpus "
    "writes down every second step at most.",
    refuted_when="Reinforcement learning finds the complete traces by itself and gains as much.",
    criterion=Above("gain", margin=0.3, against="no-full-traces"),
    arms={
        "full": {},
        "no-full-traces": {"corpus": "no-full-traces"},
        "wrong-answers": {"corpus": "wrong-answers"},
        "random-steps": {"corpus": "random-steps"},
    },
    sabotage="random-steps",
    informed_by="pilot",
    scales={
        "smoke": Settings(TINY_WORD_PROBLEM, problems=60),
        "live": Settings(replace(WORD_PROBLEM, steps=20), problems=500),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=1,
    quantities=QUANTITIES,
    toy="A Llama of 100,000 parameters; ten permutations of ABC; priors and runs of seconds.",
    lineage="After Gandhi et al. (2025), who prime language models with behaviors before reinforcement learning.",
    cost="about fifteen minutes of one core.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Train a prior, read its traces, train it on, and read them again."""
    from companion.reasoning import kept
    from companion.reasoning.answers import accuracy
    from companion.reasoning.rollouts import completed

    task, recipe = kept.WORD_TASK, replace(settings.recipe, corpus=settings.corpus)
    prior = kept.policy(recipe, "base", streams.root)
    trained = kept.policy(recipe, "rl", streams.root)
    prompts = task.problems(settings.problems, streams.numpy("problems"), held_out=True)
    found: dict[str, float | np.ndarray] = {}
    for when, policy in (("before", prior), ("after", trained)):
        said = completed(policy.model, task, prompts, streams.numpy("traces"), opening="think")
        complete = task.traces(prompts, said)
        wrong = task.step_errors(prompts, said)[complete]
        found |= {
            when: accuracy(policy.model, task, prompts, streams.numpy("answers")),
            f"complete_{when}": float(complete.mean()),
            f"step_error_{when}": float(wrong.mean()) if len(wrong) else 1.0,
        }
    return found | {
        "gain": float(found["after"]) - float(found["before"]),
        "thinks_after": trained.history[-1].thinks,
        "curve": np.array([step.correct for step in trained.history]),
    }
