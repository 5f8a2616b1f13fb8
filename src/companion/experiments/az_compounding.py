"""Does search multiply the signal it is given, or make up for its absence?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from companion.alphazero.recipe import LIVE, TINY, TINY_TESTS, Recipe, TestSet
from companion.lab.criteria import Above, All
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.alphazero.ablation import Prior, Value
    from companion.lab.store import Result

SIGNALS: tuple[tuple["Prior", "Value"], ...] = (
    ("trained", "true"),
    ("uniform", "true"),
    ("random", "true"),
    ("wrong", "true"),
    ("trained", "zero"),
    ("uniform", "zero"),
    ("trained", "scrambled"),
    ("wrong", "scrambled"),
)
"""The priors and values that a search is given; see companion.alphazero.ablation."""


@dataclass(frozen=True)
class Settings:
    """One trained network, what is done to its signal, and how much search it gets."""

    sees_outcomes: bool = True  # whether the rules tell the search how games end
    scrambled: bool = False  # the trained prior, too, is moved to other columns, at random for each position
    recipe: Recipe = Recipe()  # noqa: RUF009  frozen
    target: float = 0.85  # the accuracy to be reached
    budgets: tuple[int, ...] = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
    problems: int = 400  # the first of the test set
    tests: TestSet = TestSet()  # noqa: RUF009  frozen


QUANTITIES = {
    "doublings": Quantity(
        "doublings",
        "how often the number of simulations must be doubled to make up for a wrong prior: log2 of (1 + simulations "
        "to reach the target accuracy), with a wrong prior minus with the trained one, the value being the trained "
        "network's; at the largest budget if that does not reach the target",
    ),
    "compounding": Quantity(
        "log2",
        "by how much more 128 simulations divide the error of the trained network than that of an untrained one: "
        "log2 of the ratio",
    ),
    "gain_trained": Quantity("accuracy", "what 128 simulations add to the trained network's accuracy"),
    "gain_untrained": Quantity("accuracy", "what they add to an untrained network's"),
    "gain_nothing": Quantity("accuracy", "what they add to a uniform prior without a value"),
    "harm_scrambled_value": Quantity(
        "accuracy", "what 32 simulations add to the trained prior when the values' signs are random"
    ),
    "gain_zero_value": Quantity("accuracy", "what 128 simulations add to the trained prior without a value"),
    "simulations_trained": Quantity("simulations", "to reach the target with the trained prior"),
    "simulations_uniform": Quantity("simulations", "to reach the target with a uniform prior"),
    "simulations_random": Quantity("simulations", "to reach the target with an untrained network's prior"),
    "simulations_wrong": Quantity("simulations", "to reach the target with a wrong prior"),
    "chance": Quantity("accuracy", "a random legal move"),
}


def draw(result: "Result") -> "Figure":
    """Accuracy against simulations for every prior and value, search that sees how games end on the left, blind search
    on the right; means over seeds and every seed.
    """
    from companion.figures import alphazero_compounding

    arms = ("rules", "blind")
    return alphazero_compounding.signals(
        budgets=result.array("budgets")[0],
        curves={arm: result.array("curves", arm) for arm in arms},
        untrained={arm: result.array("untrained", arm) for arm in arms},
        names=[f"{prior} prior, {value} value" for prior, value in SIGNALS],
        target=result.document["settings"][result.main_arm]["target"],
        chance=float(result.scalar("chance").mean()),
    )


@experiment(
    id="az-compounding",
    version=2,
    title="What search makes of a good prior, a bad one and none",
    claim="C2.3",
    chapter="what-search-adds",
    question="Does search multiply the signal it is given, or make up for its absence?",
    hypothesis="A wrong prior costs search more than three doublings of its simulations, and search divides the error "
    "of a trained network by more than it divides that of an untrained one.",
    refuted_when="Search finds good moves about as fast from a wrong prior as from a trained one, or it does at least "
    "as much for a network that knows nothing.",
    criterion=All((Above("doublings", margin=3.0), Above("compounding", margin=0.0))),
    arms={"rules": {}, "blind": {"sees_outcomes": False}, "scrambled": {"scrambled": True}},
    sabotage="scrambled",
    informed_by="pilot",
    scales={
        "smoke": Settings(recipe=TINY, budgets=(0, 2, 8, 32, 128), problems=30, tests=TINY_TESTS, target=0.6),
        "live": Settings(recipe=LIVE, problems=120, target=0.75),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=3,
    quantities=QUANTITIES,
    toy="Connect Four; a residual network of 80,000 parameters and its search, up to 512 simulations.",
    lineage="Ablations of prior and value as in Silver et al. (2017) and Hamrick et al. (2021), crossed with blindness "
    "to the end of the game, which is this book's.",
    cost="about twenty minutes of one core, from the kept networks.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Search every problem with every prior and value, at every budget."""
    from companion.alphazero import kept
    from companion.alphazero.ablation import ablated
    from companion.alphazero.evaluator import network_evaluator
    from companion.alphazero.problems import first
    from companion.alphazero.strength import accuracies, simulations_to_reach
    from companion.games.board import CONNECT_FOUR as board
    from companion.search.settings import SearchSettings

    networks = kept.networks(settings.recipe, "search", streams.root)
    trained, untrained = (network_evaluator(board, networks[i]) for i in (max(networks), 0))
    seed = streams.seed("hashes")
    if settings.scrambled:
        trained = ablated(board, trained, untrained, "wrong", "scrambled", streams.seed("scrambled"))
    problems = first(kept.problems(settings.tests), settings.problems)
    search, budgets = SearchSettings(blind=not settings.sees_outcomes), settings.budgets
    found = {
        signal: accuracies(
            board, problems, ablated(board, trained, untrained, *signal, seed), budgets, search
        )
        for signal in SIGNALS
    }
    ignorant = accuracies(board, problems, untrained, budgets, search)
    full, nothing = found["trained", "true"], found["uniform", "zero"]
    at = {n: budgets.index(n) for n in (32, 128)}
    reached = {
        prior: simulations_to_reach(settings.target, budgets, found[prior, "true"])
        for prior in ("trained", "uniform", "random", "wrong")
    }
    return {
        "doublings": float(np.log2((1 + reached["wrong"]) / (1 + reached["trained"]))),
        "compounding": error_divided(full, at[128]) - error_divided(ignorant, at[128]),
        "gain_trained": full[at[128]] - full[0],
        "gain_untrained": ignorant[at[128]] - ignorant[0],
        "gain_nothing": nothing[at[128]] - nothing[0],
        "harm_scrambled_value": found["trained", "scrambled"][at[32]] - full[0],
        "gain_zero_value": found["trained", "zero"][at[128]] - full[0],
        **{f"simulations_{prior}": simulations for prior, simulations in reached.items()},
        "chance": problems.chance,
        "budgets": np.array(budgets),
        "curves": np.stack(list(found.values())),
        "untrained": ignorant,
    }


def error_divided(accuracy: np.ndarray, at: int) -> float:
    """log2 of how many times smaller the error is at this budget than without search."""
    return float(np.log2((1 - accuracy[0]) / max(1 - accuracy[at], 1e-3)))
