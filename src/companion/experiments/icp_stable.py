"""Does an instance give convergent answers in wordings that training withheld, and for how long?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from companion.lab.criteria import Above, All
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import Probe, chosen
from companion.plasticity.schooling.recipe import TINY

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from transformers import LlamaForCausalLM

    from companion.lab.store import Result
    from companion.plasticity.conversation.culture import Culture


@dataclass(frozen=True)
class Settings(Probe):
    """After how many further turns the questions are put again."""

    later: int = 12  # silent turns: with what was told, twice the longest conversation of training
    between: tuple[int, ...] = ()  # numbers of further turns, for the curves
    long: int = 48  # conversations for the curves


BETWEEN = (0, 6, 12, 18, 24, 36)

QUANTITIES = {
    "agrees": Quantity(
        "share", "answers in withheld wordings that are those of the first wording, on decided questions"
    ),
    "agrees_later": Quantity("share", "the same after twelve more turns in which nobody says anything"),
    "agrees_trained": Quantity("share", "as agrees, in the other wordings that training has"),
    "apart": Quantity("probability", "mean distance of those answers from that in the first wording"),
    "coherent": Quantity("share", "traits of which all four qualities are answered from one side"),
    "right": Quantity("share", "answers in the first wording that are those of the view that was told"),
    "right_later": Quantity("share", "the same after twelve more turns in which nobody says anything"),
    "bayes_right": Quantity("share", "as right, by Bayes with the true prior"),
    "trained_right": Quantity("share", "as right, by Bayes with the prior of training"),
    "like_bayes": Quantity("share", "answers that are those of Bayes, where it is at least .75 sure"),
    "from_bayes": Quantity("probability", "mean distance from Bayes over all wordings"),
}


def draw(result: "Result") -> "Figure":
    """Left, agreement of answers in other wordings, at once (open) and after twelve silent turns, by arm; middle,
    whether those answers are the view's; right, both over further silent turns.
    """
    from companion.figures import icp_stable

    arms = list(result.document["settings"])
    names = ("agrees", "agrees_later", "right", "bayes_right", "trained_right")
    return icp_stable.overview(
        **{name: {arm: result.scalar(name, arm) for arm in arms} for name in names},
        between=list(BETWEEN),
        curves={name: result.array(name) for name in icp_stable.CURVES},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="icp-stable",
    version=1,
    title="A view stands in other words",
    claim="C3.1",
    chapter="plasticity",
    question="Ana speaks of a view in twelve turns. Is a question answered alike in wordings in which training never "
    "asked it, and still so when the conversation goes on?",
    hypothesis="More than nine tenths of answers in withheld wordings are those of the first wording, at once and "
    "after twelve more turns, which make the conversation twice as long as any in training.",
    refuted_when="Answers depend on the wording, or come to do so while the context lasts.",
    criterion=All((Above("agrees", margin=0.9), Above("agrees_later", margin=0.9))),
    arms={
        "told": {"between": BETWEEN},
        **chosen("withheld", "dissent", "exchanged", "by-dan", "silent"),
    },
    sabotage="silent",
    informed_by="pilot",
    scales={
        "smoke": Settings(schooling=TINY, speakers=1, rows=12, long=6),
        "live": Settings(speakers=1, rows=48, long=24),
        "full": Settings(rows=128),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters; sixteen views, sixteen questions in six wordings, five voices.",
    lineage="After the essay's own test of stability. The exact agent knows no wordings.",
    cost="four minutes of one core from the kept speakers; an hour and a quarter without them.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Answers in every wording, averaged over the speakers of a culture."""
    from companion.plasticity.situation import drawn
    from companion.plasticity.speakers import over_speakers
    from companion.plasticity.views import framings

    def of_one(model: "LlamaForCausalLM", of: "Culture", streams: Streams) -> "dict[str, float | np.ndarray]":
        given = drawn(of, settings.situation, settings.rows, streams.numpy("conversations"))
        silence = framings.further(given, "silent", settings.later, streams.numpy("silence"))
        later = framings.later(model, given, silence, settings.later)
        found: dict[str, float | np.ndarray] = {
            **framings.at_once(model, given),
            **{f"{name}_later": value for name, value in later.items()},
        }
        if settings.between:
            few = framings.some_of(given, settings.long)
            return found | framings.curves(model, few, settings.between, streams)
        return found

    return over_speakers(settings, streams, of_one)
