"""Does gradient descent make a network whose forward pass is itself a learner? Bandits (RL²) and regression."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from companion.fast_learners import bandits, regression, rl2
from companion.fast_learners.bandits import MANY_ARMS, SAFE_ARM, Bandit, BayesOptimum, Player
from companion.fast_learners.linear_tasks import LinearTask
from companion.fast_learners.regression import InContextRegressor, RegressionSettings
from companion.fast_learners.rl2 import FastLearner, Feedback, RL2Settings, State
from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result

BANDITS: dict[str, Bandit] = {"safe-arm": SAFE_ARM, "many-arms": MANY_ARMS}


@dataclass(frozen=True)
class Settings:
    """One network: its world, what it may carry and see, how long it is trained, on how many new tasks it is tested."""

    world: Literal["safe-arm", "many-arms", "regression"] = "safe-arm"
    state: State = "kept"
    feedback: Feedback = "true"
    updates: int = 2500  # of the slow learner, on bandits
    steps: int = 2000  # of the slow learner, on regression
    snapshots: tuple[float, ...] = (
        0.0,
        0.02,
        0.05,
        0.1,
        0.2,
        0.5,
    )  # of training: inner learning curves along the way
    tests: int = 50_000  # new episodes; a snapshot uses a tenth


QUANTITIES = {
    "gap_closed": Quantity(
        "share of the gap",
        "how much of the gap between the best play without learning (0) and the Bayes optimum (1) the frozen network "
        "closes; in regression, of the gap in squared error between predicting zero and ridge regression",
    ),
    "gap_closed_wiped": Quantity(
        "share of the gap", "the same network with its state wiped before every pull"
    ),
    "gap_closed_moved": Quantity(
        "share of the gap",
        "the same network in a world that training withheld: arms that are mostly good or bad",
    ),
    "return": Quantity("reward per episode", "the frozen network's return"),
    "return_wiped": Quantity("reward per episode", "its return with its state wiped before every pull"),
    "optimum": Quantity("reward per episode", "the Bayes optimum, by dynamic programming"),
    "blind": Quantity("reward per episode", "the best play without learning: one arm throughout"),
    "greedy": Quantity(
        "reward per episode", "exact beliefs, always the arm with the highest expected reward"
    ),
    "thompson": Quantity("reward per episode", "exact beliefs, Thompson sampling"),
}


def draw(result: "Result") -> "Figure":
    """Left: reward by pull inside an episode of the safe-arm world, weights frozen at several moments of training (the
    mean of all seeds; the last also for each seed), beside the Bayes optimum, greedy play and the trained network with
    its state wiped before every pull. Right: the share of the gap closed, one dot a seed, with 95 % intervals and the
    declared margin.
    """
    from companion.figures import slow_trains_fast

    names = ("curves", "curve_wiped", "curve_optimum", "curve_greedy")
    return slow_trains_fast.overview(
        moments=result.array("moments")[0],
        **{name: result.array(name) for name in names},
        gaps={arm: result.scalar("gap_closed", arm) for arm in result.document["settings"]},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="clocks-slow-trains-fast",
    version=1,
    title="Gradient descent trains a forward pass that learns",
    claim="C1.2",
    also=("C4.6",),
    chapter="two-clocks",
    question="Can gradient descent on weights produce a network that learns new tasks with its weights at rest, and "
    "how much of what could be learned does it learn?",
    hypothesis="A recurrent network trained by policy gradients on many bandits plays new bandits, with frozen "
    "weights, so well that it closes more than three quarters of the gap between the best play without learning and "
    "the exact Bayes optimum, in a world where greedy play closes none of it.",
    refuted_when="The frozen network plays the end of an episode much as it plays the beginning, or settles for the "
    "safe arm: it closes less than three quarters of the gap.",
    criterion=Above("gap_closed", margin=0.75),
    arms={
        "safe-arm": {},
        "many-arms": {"world": "many-arms"},
        "regression": {"world": "regression"},
        "memoryless": {"state": "wiped"},
        "shuffled-rewards": {"feedback": "shuffled"},
    },
    sabotage="shuffled-rewards",
    informed_by="pilot",
    scales={
        "smoke": Settings(updates=6, steps=6, snapshots=(0.0, 0.5), tests=200),
        "live": Settings(updates=1000, steps=500, tests=10_000),
        "full": Settings(),
    },
    seeds=10,
    live_seeds=3,
    quantities=QUANTITIES,
    toy="A GRU with 32 units on bandits of 20 or 10 pulls; a transformer of 124,000 parameters on 10 examples.",
    lineage="Replicates the bandits of Duan et al. (2016, section 3.1) at 5 arms and 10 pulls, and the linear "
    "functions of Garg et al. (2022, section 3); extends them by a world in which exploring pays, with its optimum.",
    cost="about 25 minutes on two cores.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Train one network on its world, freeze it, and test it on new tasks of that world."""
    if settings.world == "regression":
        return measure_regression(settings, streams)
    return measure_bandit(settings, BANDITS[settings.world], streams)


def measure_bandit(settings: Settings, bandit: Bandit, streams: Streams) -> Measured:
    """A GRU on bandits: its returns beside the optimum's, and its learning inside an episode as training goes on."""
    trained = RL2Settings(updates=settings.updates, state=settings.state, feedback=settings.feedback)
    curves: list[np.ndarray] = []
    moments = [round(share * settings.updates) for share in settings.snapshots]

    def snapshot(update: int, learner: FastLearner, _: float) -> None:
        if update in moments:
            curves.append(play(learner, bandit, settings.tests // 10, streams.numpy(f"snapshot {update}")))

    def play(
        learner: FastLearner,
        bandit: Bandit,
        episodes: int,
        rng: np.random.Generator,
        state: State = settings.state,
    ) -> np.ndarray:
        return rl2.rewards_by_pull(learner, bandit, episodes, rng, state, settings.feedback)

    learner = rl2.train(trained, bandit, streams.numpy("training"), snapshot)
    frozen = play(learner, bandit, settings.tests, streams.numpy("test"))
    wiped = play(learner, bandit, settings.tests, streams.numpy("test wiped"), "wiped")
    moved = replace(bandit, priors=((0.5, 0.5),) * len(bandit.priors))
    played = references(bandit, settings.tests, streams)
    return {
        "gap_closed": bandits.gap_closed(frozen.sum(), bandit),
        "gap_closed_wiped": bandits.gap_closed(wiped.sum(), bandit),
        "gap_closed_moved": bandits.gap_closed(
            play(learner, moved, settings.tests, streams.numpy("test moved")).sum(), moved
        ),
        "return": frozen.sum(),
        "return_wiped": wiped.sum(),
        "optimum": bandits.bayes_optimum(bandit),
        "blind": bandits.blind_optimum(bandit),
        "greedy": played["greedy"].sum(),
        "thompson": played["thompson"].sum(),
        "moments": np.array([*moments, settings.updates]),
        "curves": np.stack([*curves, frozen]),
        "curve_wiped": wiped,
        **{f"curve_{name}": curve for name, curve in played.items()},
    }


def references(bandit: Bandit, episodes: int, streams: Streams) -> dict[str, np.ndarray]:
    """Reward by pull of players that hold exact beliefs: the optimum, greedy, Thompson sampling."""
    players: dict[str, Player] = {
        "optimum": BayesOptimum(bandit.safe),
        "greedy": bandits.greedy(bandit),
        "thompson": bandits.thompson(bandit),
    }
    return {
        name: bandits.play(player, bandit, episodes, streams.numpy(name)).mean(0)
        for name, player in players.items()
    }


def measure_regression(settings: Settings, streams: Streams) -> Measured:
    """A transformer on linear functions: its error after each number of examples, beside the Bayes agent's."""
    task = LinearTask(noise=0.5)
    network = regression.train(RegressionSettings(steps=settings.steps), task, streams.numpy("training"))
    errors, exact = regression_errors(network, task, settings.tests // 10, streams.numpy("test"))
    moved = regression_errors(
        network, replace(task, condition=10.0), settings.tests // 10, streams.numpy("test moved")
    )
    return {
        "gap_closed": share_of_gap(errors, exact),
        "gap_closed_moved": share_of_gap(*moved),
        "errors": errors,
        "errors_exact": exact,
    }


def regression_errors(
    network: InContextRegressor, task: LinearTask, contexts: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Squared error after 0, 1, ... examples, as a share of chance: the frozen network's and the Bayes agent's."""
    shown = task.draw(contexts, RegressionSettings().examples, rng)
    with torch.no_grad():
        answers = network(shown)
    exact = regression.posterior_mean(shown, task)
    return regression.error_by_examples(answers, shown, task), regression.error_by_examples(
        exact, shown, task
    )


def share_of_gap(errors: np.ndarray, exact: np.ndarray) -> float:
    """How much of the error that the Bayes agent removes the network removes, over all numbers of examples."""
    return float((1 - errors).sum() / (1 - exact).sum())
