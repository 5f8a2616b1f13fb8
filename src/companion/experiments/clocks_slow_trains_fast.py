"""Does gradient descent make a network whose forward pass is itself a learner? Bandits (RL²) and regression."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from companion.fast_learners import bandits
from companion.fast_learners.bandits import MANY_ARMS, SAFE_ARM, Bandit, BayesOptimum, Player
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
    state: Literal["kept", "wiped"] = "kept"  # from pull to pull
    feedback: Literal["true", "shuffled"] = "true"  # the rewards that the network sees
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
    from companion.fast_learners import rl2  # torch loads when something is measured, not when it is listed

    trained = rl2.RL2Settings(updates=settings.updates, state=settings.state, feedback=settings.feedback)
    moments = [round(share * settings.updates) for share in settings.snapshots]
    curves: list[np.ndarray] = []

    def curve(learner: rl2.FastLearner, world: Bandit, name: str, state: rl2.State, tests: int) -> np.ndarray:
        return rl2.rewards_by_pull(learner, world, tests, streams.numpy(name), state, settings.feedback)

    def snapshot(update: int, learner: rl2.FastLearner, _: float) -> None:
        if update in moments:
            curves.append(curve(learner, bandit, f"snapshot {update}", settings.state, settings.tests // 10))

    learner = rl2.train(trained, bandit, streams.numpy("training"), snapshot)
    frozen = curve(learner, bandit, "test", settings.state, settings.tests)
    wiped = curve(learner, bandit, "test wiped", "wiped", settings.tests)
    elsewhere = replace(bandit, priors=((0.5, 0.5),) * len(bandit.priors))
    moved = curve(learner, elsewhere, "test moved", settings.state, settings.tests)
    played = references(bandit, settings.tests, streams)
    return {
        "gap_closed": bandits.gap_closed(frozen.sum(), bandit),
        "gap_closed_wiped": bandits.gap_closed(wiped.sum(), bandit),
        "gap_closed_moved": bandits.gap_closed(moved.sum(), elsewhere),
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
    from companion.fast_learners import regression
    from companion.fast_learners.linear_tasks import LinearTask

    task, trained = LinearTask(noise=0.5), regression.RegressionSettings(steps=settings.steps)
    network = regression.train(trained, task, streams.numpy("training"))

    def errors(task: LinearTask, name: str) -> tuple[np.ndarray, np.ndarray]:
        contexts = task.draw(settings.tests // 10, trained.examples, streams.numpy(name))
        answered = (regression.answers(network, contexts), regression.posterior_mean(contexts, task))
        own, exact = (regression.error_by_examples(answers, contexts, task) for answers in answered)
        return own, exact

    own, exact = errors(task, "test")
    moved, exact_moved = errors(replace(task, condition=10.0), "test moved")
    return {
        "gap_closed": share_of_gap(own, exact),
        "gap_closed_moved": share_of_gap(moved, exact_moved),
        "errors": own,
        "errors_exact": exact,
    }


def share_of_gap(errors: np.ndarray, exact: np.ndarray) -> float:
    """How much of the error that the Bayes agent removes the network removes, over all numbers of examples."""
    return float((1 - errors).sum() / (1 - exact).sum())
