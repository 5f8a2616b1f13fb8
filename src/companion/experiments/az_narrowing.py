"""As play sharpens, does the network forget what it no longer meets?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

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
    """One run, the moment from which its late play is compared, and the two sets of positions."""

    variant: Variant = "empty-board"
    own: Literal["late games", "semi-random games"] = "late games"
    recipe: Recipe = Recipe()  # noqa: RUF009  frozen
    middle: int = 20  # the iteration from which gains are counted
    candidates: int = 1600  # positions of the last network's games, plies 14 to 30
    tests: TestSet = TestSet()  # noqa: RUF009  frozen


QUANTITIES = {
    "parting": Quantity(
        "accuracy",
        "gain of the raw network from the middle of training to its end on positions of its own late games, minus its "
        "gain on positions of semi-random games",
    ),
    "parting_searched": Quantity("accuracy", "the same for network and 64 simulations"),
    "gain_on": Quantity("accuracy", "the raw network's gain on its own late games"),
    "gain_off": Quantity("accuracy", "the raw network's gain on semi-random games"),
    "last_on": Quantity("accuracy", "the raw network at the end, on its own late games"),
    "last_off": Quantity("accuracy", "the raw network at the end, on semi-random games"),
    "distinct": Quantity(
        "share", "different positions among 1,000 positions from plies 8 to 12 of its late games"
    ),
    "chance_on": Quantity("accuracy", "a random legal move, on its own late games"),
    "chance_off": Quantity("accuracy", "a random legal move, on semi-random games"),
}


def draw(result: "Result") -> "Figure":
    """Accuracy of the raw network by iteration, on positions of its own late games and of semi-random games, for runs
    that begin on the empty board and for runs with random openings; right, how far the two part.
    """
    from companion.figures import alphazero_narrowing

    arms = [arm for arm in result.document["settings"] if arm != "same-kind"]
    return alphazero_narrowing.parting(
        moments=result.array("moments")[0],
        on={arm: result.array("raw_on", arm) for arm in arms},
        off={arm: result.array("raw_off", arm) for arm in arms},
        parted={arm: result.scalar("parting", arm) for arm in result.document["settings"]},
        middle=result.document["settings"][result.main_arm]["middle"],
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="az-narrowing",
    version=1,
    title="Sharper play, narrower play",
    claim="C2.1",
    chapter="alphazero-loop",
    question="The loop learns from its own games only. As they become sharper, does the network get better where they "
    "go and worse where they no longer go?",
    hypothesis="From a quarter of the training to its end, a network that always begins on the empty board gains at "
    "least 0.03 more accuracy on positions of its own late games than on positions of semi-random games.",
    refuted_when="What the loop teaches is general: both kinds of positions gain alike.",
    criterion=Above("parting", margin=0.03),
    arms={
        "empty-board": {},
        "random-openings": {"variant": "search"},
        "same-kind": {"own": "semi-random games"},
    },
    sabotage="same-kind",
    informed_by="pilot",
    scales={
        "smoke": Settings(recipe=TINY, middle=1, candidates=80, tests=TINY_TESTS),
        "live": Settings(recipe=LIVE, middle=2, candidates=400),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=3,
    quantities=QUANTITIES,
    toy="Connect Four; a residual network of 80,000 parameters, 320,000 positions of self-play.",
    lineage="A known worry about self-play (Vinyals et al. 2019 and others keep leagues of opponents against it), "
    "measured against a solver.",
    cost="about an hour of one core; minutes from the kept networks.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Ask the raw networks of a run about positions where its games went in the end, and about others."""
    from companion.alphazero import kept
    from companion.alphazero.evaluator import network_evaluator
    from companion.alphazero.problems import off_policy, on_policy, own_games
    from companion.alphazero.strength import accuracies
    from companion.games.board import CONNECT_FOUR as board

    networks = kept.networks(settings.recipe, settings.variant, streams.root)
    evaluators = [network_evaluator(board, network) for network in networks.values()]
    loop, off = kept.loop_of(settings.recipe, settings.variant), kept.problems(settings.tests)
    games = own_games(
        board, evaluators[-1], 8 * settings.candidates, loop.play, loop.search, streams.seed("late games")
    )
    if settings.own == "late games":
        on = on_policy(board, [games], settings.candidates, (14, 30), streams.numpy("own"))
    else:
        plies = (settings.tests.first_ply, settings.tests.last_ply)
        on = off_policy(board, settings.candidates, plies, streams.seed("semi-random games"))
    found_on, found_off = (
        np.array([accuracies(board, problems, evaluate, (0, 64)) for evaluate in evaluators])
        for problems in (on, off)
    )
    middle = settings.recipe.moments.index(settings.middle)
    gain_on, gain_off = found_on[-1] - found_on[middle], found_off[-1] - found_off[middle]
    return {
        "parting": gain_on[0] - gain_off[0],
        "parting_searched": gain_on[1] - gain_off[1],
        "gain_on": gain_on[0],
        "gain_off": gain_off[0],
        "last_on": found_on[-1, 0],
        "last_off": found_off[-1, 0],
        "distinct": distinct_share(games, streams.numpy("distinct")),
        "chance_on": on.chance,
        "chance_off": off.chance,
        "moments": np.array(settings.recipe.moments),
        "raw_on": found_on[:, 0],
        "raw_off": found_off[:, 0],
        "searched_on": found_on[:, 1],
        "searched_off": found_off[:, 1],
    }


def distinct_share(games: np.ndarray, random: np.random.Generator) -> float:
    """How many of up to 1,000 positions from plies 8 to 12 are different ones."""
    now = np.bitwise_count(games["stones"])
    early = games[(now >= 8) & (now <= 12)]
    drawn = early[random.permutation(len(early))[:1000]]
    return len(np.unique(drawn[["mine", "stones"]])) / len(drawn)
