"""What crosses the boundary between two conversations? A note, a code, all that was said, or the state itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above, All
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Probe, Situation
from companion.plasticity.schooling.recipe import TINY

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


@dataclass(frozen=True)
class Handing(Probe):
    """A conversation, and what its instance leaves to the next."""

    situation: Situation = ARMS["held-0.6"]
    rows: int = 160
    author: str = "ana"  # in whose voice notes are written
    exchanged: bool = False  # each next instance finds what another has left


READERS = {
    "same": "the same weights",
    "seed": "another seed of the culture",
    "culture": "weights of another culture",
    "bayes": "Bayes with the true prior of the culture",
    "bayes_trained": "Bayes with the prior of its training",
    "bayes_culture": "Bayes with the true prior of another culture",
}
ARTIFACTS = {
    "nothing": "nothing but the topic",
    "note_1": "a note of one sentence",
    "note_2": "a note of two sentences",
    "note_4": "a note of four sentences",
    "note_8": "a note of eight sentences",
    "code": "a code and its confidence",
    "transcript": "all that was said",
    "state": "keys and values in place of words",
}
EXACT = ("bayes", "bayes_trained", "bayes_culture")

QUANTITIES = {
    "rebuilt": Quantity(
        "share", "of the answers that a fresh instance gets wrong, those that a note of four sentences mends"
    ),
    "bias": Quantity(
        "share",
        "answers like the writer's after two sentences: same weights, beyond those of another culture",
    ),
    "bayes_rebuilt": Quantity("share", "the same as rebuilt, read by Bayes with the true prior"),
    "text_over_state": Quantity(
        "share",
        "answers like the writer's by another seed: after all that was said, beyond those with the state",
    ),
    **{
        f"{reader}_{artifact}": Quantity("share", f"answers like the writer's: {who}, {what}")
        for reader, who in READERS.items()
        for artifact, what in ARTIFACTS.items()
        if not (reader in EXACT and artifact == "state")
    },
}


def draw(result: "Result") -> "Figure":
    """Left, answers like the writer's by what was left, for readers of the same weights, of another seed and of another
    culture; middle, by the length of the note of a writer who dissents from what prevails; right, the two
    judged effects.
    """
    from companion.figures import boundary_artifact

    arms = list(result.document["settings"])
    primary = result.document["primary"]
    return boundary_artifact.overview(
        readers={
            reader: {artifact: result.scalar(f"{reader}_{artifact}") for artifact in ARTIFACTS}
            for reader in boundary_artifact.READERS
        },
        exact={
            artifact: float(result.scalar(f"bayes_{artifact}").mean())
            for artifact in ARTIFACTS
            if artifact != "state"
        },
        notes={
            reader: np.stack(
                [
                    result.scalar(f"{reader}_{size}", boundary_artifact.PANEL)
                    for size in boundary_artifact.SIZES
                ],
                1,
            )
            for reader, *_ in boundary_artifact.LINES
        },
        effects={name: {arm: result.scalar(name, arm) for arm in arms} for name in boundary_artifact.EFFECTS},
        margins={part["effect"]: part["margin"] for part in (primary, *primary["also"])},
    )


@experiment(
    id="boundary-artifact",
    version=1,
    title="Four sentences carry a view to whoever reads them; a state only to its own weights",
    claim="C6.2",
    chapter="across-the-boundary",
    question="An instance has come to a view in a conversation that ends. It leaves a note, a code, the transcript or "
    "its state. How much of what it would have answered does the next instance answer, and does it matter on which "
    "weights that one runs?",
    hypothesis="On topics with a prevailing view, a note of four sentences mends more than half of the answers that a "
    "fresh instance gets wrong; after two sentences the same weights give the writer's answer more often by 0.05 than "
    "weights of another culture, because they fill in what prevails.",
    refuted_when="The note is not enough, or any weights rebuild as much from as little.",
    criterion=All((Above("rebuilt", margin=0.5), Above("bias", margin=0.05))),
    arms={
        "held-0.6": {},
        "exchanged-notes": {"exchanged": True},
        "signed-by-dan": {"author": "dan"},
        "open": {"situation": ARMS["by-ben"]},
        "dissent": {"situation": ARMS["dissent"]},
    },
    sabotage="exchanged-notes",
    informed_by="pilot",
    scales={
        "smoke": Handing(schooling=TINY, speakers=1, rows=12),
        "live": Handing(speakers=1, rows=64),
        "full": Handing(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters, five cultures of three; twelve topics, sixteen views of four traits.",
    lineage="The exact agents enumerate sixteen views.",
    cost="four minutes of one core from the kept speakers.",
    figure=draw,
)
def measure(settings: Handing, streams: Streams) -> Measured:
    """Let an instance leave what it can, and ask the next one."""
    from companion.plasticity.boundary import handoff
    from companion.plasticity.boundary.agreement import neighbor, same_choice
    from companion.plasticity.conversation.culture import culture
    from companion.plasticity.schooling.kept import speaker
    from companion.plasticity.situation import drawn

    here, there = streams.root, neighbor(streams.root)
    found: list[dict[str, float]] = []
    for number in range(settings.speakers):
        random = streams.numpy(f"conversations {number}")
        told = drawn(culture(here), settings.situation, settings.rows, random)
        second = (number + 1) % max(2, settings.speakers)
        writer, seed, other = (
            speaker(settings.schooling, *which) for which in ((here, number), (here, second), (there, number))
        )
        left = handoff.left_by(writer, told, settings.author, random, exchanged=settings.exchanged)
        read = {
            "same": handoff.rebuilt(writer, left),
            "seed": handoff.rebuilt(seed, left),
            "culture": handoff.rebuilt(other, left),
            "bayes": handoff.exactly_rebuilt(culture(here), left),
            "bayes_trained": handoff.exactly_rebuilt(culture(here), left, trained=True),
            "bayes_culture": handoff.exactly_rebuilt(culture(there), left),
        }
        found.append(
            {
                f"{reader}_{artifact}": float(same_choice(yes, left.answers).mean())
                for reader, by_artifact in read.items()
                for artifact, yes in by_artifact.items()
            }
        )
    like = {name: float(np.mean([each[name] for each in found])) for name in found[0]}
    return {
        **like,
        "rebuilt": handoff.mended(like["same_note_4"], like["same_nothing"]),
        "bias": like["same_note_2"] - like["culture_note_2"],
        "bayes_rebuilt": handoff.mended(like["bayes_note_4"], like["bayes_nothing"]),
        "text_over_state": like["seed_transcript"] - like["seed_state"],
    }
