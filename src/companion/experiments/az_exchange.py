"""How much search does training save? The exchange rate between compute in training and compute at the board."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from companion.alphazero.recipe import LIVE, TINY, TINY_TESTS, Recipe, TestSet
from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


@dataclass(frozen=True)
class Settings:
    """The networks of one run, and the numbers of simulations they are given."""

    order: Literal["as trained", "shuffled"] = "as trained"  # of the networks
    recipe: Recipe = Recipe()  # noqa: RUF009  frozen
    budgets: tuple[int, ...] = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
    problems: int = 1200  # the first of the test set
    tests: TestSet = TestSet()  # noqa: RUF009  frozen


QUANTITIES = {
    "exchange": Quantity(
        "doublings",
        "doublings of simulations that one doubling of training is worth at equal accuracy, from a plane fitted to the "
        "log odds of accuracy over both",
    ),
    "per_training": Quantity(
        "log odds", "what a doubling of training adds to the log odds of an optimal move"
    ),
    "per_search": Quantity("log odds", "what a doubling of simulations adds"),
    "fit": Quantity("share", "variance of the log odds that the plane explains"),
    "interaction": Quantity(
        "log odds",
        "what a further doubling of training adds to the worth of a doubling of simulations, from the same fit with a "
        "product term; above 0, search pays more for a better network",
    ),
    "raw_last": Quantity("accuracy", "the raw network at the end"),
    "searched_last": Quantity("accuracy", "the network at the end with the largest budget"),
    "chance": Quantity("accuracy", "a random legal move"),
}


def draw(result: "Result") -> "Figure":
    """Left: accuracy against simulations, a line for each moment of training. Right: lines of equal accuracy over
    training and simulations, and the slope that the fit gives.
    """
    from companion.figures import alphazero_exchange

    return alphazero_exchange.surface(
        moments=result.array("moments")[0],
        budgets=result.array("budgets")[0],
        accuracy=result.array("accuracy"),
        exchange=result.scalar("exchange"),
        chance=float(result.scalar("chance").mean()),
    )


@experiment(
    id="az-exchange",
    version=2,
    title="Training saves search, at a rate",
    claim="C2.3",
    also=("C4.6",),
    chapter="what-search-adds",
    question="How many doublings of search is one doubling of training worth?",
    hypothesis="At equal accuracy a doubling of training saves more than one doubling of simulations.",
    refuted_when="A doubling of training saves less than one doubling of simulations: compute at the board is the "
    "better bargain throughout.",
    criterion=Above("exchange", margin=1.0),
    arms={"loop": {}, "shuffled": {"order": "shuffled"}},
    sabotage="shuffled",
    informed_by="pilot",
    scales={
        "smoke": Settings(recipe=TINY, budgets=(0, 1, 4, 16), problems=40, tests=TINY_TESTS),
        "live": Settings(recipe=LIVE, budgets=(0, 1, 4, 16, 64), problems=200),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=3,
    quantities=QUANTITIES,
    toy="Connect Four; a residual network of 80,000 parameters at seven moments of its training.",
    lineage="The trade between training and test-time search of Jones (2021), who measured it on Hex by rating; here "
    "it is measured against a solver.",
    cost="about ten minutes of one core, from the kept networks.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Measure accuracy over training and simulations, and fit a plane to its log odds."""
    from companion.alphazero import kept
    from companion.alphazero.evaluator import network_evaluator
    from companion.alphazero.problems import first
    from companion.alphazero.strength import accuracies
    from companion.games.board import CONNECT_FOUR as board

    networks = kept.networks(settings.recipe, "search", streams.root)
    problems = first(kept.problems(settings.tests), settings.problems)
    accuracy = np.array(
        [
            accuracies(board, problems, network_evaluator(board, network), settings.budgets)
            for moment, network in networks.items()
            if moment > 0
        ]
    )
    moments = np.array([moment for moment in networks if moment > 0])
    if settings.order == "shuffled":
        accuracy = streams.numpy("order").permutation(accuracy)
    training, search = np.meshgrid(np.log2(moments), np.log2(1 + np.array(settings.budgets)), indexing="ij")
    plane, fit = fitted(accuracy, len(problems.mine), training, search)
    bent, _ = fitted(accuracy, len(problems.mine), training, search, training * search)
    return {
        "exchange": plane[1] / plane[2],
        "per_training": plane[1],
        "per_search": plane[2],
        "fit": fit,
        "interaction": bent[3],
        "raw_last": accuracy[-1, 0],
        "searched_last": accuracy[-1, -1],
        "chance": problems.chance,
        "moments": moments,
        "budgets": np.array(settings.budgets),
        "accuracy": accuracy,
    }


def fitted(accuracy: np.ndarray, problems: int, *terms: np.ndarray) -> tuple[np.ndarray, float]:
    """Least squares of the log odds on these terms: intercept and slopes, and the share of variance explained.

    Half a problem is added to both sides of the odds, so that none is infinite.
    """
    right = accuracy * problems
    odds = np.log((right + 0.5) / (problems - right + 0.5)).ravel()
    design = np.stack([np.ones(odds.size), *(term.ravel() for term in terms)], axis=1)
    slopes, *_ = np.linalg.lstsq(design, odds, rcond=None)
    residual = odds - design @ slopes
    return slopes, float(1 - residual.var() / odds.var())
