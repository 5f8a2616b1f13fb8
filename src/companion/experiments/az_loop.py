"""Does the raw network catch up with what network and search together could do earlier?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from companion.alphazero.recipe import LIVE, TINY, TINY_TESTS, Recipe, TestSet, Variant
from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


@dataclass(frozen=True)
class Settings:
    """One run, and what its networks are asked on the way."""

    variant: Variant = "search"
    recipe: Recipe = Recipe()  # noqa: RUF009  frozen
    early: int = 10  # the iteration whose amplified network is to be caught up with
    simulations: int = 64  # of the amplified network: those of a full search in training
    candidates: int = 200  # positions looked at in the games of each moment, plies 14 to 30
    tests: TestSet = TestSet()  # noqa: RUF009  frozen


QUANTITIES = {
    "catching_up": Quantity(
        "accuracy",
        "accuracy of the raw network at the end, minus that of network and search at the early moment, on positions "
        "from the run's own games, all moments alike",
    ),
    "catching_up_off": Quantity("accuracy", "the same on positions from semi-random games"),
    "raw_first": Quantity("accuracy", "the raw network before training, on the run's own games"),
    "raw_last": Quantity("accuracy", "the raw network at the end, on the run's own games"),
    "raw_last_off": Quantity("accuracy", "the raw network at the end, on semi-random games"),
    "searched_early": Quantity("accuracy", "network and search at the early moment, on the run's own games"),
    "searched_last": Quantity("accuracy", "network and search at the end, on the run's own games"),
    "searched_last_off": Quantity("accuracy", "network and search at the end, on semi-random games"),
    "chance": Quantity("accuracy", "a random legal move, on the run's own games"),
    "chance_off": Quantity("accuracy", "a random legal move, on semi-random games"),
}


def draw(result: "Result") -> "Figure":
    """Accuracy of the raw network and of network plus search by iteration, on the run's own games and on semi-random
    ones, every seed; right, how far the raw network has caught up, by condition.
    """
    from companion.figures import alphazero_loop

    names = ("raw", "searched", "raw_off", "searched_off")
    arms = list(result.document["settings"])
    return alphazero_loop.catching_up(
        moments=result.array("moments")[0],
        **{name: result.array(name) for name in names},
        chance=float(result.scalar("chance").mean()),
        chance_off=float(result.scalar("chance_off").mean()),
        early=result.document["settings"][result.main_arm]["early"],
        caught_up={arm: result.scalar("catching_up", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="az-loop",
    version=2,
    title="The raw network catches up with its own search",
    claim="C2.1",
    chapter="alphazero-loop",
    question="When a network learns from its own search, does it come to play without search as well as it once "
    "played with search?",
    hypothesis="After 80 iterations of the loop the raw network chooses optimal moves more often than the network of "
    "iteration 10 did with 64 simulations, on positions from the games of the run itself.",
    refuted_when="What search adds stays with the search: the raw network at the end is worse than network and search "
    "were at an eighth of the training.",
    criterion=Above("catching_up", margin=0.0),
    arms={"loop": {}, "no-search": {"variant": "no-search"}},
    sabotage="no-search",
    informed_by="pilot",
    scales={
        "smoke": Settings(recipe=TINY, early=1, simulations=8, candidates=20, tests=TINY_TESTS),
        "live": Settings(recipe=LIVE, early=1, simulations=32, candidates=60),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=3,
    quantities=QUANTITIES,
    toy="Connect Four; a residual network of 80,000 parameters, 320,000 positions of self-play.",
    lineage="The loop of Silver et al. (2017, 2018) at the size of a laptop; the comparison of a raw network with its "
    "earlier, searching self is this book's.",
    cost="about an hour of one core; minutes from the kept networks.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Ask the networks of one run, at every kept moment, without and with search."""
    from companion.alphazero import kept
    from companion.alphazero.evaluator import network_evaluator
    from companion.alphazero.problems import on_policy, own_games
    from companion.alphazero.strength import accuracies
    from companion.games.board import CONNECT_FOUR as board

    networks = kept.networks(settings.recipe, settings.variant, streams.root)
    evaluators = [network_evaluator(board, network) for network in networks.values()]
    loop = kept.loop_of(settings.recipe, settings.variant)
    games = [
        own_games(
            board, evaluate, 12 * settings.candidates, loop.play, loop.search, streams.seed(f"games {i}")
        )
        for i, evaluate in enumerate(evaluators)
    ]
    own = on_policy(board, games, settings.candidates, (14, 30), streams.numpy("own"))
    off = kept.problems(settings.tests)
    budgets = (0, settings.simulations)
    on, there = (
        np.array([accuracies(board, problems, evaluate, budgets) for evaluate in evaluators])
        for problems in (own, off)
    )
    early = settings.recipe.moments.index(settings.early)
    return {
        "catching_up": on[-1, 0] - on[early, 1],
        "catching_up_off": there[-1, 0] - there[early, 1],
        "raw_first": on[0, 0],
        "raw_last": on[-1, 0],
        "raw_last_off": there[-1, 0],
        "searched_early": on[early, 1],
        "searched_last": on[-1, 1],
        "searched_last_off": there[-1, 1],
        "chance": own.chance,
        "chance_off": off.chance,
        "moments": np.array(settings.recipe.moments),
        "raw": on[:, 0],
        "searched": on[:, 1],
        "raw_off": there[:, 0],
        "searched_off": there[:, 1],
    }
