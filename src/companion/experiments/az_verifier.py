"""Can the network be its own verifier? Training in which the rules, or the outcome, say nothing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from companion.alphazero.recipe import LIVE, SHORT, TINY, TINY_TESTS, Recipe, TestSet, Variant
from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


@dataclass(frozen=True)
class Settings:
    """One run: does its search see how games end, and does its value learn from that?"""

    variant: Variant = "blind-own"
    recipe: Recipe = SHORT
    budgets: tuple[int, ...] = (0, 8, 32, 128)
    tests: TestSet = TestSet()  # noqa: RUF009  frozen


QUANTITIES = {
    "learned": Quantity("accuracy", "the raw network after training minus the same network before"),
    "raw_first": Quantity("accuracy", "the raw network before training"),
    "raw_last": Quantity("accuracy", "the raw network after training"),
    "blind_gain_first": Quantity("accuracy", "what 128 blind simulations add before training"),
    "blind_gain_last": Quantity("accuracy", "what 128 blind simulations add after training"),
    "seeing_gain_first": Quantity(
        "accuracy", "what 128 simulations that see how games end add before training"
    ),
    "seeing_gain_last": Quantity(
        "accuracy", "what 128 simulations that see how games end add after training"
    ),
    "value_spread": Quantity(
        "value", "standard deviation of the network's value over the problems, after training; 0 says nothing"
    ),
    "chance": Quantity("accuracy", "a random legal move"),
}


def draw(result: "Result") -> "Figure":
    """Left: accuracy of the raw network before and after training, by what the search sees and what the value learns
    from, every seed. Right: what search adds to each, seeing and blind.
    """
    from companion.figures import alphazero_verifier

    arms = list(result.document["settings"])
    return alphazero_verifier.cells(
        budgets=result.array("budgets")[0],
        raw_first=result.scalar("raw_first"),
        raw_last={arm: result.scalar("raw_last", arm) for arm in arms},
        blind={arm: result.array("blind", arm) for arm in arms},
        seeing={arm: result.array("seeing", arm) for arm in arms},
        untrained={kind: result.array(f"{kind}_first") for kind in ("blind", "seeing")},
        chance=float(result.scalar("chance").mean()),
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="az-verifier",
    version=2,
    title="The verifier inside and the verifier outside",
    claim="C2.2",
    chapter="what-search-adds",
    question="Is the verifier in the loop the network itself with more compute, or do the rules of the game verify?",
    hypothesis="A loop whose search never sees how a game ends, and whose value learns only from its own search, still "
    "teaches the raw network to choose at least 0.10 more of its moves well.",
    refuted_when="Without a word from the rules the loop goes nowhere: the network learns less than 0.10, or unlearns.",
    criterion=Above("learned", margin=0.10),
    arms={
        "blind-own": {},
        "blind-outcome": {"variant": "blind-outcome"},
        "sees-own": {"variant": "sees-own"},
        "sees-outcome": {"variant": "sees-outcome"},
        "blind-shuffled": {"variant": "blind-shuffled"},
    },
    sabotage="blind-shuffled",
    informed_by="pilot",
    scales={
        "smoke": Settings(recipe=TINY, tests=TINY_TESTS),
        "live": Settings(recipe=LIVE),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=3,
    quantities=QUANTITIES,
    toy="Connect Four; a residual network of 80,000 parameters, 96,000 positions of self-play.",
    lineage="Takes the loop of Silver et al. (2018) apart; blind search and blind training are this book's.",
    cost="about an hour of one core; minutes from the kept networks.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Ask the network before and after training, raw and with both kinds of search."""
    from companion.alphazero import kept
    from companion.alphazero.evaluator import network_evaluator
    from companion.alphazero.strength import accuracies
    from companion.games.board import CONNECT_FOUR as board
    from companion.search.settings import SearchSettings

    networks = kept.networks(settings.recipe, settings.variant, streams.root)
    problems, budgets = kept.problems(settings.tests), settings.budgets
    before, after = (network_evaluator(board, networks[moment]) for moment in (0, max(networks)))
    curves = {
        (when, kind): accuracies(board, problems, evaluate, budgets, SearchSettings(blind=kind == "blind"))
        for when, evaluate in (("first", before), ("last", after))
        for kind in ("blind", "seeing")
    }
    raw = {when: curves[when, "blind"][0] for when in ("first", "last")}
    return {
        "learned": raw["last"] - raw["first"],
        "raw_first": raw["first"],
        "raw_last": raw["last"],
        **{f"{kind}_gain_{when}": curve[-1] - curve[0] for (when, kind), curve in curves.items()},
        "value_spread": float(after(problems.mine, problems.stones).value.std()),
        "chance": problems.chance,
        "budgets": np.array(budgets),
        **{kind: curves["last", kind] for kind in ("blind", "seeing")},
        **{f"{kind}_first": curves["first", kind] for kind in ("blind", "seeing")},
    }
