"""How much of what search adds does a network keep when it learns from its own search? From what does it learn most?"""

from dataclasses import dataclass, replace
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
    """A fixed teacher, a number of its games, and what the student is told of them."""

    target: Literal["visit-counts", "played-moves", "outcomes", "shuffled"] = "visit-counts"
    recipe: Recipe = Recipe()  # noqa: RUF009  frozen
    teacher: int = 10  # the iteration whose network searches; the student starts from the same weights
    simulations: int = 128  # of the teacher
    positions: int = 12_000  # from the teacher's games
    passes: float = 8.0  # over those positions
    learning_rate: float = 1e-3
    candidates: int = (
        1200  # positions of further games of the teacher that are looked at in the test, plies 14 to 30
    )
    tests: TestSet = TestSet()  # noqa: RUF009  frozen


QUANTITIES = {
    "gain_kept": Quantity(
        "share of the gain",
        "how much of what search adds to the teacher's raw accuracy the student has without search, on positions from "
        "the teacher's own games that it did not learn from",
    ),
    "gain_kept_off": Quantity("share of the gain", "the same on positions from semi-random games"),
    "teacher_raw": Quantity("accuracy", "the teacher without search, on its own games"),
    "teacher_searched": Quantity("accuracy", "the teacher with search, on its own games"),
    "student": Quantity("accuracy", "the student without search, on the teacher's games"),
    "student_searched": Quantity(
        "accuracy", "the student with as much search as the teacher, on the teacher's games"
    ),
    "teacher_raw_off": Quantity("accuracy", "the teacher without search, on semi-random games"),
    "teacher_searched_off": Quantity("accuracy", "the teacher with search, on semi-random games"),
    "student_off": Quantity("accuracy", "the student without search, on semi-random games"),
    "chance": Quantity("accuracy", "a random legal move, on the teacher's games"),
}


def draw(result: "Result") -> "Figure":
    """Left: the teacher without and with search, and students by what they were told, on the teacher's games, every
    seed. Right: the share of the gain that the student keeps.
    """
    from companion.figures import alphazero_distil

    arms = list(result.document["settings"])
    return alphazero_distil.students(
        teacher_raw=result.scalar("teacher_raw"),
        teacher_searched=result.scalar("teacher_searched"),
        student={arm: result.scalar("student", arm) for arm in arms},
        kept={arm: result.scalar("gain_kept", arm) for arm in arms},
        kept_off={arm: result.scalar("gain_kept_off", arm) for arm in arms},
        chance=float(result.scalar("chance").mean()),
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="az-distil",
    version=3,
    title="How much of a search fits into the weights",
    claim="C2.1",
    also=("C2.4",),
    chapter="alphazero-loop",
    question="A network searches, and then learns from what its search found. How much of what the search added does "
    "it keep without searching, and does it matter what exactly it is told?",
    hypothesis="Trained on the visit counts of its own search, a network keeps more than half of what the search "
    "added to its accuracy, on new positions from its own games.",
    refuted_when="The network learns little of what its search knew: it keeps less than half.",
    criterion=Above("gain_kept", margin=0.5),
    arms={
        "visit-counts": {},
        "played-moves": {"target": "played-moves"},
        "outcomes": {"target": "outcomes"},
        "shuffled": {"target": "shuffled"},
    },
    sabotage="shuffled",
    informed_by="pilot",
    scales={
        "smoke": Settings(
            recipe=TINY,
            teacher=1,
            simulations=64,
            positions=150,
            passes=2.0,
            candidates=600,
            tests=TINY_TESTS,
        ),
        "live": Settings(
            recipe=LIVE,
            teacher=2,
            simulations=64,
            positions=3000,
            passes=4.0,
            candidates=400,
        ),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=3,
    quantities=QUANTITIES,
    toy="Connect Four; a residual network of 80,000 parameters, one round of distillation on 12,000 positions.",
    lineage="One round of the loop of Silver et al. (2017), or of expert iteration (Anthony et al. 2017), with a fixed "
    "teacher.",
    cost="about half an hour of one core, from the kept networks.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Let the teacher play, teach the student one kind of target, and compare the two."""
    from companion.alphazero import kept
    from companion.alphazero.distillation import student_of
    from companion.alphazero.evaluator import network_evaluator
    from companion.alphazero.network import PolicyValueNet
    from companion.alphazero.problems import Problems, on_policy, own_games, without
    from companion.alphazero.strength import accuracies, moves_by_value
    from companion.games.board import CONNECT_FOUR as board

    teacher = kept.networks(settings.recipe, "search", streams.root)[settings.teacher]
    evaluate = network_evaluator(board, teacher)
    loop = kept.loop_of(settings.recipe, "search")
    play = replace(loop.play, simulations=settings.simulations, quick_simulations=settings.simulations)
    lessons = own_games(board, evaluate, settings.positions, play, loop.search, streams.seed("lessons"))
    student = student_of(
        board,
        teacher,
        lessons,
        settings.target,
        settings.passes,
        settings.learning_rate,
        streams.numpy("student"),
    )
    games = own_games(board, evaluate, 8 * settings.candidates, play, loop.search, streams.seed("test"))
    new = on_policy(board, [games], settings.candidates, (14, 30), streams.numpy("test"))
    own, off = without(board, new, lessons["mine"], lessons["stones"]), kept.problems(settings.tests)

    def told(network: PolicyValueNet, problems: Problems) -> float:
        """Accuracy without search; a student of outcomes has only its value to go by, and so has its teacher then."""
        evaluate = network_evaluator(board, network)
        if settings.target == "outcomes":
            chosen = moves_by_value(board, problems, evaluate)
            return float(problems.optimal[np.arange(len(chosen)), chosen].mean())
        return float(accuracies(board, problems, evaluate, (0,))[0])

    on, there = (accuracies(board, problems, evaluate, (0, settings.simulations)) for problems in (own, off))
    searched = accuracies(board, own, network_evaluator(board, student), (settings.simulations,))
    return {
        "gain_kept": (told(student, own) - told(teacher, own)) / (on[1] - on[0]),
        "gain_kept_off": (told(student, off) - told(teacher, off)) / (there[1] - there[0]),
        "teacher_raw": on[0],
        "teacher_searched": on[1],
        "student": told(student, own),
        "student_searched": searched[0],
        "teacher_raw_off": there[0],
        "teacher_searched_off": there[1],
        "student_off": told(student, off),
        "chance": own.chance,
    }
