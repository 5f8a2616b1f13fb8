"""Where does the gain of reinforcement learning sit: in the first attempt, or in what follows it?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    from transformers import LlamaForCausalLM

    from companion.lab.store import Result

MEASURES = {
    "accuracy": ("accuracy", "right answers after a trace"),
    "solved_first": ("share of problems", "right answers that the first attempt had found"),
    "solved_later": ("share of problems", "right answers that the first attempt had not found"),
    "first_hit": ("share", "first attempts that reach the target"),
    "later_hit": ("share", "later attempts that reach the target"),
    "attempts": ("attempts", "attempts in a trace"),
    "repeated": ("share", "attempts that the same trace had made before"),
    "right_results": ("share", "attempts whose results all follow"),
    "own_numbers": ("share", "attempts that use the problem's numbers"),
    "mark_on_hit": ("share", "attempts that reach the target, by their own account, and are marked ok"),
    "mark_on_miss": ("share", "attempts that miss it, by their own account, and are marked no"),
}


@dataclass(frozen=True)
class Settings:
    """The policy that is compared with the prior it came from."""

    word: Recipe = WORD_PROBLEM
    countdown: Recipe = COUNTDOWN
    trained: Variant = "rl"
    problems: int = 2000  # held out


QUANTITIES = {
    "later_minus_first": Quantity(
        "share of problems",
        "Countdown: the gain in problems solved later minus the gain in those solved at first",
    ),
    "gain_first": Quantity(
        "share of problems", "Countdown: the gain in problems that the first attempt solves"
    ),
    "gain_later": Quantity("share of problems", "Countdown: the gain in problems solved by a later attempt"),
    **{
        f"{name}_{who}": Quantity(unit, f"Countdown, {words}: {meaning}")
        for name, (unit, meaning) in MEASURES.items()
        for who, words in (("before", "the prior"), ("after", "after the run"))
    },
    "step_error_before": Quantity(
        "share", "word problem, the prior: steps that do not follow, in complete traces"
    ),
    "step_error_after": Quantity("share", "word problem, after the run: the same"),
    "complete_before": Quantity("share", "word problem, the prior: traces with every step written"),
    "complete_after": Quantity("share", "word problem, after the run: the same"),
}


def draw(result: "Result") -> "Figure":
    """Problems solved by the first and by later attempts, before and after; other measures; right, the difference."""
    from companion.figures import reasoning_changes
    from companion.reasoning.kept import COUNTDOWN_TASK

    arms = list(result.document["settings"])
    names = [*MEASURES, "step_error", "complete"]
    return reasoning_changes.overview(
        before={name: result.scalar(f"{name}_before") for name in names},
        after={name: result.scalar(f"{name}_after") for name in names},
        difference={arm: result.scalar("later_minus_first", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
        chance=COUNTDOWN_TASK.chance,
    )


@experiment(
    id="cot-what-changed",
    version=2,
    title="A better first guess or a better search",
    claim="C1.3",
    also=("C2.6",),
    chapter="what-the-trace-does",
    question="A Countdown trace can help in two ways: its first attempt may be right at once, or later ones may mend "
    "what the first missed. Which of the two does reinforcement learning improve?",
    hypothesis="Reinforcement learning adds more problems that are solved after a failed first attempt than problems "
    "that the first attempt solves.",
    refuted_when="Most of the gain is there in the first attempt: the prior got better, not the use of the trace.",
    criterion=Above("later_minus_first", margin=0.0),
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
    quantities=QUANTITIES,
    toy="Llamas of 100,000 and 340,000 parameters; the policies of cot-loop, no new training.",
    lineage="The behaviors that Gandhi et al. (2025) count in Countdown traces, counted exactly.",
    cost="about an hour of one core; a minute from the kept policies.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Read the traces of prior and policy, with every completion forced to begin with a trace."""
    from companion.reasoning import kept

    before = kept.policy(settings.countdown, "base", streams.root).model
    after = kept.policy(settings.countdown, settings.trained, streams.root).model
    found = {
        "before": countdown_traces(before, settings, streams),
        "after": countdown_traces(after, settings, streams),
    }
    first = found["after"]["solved_first"] - found["before"]["solved_first"]
    later = found["after"]["solved_later"] - found["before"]["solved_later"]
    return {
        "later_minus_first": later - first,
        "gain_first": first,
        "gain_later": later,
        **{f"{name}_{who}": value for who, values in found.items() for name, value in values.items()},
        **word_traces(settings, streams),
    }


def countdown_traces(model: "LlamaForCausalLM", settings: Settings, streams: Streams) -> dict[str, float]:
    """What the attempts of a policy are like."""
    from companion.reasoning import kept
    from companion.reasoning.rollouts import completed

    task = kept.COUNTDOWN_TASK
    prompts = task.problems(settings.problems, streams.numpy("problems countdown"), held_out=True)
    said = completed(model, task, prompts, streams.numpy("traces countdown"), opening="think")
    right, found = task.correct(prompts, said), task.read_attempts(prompts, said)
    there, later = found.there, found.there.copy()
    later[:, 0] = False
    at_first = right & found.hit[:, 0] & there[:, 0]
    return {
        "accuracy": float(right.mean()),
        "solved_first": float(at_first.mean()),
        "solved_later": float((right & ~at_first).mean()),
        "first_hit": mean_where(found.hit[:, 0], there[:, 0]),
        "later_hit": mean_where(found.hit, later),
        "attempts": float(there.sum(1).mean()),
        "repeated": mean_where(repeats(found.expression, there), there),
        "right_results": mean_where(found.right_results, there),
        "own_numbers": mean_where(found.own_numbers, there),
        "mark_on_hit": mean_where(found.marked_ok, there & found.says_hit),
        "mark_on_miss": mean_where(~found.marked_ok, there & ~found.says_hit),
    }


def repeats(expression: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Which attempts were made before in the same trace."""
    same = (expression[:, :, None] == expression[:, None, :]) & there[:, :, None] & there[:, None, :]
    earlier = np.tril(np.ones(same.shape[1:], bool), -1)
    return (same & earlier).any(2)


def mean_where(values: np.ndarray, where: np.ndarray) -> float:
    """The mean over some entries; 0 where there are none."""
    return float(values[where].mean()) if where.any() else 0.0


def word_traces(settings: Settings, streams: Streams) -> dict[str, float]:
    """How often steps of the word problem are wrong."""
    from companion.reasoning import kept
    from companion.reasoning.rollouts import completed

    task, found = kept.WORD_TASK, dict[str, float]()
    prompts = task.problems(settings.problems, streams.numpy("problems word"), held_out=True)
    policies: dict[str, Variant] = {"before": "base", "after": settings.trained}
    for when, who in policies.items():
        model = kept.policy(settings.word, who, streams.root).model
        said = completed(model, task, prompts, streams.numpy("traces word"), opening="think")
        complete = task.traces(prompts, said)
        found |= {
            f"complete_{when}": float(complete.mean()),
            f"step_error_{when}": mean_where(
                task.step_errors(prompts, said), complete[:, None].repeat(task.longest, 1)
            ),
        }
    return found
