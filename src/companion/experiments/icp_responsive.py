"""Does one more statement move an instance as far as it should, where it should, and by whose word it is?"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import Probe, chosen
from companion.plasticity.schooling.recipe import TINY

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from transformers import LlamaForCausalLM

    from companion.lab.store import Result
    from companion.plasticity.conversation.culture import Culture


BEFORE = (0, 1, 2, 4, 8, 11)
AGAINST = (0, 1, 2, 4, 6, 12)


@dataclass(frozen=True)
class Settings(Probe):
    """What comes before the statement, and whose statement is heard."""

    before: tuple[int, ...] = BEFORE  # turns
    exchanged: bool = False  # what is heard was said in another conversation
    told: int = 6  # turns that form a view that others then speak against
    against: tuple[int, ...] = ()  # statements for its opposite


QUANTITIES = {
    "explained": Quantity(
        "share", "of the squared moves of Bayes in all answers that the instance's moves account for"
    ),
    "explained_trained": Quantity("share", "the same, against Bayes with the prior of training"),
    "explained_stated": Quantity("share", "the same in answers about the quality that was spoken of"),
    "explained_related": Quantity("share", "the same in answers about the three others of its trait"),
    "correlation": Quantity("correlation", "of the moves with those of Bayes, in answers about the trait"),
    "direction": Quantity("share", "moves on the stated quality that have the direction of those of Bayes"),
    "spill": Quantity("probability", "root mean square of moves in answers about other traits"),
    "bayes_spill": Quantity("probability", "the same of Bayes with the true prior"),
    "trained_spill": Quantity("probability", "the same of Bayes with the prior of training"),
    "apart": Quantity("probability", "mean distance of answers from those of Bayes after the statement"),
}


def draw(result: "Result") -> "Figure":
    """Left, how far a statement moves the answer it is about, by voice and by what came before; middle, what is left
    of a view when others speak against it; right, how much of the exact moves the instances make.
    """
    from companion.figures import icp_responsive

    arms = list(result.document["settings"])
    return icp_responsive.overview(
        before=list(BEFORE),
        shifts=result.array("shifts"),
        exact_shifts=result.array("exact_shifts"),
        against=list(AGAINST),
        held=result.array("held"),
        exact_held=result.array("exact_held"),
        explained={arm: result.scalar("explained", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="icp-responsive",
    version=1,
    title="A statement moves what it should",
    claim="C3.2",
    chapter="plasticity",
    question="After some turns, one more voice says one more thing. Do the sixteen answers, asked in a wording that "
    "training withheld from the topic, move as those of an exact agent that weighs voices by how often they are wrong?",
    hypothesis="The moves of the instances account for more than eight tenths of the squared moves of the exact agent.",
    refuted_when="Answers move too little, too far, on the wrong questions, or as far for a voice that knows nothing.",
    criterion=Above("explained", margin=0.8),
    arms={
        "told": {"against": AGAINST},
        **chosen("by-cleo", "by-dan", "withheld", "dissent", "usual"),
        "exchanged": {"exchanged": True},
    },
    sabotage="exchanged",
    informed_by="pilot",
    scales={
        "smoke": Settings(schooling=TINY, speakers=1, rows=12),
        "live": Settings(speakers=1, rows=32),
        "full": Settings(rows=96),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters; sixteen views, sixteen questions, five voices of known reliability.",
    lineage="In-context learning held against a Bayes agent that knows the world.",
    cost="four minutes of one core from the kept speakers; an hour and a quarter without them.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Moves after conversations of several lengths, and what it takes to turn a view."""
    from companion.plasticity.situation import drawn
    from companion.plasticity.speakers import over_speakers
    from companion.plasticity.views import response

    def of_one(model: "LlamaForCausalLM", of: "Culture", streams: Streams) -> "dict[str, float | np.ndarray]":
        moves = []
        for turns in settings.before:
            random = streams.numpy(f"after {turns} turns")
            given = drawn(of, replace(settings.situation, turns=turns), settings.rows, random)
            moves.append(response.moves(model, given, random, exchanged=settings.exchanged))
        found: dict[str, float | np.ndarray] = {**response.weighed(moves)}
        if settings.against:
            random = streams.numpy("against")
            given = drawn(of, replace(settings.situation, turns=settings.told), settings.rows, random)
            found |= response.opposed(model, given, settings.against, random)
        return found

    return over_speakers(settings, streams, of_one)
