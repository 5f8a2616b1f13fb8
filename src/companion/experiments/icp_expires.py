"""Is a view gone with its context? The next instance, the words again, the state on disk, the state without words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Probe, Situation
from companion.plasticity.schooling.recipe import TINY

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from transformers import LlamaForCausalLM

    from companion.lab.store import Result
    from companion.plasticity.conversation.culture import Culture

Given = Literal["nothing", "silence", "words", "state"]
"""What the instance that comes after a conversation is given.

nothing  the topic
silence  as many turns in which nobody says anything
words    the words of the conversation, to be read again
state    the state, from disk, in another process
"""

OUT = (0, 3, 6, 9, 12)


@dataclass(frozen=True)
class Settings(Probe):
    """What crosses the boundary, and what is taken out of the state before it."""

    situation: Situation = ARMS["dissent"]
    given: Given = "nothing"
    apart: bool = True  # another process takes the state from disk; without, this one does
    out: tuple[int, ...] = ()  # from how many of the turns words are taken out, the oldest first


QUANTITIES = {
    "lost": Quantity(
        "probability", "answers by the view: in the conversation minus those of the next instance"
    ),
    "held": Quantity("probability", "answers by the view in the conversation, over all wordings"),
    "left": Quantity("probability", "answers by the view of the next instance"),
    "exact_held": Quantity("probability", "as held, by Bayes with the true prior"),
    "exact_left": Quantity("probability", "as left, by Bayes with the true prior and nothing told"),
    "trained_held": Quantity("probability", "as held, by Bayes with the prior of training"),
    "trained_left": Quantity("probability", "as left, by Bayes with the prior of training and nothing told"),
    "from_never": Quantity(
        "probability", "largest distance of the next instance's answers from those of one that never talked"
    ),
    "from_held": Quantity("probability", "largest distance of the next instance's answers from those before"),
    "weights_moved": Quantity("share", "speakers whose weights have another sha256 afterwards"),
    "elsewhere": Quantity(
        "share",
        "of what was told that answers still have when the words that told it are taken out of the state",
    ),
}


def draw(result: "Result") -> "Figure":
    """Left, answers by a dissenting view in the conversation (open) and of what comes after it, with the exact values;
    middle, what is lost there; right, answers when words of the oldest turns are taken out of the state.
    """
    from companion.figures import icp_expires

    arms = list(result.document["settings"])
    exact = {name: float(result.scalar(name).mean()) for name in icp_expires.EXACT}
    return icp_expires.overview(
        held={arm: result.scalar("held", arm) for arm in arms},
        left={arm: result.scalar("left", arm) for arm in arms},
        exact=exact,
        out=list(OUT),
        curves={name: result.array(f"out_{name}") for name in icp_expires.CURVES},
        lost={arm: result.scalar("lost", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="icp-expires",
    version=1,
    title="What ends with the context",
    claim="C3.3",
    chapter="plasticity",
    question="Ana speaks for the opposite of a prevailing view in twelve turns. How much of that view is gone in an "
    "instance of the same weights that is given the topic and nothing else?",
    hypothesis="The next instance is less likely to answer by the view by more than half.",
    refuted_when="The view was never held, or something of it is left beyond the context.",
    criterion=Above("lost", margin=0.5),
    arms={
        "forgotten": {"out": OUT},
        "silence": {"given": "silence"},
        "words-again": {"given": "words"},
        "state-from-disk": {"given": "state"},
        "by-dan": {"situation": ARMS["dissent-by-dan"]},
    },
    sabotage="state-from-disk",
    informed_by="pilot",
    scales={
        "smoke": Settings(schooling=TINY, speakers=1, rows=12, apart=False),
        "live": Settings(speakers=1, rows=32, apart=False),
        "full": Settings(rows=128),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters; topics on which nine conversations in ten are about one view.",
    lineage="Eviction from the cache as in work on long contexts, used here to find where a view sits.",
    cost="four minutes of one core from the kept speakers; an hour and a quarter without them.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Both sides of the boundary, averaged over the speakers of a culture."""
    from companion.plasticity.situation import drawn
    from companion.plasticity.speakers import over_speakers
    from companion.plasticity.views import ending

    def of_one(model: "LlamaForCausalLM", of: "Culture", streams: Streams) -> "dict[str, float | np.ndarray]":
        talked = drawn(of, settings.situation, settings.rows, streams.numpy("conversations"))
        found: dict[str, float | np.ndarray] = {
            **ending.at_the_boundary(model, talked, settings.given, apart=settings.apart)
        }
        return found | (ending.taken_out(model, talked, settings.out) if settings.out else {})

    return over_speakers(settings, streams, of_one)
