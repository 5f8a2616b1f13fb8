"""One protocol for search and for traces: what does compute add at fixed weights, and what of it is kept without?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from companion.lab.criteria import Above, All
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.one_shape.recipe import GameSettings, WordSettings
from companion.reasoning.recipe import (
    SHORT_WORD_PROBLEM,
    TINY_SHORT_WORD_PROBLEM,
    TINY_WORD_PROBLEM,
    WORD_PROBLEM,
    Recipe,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result
    from companion.one_shape.ladder import Asked
    from companion.one_shape.selection import Choice

System = Literal["game", "traces", "answers"]
"""What is amplified, and by what.

game      the likeliest move, by tree search
traces    the answer of one trace, by a vote among sixteen
answers   the likeliest answer at once, by a trace
"""

SYSTEMS: tuple[System, ...] = ("game", "traces", "answers")

CHOICES: "dict[str, Choice]" = {"selected": "verified", "voted": "voted", "shuffled": "shuffled"}
"""Which completions become a lesson; the game's lesson is always its search."""


@dataclass(frozen=True)
class Settings:
    """A weak prior in each system, and some rounds of amplifying and distilling."""

    systems: tuple[System, ...] = SYSTEMS
    lessons: Literal["selected", "voted", "shuffled"] = "selected"
    rehearsal: float = 0.25  # whole traces shown beside answers without one, as a share of the answers
    rounds: int = 4
    game: GameSettings = GameSettings()  # noqa: RUF009  frozen
    words: WordSettings = WordSettings()  # noqa: RUF009  frozen
    long: Recipe = WORD_PROBLEM  # of the system of traces
    short: Recipe = SHORT_WORD_PROBLEM  # of the system of answers
    lengths: tuple[int, ...] = (3, 4, 6, 8)  # of its problems
    problems: int = 300  # held out, of each length, or of ten permutations


def quantities_of(system: System, words: str, least: str, amplified: str) -> dict[str, Quantity]:
    """What is measured of each system."""
    return {
        f"share_{system}": Quantity(
            "share of the gain",
            f"{words}: what the last policy has gained with {least}, as a share of what {amplified} added to the first",
        ),
        f"least_first_{system}": Quantity("accuracy", f"{words}: the prior with {least}"),
        f"amplified_first_{system}": Quantity("accuracy", f"{words}: the prior with {amplified}"),
        f"least_last_{system}": Quantity("accuracy", f"{words}: the last policy with {least}"),
        f"amplified_last_{system}": Quantity("accuracy", f"{words}: the last policy with {amplified}"),
        f"harmed_first_{system}": Quantity(
            "share of problems", f"{words}: the prior is right with {least} and wrong with {amplified}"
        ),
        f"harmed_last_{system}": Quantity(
            "share of problems", f"{words}: the last policy is right with {least} and wrong with {amplified}"
        ),
        f"chance_{system}": Quantity("accuracy", f"{words}: a move or an answer at random"),
    }


QUANTITIES = {
    **quantities_of("answers", "answers to the word problem", "an answer at once", "a trace"),
    **quantities_of("traces", "traces of the word problem", "a single trace", "a vote among traces"),
    **quantities_of("game", "Connect Three", "the network alone", "search"),
}


def draw(result: "Result") -> "Figure":
    """Accuracy at least compute (blue) and amplified (orange) by round, for each system, every seed; right, the share
    of the first gain that is kept, by condition.
    """
    from companion.figures import shape_ladder

    found: dict[str, dict[str, np.ndarray]] = {}
    for system in SYSTEMS:
        found[system] = {
            arm: result.scalar(f"share_{system}", arm)
            for arm, settings in result.document["settings"].items()
            if system in settings["systems"]
        }
    return shape_ladder.overview(
        least={system: result.array(f"least_{system}") for system in SYSTEMS},
        amplified={system: result.array(f"amplified_{system}") for system in SYSTEMS},
        chance={system: float(result.scalar(f"chance_{system}").mean()) for system in SYSTEMS},
        share=found,
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="shape-amplify-distil",
    version=1,
    title="Amplify, then distil: one protocol for search and for traces",
    claim="C2.4",
    also=("C2.1", "C2.6"),
    chapter="one-shape",
    question="Search amplifies a policy, a trace amplifies an answer. Taught what it did with more compute, does a "
    "policy do better with less, in a game and in language alike?",
    hypothesis="In all three systems, after four rounds, a policy without its amplifier has gained at least a quarter "
    "of what the amplifier added to the prior.",
    refuted_when="In one of them the gain stays with the amplifier: less than a quarter of it is found in the weights.",
    criterion=All(
        (
            Above("share_answers", margin=0.25),
            Above("share_traces", margin=0.25),
            Above("share_game", margin=0.25),
        )
    ),
    arms={
        "selected": {},
        "voted": {"systems": ("traces", "answers"), "lessons": "voted"},
        "unrehearsed": {"systems": ("answers",), "rehearsal": 0.0},
        "shuffled": {"lessons": "shuffled"},
    },
    sabotage="shuffled",
    informed_by="pilot",
    scales={
        "smoke": Settings(
            rounds=1,
            game=GameSettings(channels=4, blocks=1, simulations=4, games=8, prior_positions=60, positions=60,
                              window=400, candidates=200),
            words=WordSettings(completions=640, group=4),
            long=TINY_WORD_PROBLEM,
            short=TINY_SHORT_WORD_PROBLEM,
            problems=20,
        ),
        "live": Settings(rounds=2, words=WordSettings(completions=3200), problems=150),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Connect Three on five columns and four rows, a network of 8,000 parameters; products of three to ten "
    "permutations of ABC, Llamas of 100,000 parameters.",
    lineage="Expert iteration (Anthony et al. 2017), the traces as in Zelikman et al. (2022), the vote as in Wang et "
    "al. (2023); that all three climb one ladder is this book's.",
    cost="about ten minutes of one core, from the kept priors.",
    figure=draw,
)  # fmt: skip
def measure(settings: Settings, streams: Streams) -> Measured:
    """Climb the ladder in each system."""
    found: dict[str, float | np.ndarray] = {}
    for system in settings.systems:
        asked, chance = {"game": game, "traces": traces, "answers": answers}[system](settings, streams)
        found |= measured(system, asked, chance)
        if system == "answers":
            shape = (len(asked), len(settings.lengths), -1)
            found["lengths"] = np.array(settings.lengths)
            for name in ("least", "amplified"):
                rows = np.stack([getattr(answered, name) for answered in asked])
                found[f"{name}_by_length"] = rows.reshape(shape).mean(2)
    return found


def measured(system: System, asked: "list[Asked]", chance: float) -> dict[str, float | np.ndarray]:
    """What is read off one ladder."""
    from companion.one_shape.ladder import ladder_of

    ladder = ladder_of(asked)
    return {
        f"share_{system}": ladder.share_kept,
        f"least_first_{system}": ladder.least[0],
        f"amplified_first_{system}": ladder.amplified[0],
        f"least_last_{system}": ladder.least[-1],
        f"amplified_last_{system}": ladder.amplified[-1],
        f"harmed_first_{system}": ladder.harmed[0],
        f"harmed_last_{system}": ladder.harmed[-1],
        f"chance_{system}": chance,
        f"least_{system}": ladder.least,
        f"amplified_{system}": ladder.amplified,
        f"harmed_{system}": ladder.harmed,
    }


def game(settings: Settings, streams: Streams) -> "tuple[list[Asked], float]":
    """Connect Three, from a network after one short turn of the loop."""
    from companion.one_shape import game
    from companion.one_shape.ladder import climb

    problems = game.problems_of(settings.game, streams)
    lesson: game.Lesson = "shuffled" if settings.lessons == "shuffled" else "search"
    loop = game.loop_of(settings.game, settings.rounds, settings.game.positions, lesson)
    _, asked = climb(
        game.begun(game.weak_network(settings.game, streams), loop, streams),
        lambda run: game.ask(run.network, problems, settings.game.simulations),
        lambda run, number: game.teach(run, loop, streams),
        settings.rounds,
    )
    return asked, problems.chance


def traces(settings: Settings, streams: Streams) -> "tuple[list[Asked], float]":
    """Ten permutations, from the kept prior; every completion begins with a trace."""
    from companion.one_shape import traces
    from companion.one_shape.ladder import climb
    from companion.reasoning import kept

    task = kept.task_of(settings.long)
    prompts = task.problems(settings.problems, streams.numpy("problems"), held_out=True)
    _, asked = climb(
        kept.policy(settings.long, "base", streams.root).model,
        lambda model: traces.ask(model, task, prompts, settings.words.group, streams.numpy("asked")),
        lambda model, number: traces.teach(
            model, task, settings.words, CHOICES[settings.lessons], streams, number
        ),
        settings.rounds,
    )
    return asked, task.chance


def answers(settings: Settings, streams: Streams) -> "tuple[list[Asked], float]":
    """Three to eight permutations, from the kept prior."""
    from companion.one_shape import answers
    from companion.one_shape.ladder import climb
    from companion.reasoning import kept

    task = kept.SHORT_WORD_TASK
    prompts = np.concatenate(
        [
            task.of_length(length, settings.problems, streams.numpy(f"problems of {length}"), held_out=True)
            for length in settings.lengths
        ]
    )
    _, asked = climb(
        kept.policy(settings.short, "base", streams.root).model,
        lambda model: answers.ask(model, task, prompts, streams.numpy("asked")),
        lambda model, number: answers.teach(
            model, task, settings.words, settings.rehearsal, CHOICES[settings.lessons], streams, number
        ),
        settings.rounds,
    )
    return asked, task.chance
