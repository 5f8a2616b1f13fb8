"""Does reinforcement learning solve what the prior could not solve in many tries?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.reasoning.recipe import COUNTDOWN, TINY_COUNTDOWN, Recipe, Variant

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


@dataclass(frozen=True)
class Settings:
    """Problems with one solution among all expressions, and how often each is tried."""

    countdown: Recipe = COUNTDOWN
    trained: Variant = "rl"
    problems: int = 64  # held out
    tries: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 128, 256)
    moved: int = 0  # 1: the prior's tries are held against the next problem


QUANTITIES = {
    "prior_minus_trained": Quantity(
        "share of problems", "solved in the most tries by the prior, minus by the policy"
    ),
    "prior_once": Quantity("share of problems", "the prior, one try"),
    "trained_once": Quantity("share of problems", "after the run, one try"),
    "prior_most": Quantity("share of problems", "the prior, the most tries"),
    "trained_most": Quantity("share of problems", "after the run, the most tries"),
    "answering_most": Quantity("share of problems", "the prior forced to answer at once, the most tries"),
    "no_trace_most": Quantity("share of problems", "after a run with traces forbidden, the most tries"),
    "guessing_most": Quantity("share of problems", "expressions at random, the most tries"),
    "crossing": Quantity(
        "doublings", "doublings of tries until the prior has caught up; the last one and 1 if never"
    ),
}


def draw(result: "Result") -> "Figure":
    """Problems solved by the number of tries: prior, trained policy, both without traces, and guessing; right, the
    difference at the most tries.
    """
    from companion.figures import reasoning_elicit

    arms = list(result.document["settings"])
    names = ("prior", "trained", "answering", "no_trace", "guessing")
    return reasoning_elicit.overview(
        tries=result.document["settings"][result.main_arm]["tries"],
        curves={name: result.array(f"{name}_curve") for name in names},
        difference={arm: result.scalar("prior_minus_trained", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="cot-elicit",
    version=3,
    title="What the prior could do all along",
    claim="C2.6",
    also=("C1.3",),
    chapter="what-the-trace-does",
    question="Given many tries, does the prior solve as many problems as the policy that reinforcement learning made "
    "of it?",
    hypothesis="In 256 tries the prior solves at most 0.02 fewer of the problems with a single solution than the "
    "trained policy does: nothing was learned that was not there.",
    refuted_when="The trained policy solves problems that the prior does not reach in 256 tries.",
    criterion=Above("prior_minus_trained", margin=-0.02),
    arms={"own-problem": {}, "next-problem": {"moved": 1}},
    sabotage="next-problem",
    informed_by="pilot",
    scales={
        "smoke": Settings(TINY_COUNTDOWN, problems=8, tries=(1, 4)),
        "live": Settings(problems=32, tries=(1, 2, 4, 8, 16, 32)),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="A Llama of 340,000 parameters on Countdown; the policies of cot-loop, no new training.",
    lineage="The comparison of Yue et al. (2025, section 3), with the curve of guessing beside it.",
    cost="about an hour of one core; ten minutes from the kept policies.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Try each problem many times with every policy."""
    from companion.reasoning import kept
    from companion.reasoning.answers import pass_at_k, pass_by_guessing
    from companion.reasoning.rollouts import Opening, completed

    task, most = kept.COUNTDOWN_TASK, settings.tries[-1]
    candidates = task.problems(60 * settings.problems, streams.numpy("problems"), held_out=True)
    share = (task.values(candidates) == task.targets(candidates)[:, None]).mean(1)
    single = share <= 1.5 / len(task.expressions[0])
    prompts, chances = candidates[single][: settings.problems], share[single][: settings.problems]

    def curve(who: Variant, opening: Opening, moved: int = 0) -> np.ndarray:
        model = kept.policy(settings.countdown, who, streams.root).model
        said = completed(
            model, task, prompts, streams.numpy(f"{who} {opening}"), opening=opening, copies=most
        )
        held_against = np.roll(prompts, moved, 0).repeat(most, 0)
        right = task.correct(held_against, said).reshape(-1, most)
        return pass_at_k(right, settings.tries).mean(0)

    curves = {"prior": curve("base", "free", settings.moved), "trained": curve(settings.trained, "free")}
    if not settings.moved:
        curves["answering"] = curve("base", "answer")
        curves["no_trace"] = curve("no-trace", "answer")
        curves["guessing"] = pass_by_guessing(chances, settings.tries)
    caught_up = np.flatnonzero(curves["prior"] >= curves["trained"])
    return {
        "prior_minus_trained": curves["prior"][-1] - curves["trained"][-1],
        "prior_once": curves["prior"][0],
        "trained_once": curves["trained"][0],
        **{f"{name}_most": values[-1] for name, values in curves.items()},
        "crossing": float(np.log2(settings.tries[caught_up[0]]) if len(caught_up) else np.log2(most) + 1),
        **{f"{name}_curve": values for name, values in curves.items()},
        "targets": task.targets(prompts),
    }
