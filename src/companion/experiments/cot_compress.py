"""Does reinforcement learning on traces compress them into answers without a trace, and what does compression cost?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.reasoning.recipe import SHORT_WORD_PROBLEM, TINY_SHORT_WORD_PROBLEM, Recipe, Variant

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from transformers import LlamaForCausalLM

    from companion.lab.store import Result

Method = Literal[
    "traced", "no-trace", "random", "own answers", "prior's answers", "right answers", "dropped steps"
]
"""How a policy is made to answer without a trace.

traced            reinforcement learning with a trace in every completion, and nothing else
no-trace          reinforcement learning with traces forbidden
random            reinforcement learning, traced or not as the policy likes, rewards by the toss of a coin
own answers       the trained policy imitates its own right answers, their traces dropped
prior's answers   the prior imitates its own, from as many completions
right answers     the prior imitates as many right answers: the ceiling
dropped steps     the prior imitates right traces that lose one step after the other from the front
"""

Shape = Literal["two layers", "one layer", "one wide layer"]
"""The size of the model; the wide layer has about as many weights as the two."""


@dataclass(frozen=True)
class Settings:
    """One way to answer without a trace."""

    recipe: Recipe = SHORT_WORD_PROBLEM
    method: Method = "traced"
    shape: Shape = "two layers"
    examples: int = 64_000  # completions drawn or answers shown
    rehearsal: float = 0.25  # share of whole traces shown beside answers
    problems: int = 500  # held out, of each length
    looks: int = 8  # at the answers, while they are imitated


QUANTITIES = {
    "no_trace_gain": Quantity(
        "accuracy", "answers at once, the mean over 3 to 8 permutations: after minus before"
    ),
    "no_trace_before": Quantity("accuracy", "answers at once, the prior, the same mean"),
    "no_trace_after": Quantity("accuracy", "answers at once, afterwards, the same mean"),
    "traced_before": Quantity("accuracy", "answers after a trace, the prior, the same mean"),
    "traced_after": Quantity("accuracy", "answers after a trace, afterwards, the same mean"),
    "shown": Quantity("examples", "answers without a trace that were imitated"),
}


def draw(result: "Result") -> "Figure":
    """Left: right answers without a trace by the number of permutations, a row a method, a line a seed, from chance
    (dashes) to the solver; dotted: the prior. Middle: what each method leaves of right answers after a trace. Right:
    what it adds to answers without one. Both are means over 3 to 8 permutations.
    """
    from companion.figures import reasoning_compression

    arms = list(result.document["settings"])
    return reasoning_compression.overview(
        lengths=result.array("lengths")[0],
        before=result.array("before_by_length"),
        after={arm: result.array("after_by_length", arm) for arm in arms},
        traced={arm: result.scalar("traced_after", arm) for arm in arms},
        gain={arm: result.scalar("no_trace_gain", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
        chance=1 / 6,
    )


@experiment(
    id="cot-compress",
    version=3,
    title="The price of compression",
    claim="C1.3",
    also=("C2.6",),
    chapter="what-the-trace-does",
    question="Reinforcement learning teaches a policy to write better traces. Does that alone make it answer better "
    "without one?",
    hypothesis="After reinforcement learning on traces alone, accuracy without a trace is at least 0.05 higher.",
    refuted_when="Answers without a trace stay where they were: what a trace works out is not folded into the weights "
    "unless something trains the policy to answer at once.",
    criterion=Above("no_trace_gain", margin=0.05),
    arms={
        "rl-on-traces": {},
        "rl-without-traces": {"method": "no-trace"},
        "own-answers": {"method": "own answers"},
        "own-answers-unrehearsed": {"method": "own answers", "rehearsal": 0.0},
        "priors-answers": {"method": "prior's answers"},
        "right-answers": {"method": "right answers"},
        "right-answers-one-layer": {"method": "right answers", "shape": "one layer"},
        "right-answers-wide-layer": {"method": "right answers", "shape": "one wide layer"},
        "dropped-steps": {"method": "dropped steps"},
        "random-reward": {"method": "random"},
    },
    sabotage="random-reward",
    informed_by="pilot",
    scales={
        "smoke": Settings(TINY_SHORT_WORD_PROBLEM, examples=2400, problems=30, looks=2),
        "live": Settings(examples=16_000, problems=200, looks=2),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=1,
    quantities=QUANTITIES,
    toy="A Llama of 100,000 parameters; products of one to eight permutations of ABC.",
    lineage="Distillation of traces into answers after Yu et al. (2024) and step by step after Deng et al. (2024).",
    cost="about forty minutes of one core.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Accuracy with and without a trace, by length, before and after one of the methods."""
    from companion.reasoning import kept

    task = kept.SHORT_WORD_TASK
    lengths = np.array(task.lengths)
    prior = kept.policy(recipe_of(settings), "base", streams.root).model
    before, traced_before = by_length(prior, settings, streams)
    curve: list[np.ndarray] = []

    def look(model: "LlamaForCausalLM") -> None:
        curve.append(by_length(model, settings, streams)[0])

    model, shown = compressed(settings, streams, look)
    after, traced_after = by_length(model, settings, streams)
    counted = lengths >= 3
    return {
        "no_trace_gain": float((after - before)[counted].mean()),
        "no_trace_before": float(before[counted].mean()),
        "no_trace_after": float(after[counted].mean()),
        "traced_before": float(traced_before[counted].mean()),
        "traced_after": float(traced_after[counted].mean()),
        "shown": float(shown),
        "lengths": lengths,
        "before_by_length": before,
        "after_by_length": after,
        "traced_by_length": traced_after,
        "curve": np.array([before, *curve, after]),
    }


def recipe_of(settings: Settings) -> Recipe:
    """The recipe of the model's shape."""
    recipe = settings.recipe
    match settings.shape:
        case "two layers":
            return recipe
        case "one layer":
            return replace(recipe, layers=1)
        case "one wide layer":
            return replace(
                recipe, layers=1, width=3 * recipe.width // 2, feedforward=3 * recipe.feedforward // 2
            )


def by_length(
    model: "LlamaForCausalLM", settings: Settings, streams: Streams
) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy by the number of permutations, at once and after a trace, the likeliest word at each place."""
    from companion.reasoning import kept
    from companion.reasoning.answers import tries

    task = kept.SHORT_WORD_TASK
    prompts = np.concatenate(
        [
            task.of_length(length, settings.problems, streams.numpy(f"problems of {length}"), held_out=True)
            for length in task.lengths
        ]
    )
    at_once, traced = (
        tries(model, task, prompts, streams.numpy("greedy"), opening=opening, temperature=0.0)
        for opening in ("answer", "think")
    )
    return at_once.reshape(len(task.lengths), -1).mean(1), traced.reshape(len(task.lengths), -1).mean(1)


def compressed(
    settings: Settings, streams: Streams, look: "Callable[[LlamaForCausalLM], None]"
) -> "tuple[LlamaForCausalLM, int]":
    """The policy that a method makes, and how many answers without a trace it was shown."""
    from companion.reasoning import kept
    from companion.reasoning.expert_iteration import distilled, verified
    from companion.transformer.training import TrainingSettings, joined, steps_of, train

    task, random = kept.SHORT_WORD_TASK, streams.numpy("examples")
    if settings.method in ("traced", "no-trace", "random"):
        return kept.policy(recipe_of(settings), settings.method, streams.root).model, 0
    own: Variant = "traced" if settings.method == "own answers" else "base"
    model = kept.policy(recipe_of(settings), own, streams.root).model
    plan, looks = TrainingSettings(matrix_rate=0.01, other_rate=1.5e-3), settings.looks

    def looking(texts: int) -> "Callable[[int, float], None]":
        every = max(1, steps_of(texts, plan) // looks)
        return lambda step, loss: look(model) if (step + 1) % every == 0 else None

    if settings.method in ("own answers", "prior's answers"):
        found = verified(model, task, settings.examples, random, opening="think")
        shown = len(found.prompts)
        on_step = looking(round(shown * (1 + settings.rehearsal)))
        return distilled(model, task, found, settings.rehearsal, plan, random, on_step), shown
    prompts = task.problems(round(settings.examples * (1 + settings.rehearsal)), random)
    if settings.method == "right answers":
        answers = task.lessons(prompts[: settings.examples], skipped=task.longest)
        traces = task.lessons(prompts[settings.examples :])
        corpus = joined(answers, traces, pad=task.vocabulary.pad)
        return train(model, corpus, plan, random, looking(len(prompts))), settings.examples
    parts = np.array_split(prompts, task.longest)
    for skipped, part in enumerate(parts, 1):
        train(model, task.lessons(part, skipped=skipped), plan, random)
        look(model)
    return model, len(parts[-1])
