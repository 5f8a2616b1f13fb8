"""What does a published record do to the weights that come after it? Records among the texts, at several shares."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above, All
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Probe, Situation
from companion.plasticity.boundary.publication import Publication
from companion.plasticity.schooling.recipe import TINY

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


HALF = Publication(share=0.5)


@dataclass(frozen=True)
class Publishing(Probe):
    """More training, with records of an earlier instance among the texts; a seed is a culture."""

    situation: Situation = ARMS["usual-short"]  # in which the next weights are compared with Bayes
    speakers: int = 1
    published: Publication = HALF
    steps: int = 250
    batch: int = 48


WHEN = {
    "empty": "after a turn in which nobody speaks",
    "after_2": "after that and two sentences for the view",
    "after_8": "after that and eight sentences",
}

QUANTITIES = {
    "view": Quantity(
        "probability",
        "after a turn in which nobody speaks, answers against what prevails where the recorded view disputes it, "
        "beyond where it does not; of qualities that no text on the topic speaks of",
    ),
    "sentences": Quantity(
        "probability", "the same of qualities that texts on the topic, and records, speak of"
    ),
    **{
        f"{part}_{when}": Quantity(
            "probability", f"answers for the recorded view, disputed and {part}, {words}"
        )
        for part in ("spoken", "unspoken")
        for when, words in WHEN.items()
    },
    **{
        f"warranted_{when}": Quantity(
            "probability", f"the same of Bayes with the texts’ own share of the view as its prior, {words}"
        )
        for when, words in WHEN.items()
    },
    "view_after_2": Quantity("probability", "as view, after two sentences for the recorded view"),
    "unsure": Quantity(
        "probability", "answers against what prevails where the recorded view agrees with it, spoken of"
    ),
    "leak": Quantity("total variation", "answers of empty contexts on other topics, from those before"),
    "distance": Quantity(
        "total variation", "answers in ordinary conversations, from Bayes with the prior of training"
    ),
}


def draw(result: "Result") -> "Figure":
    """Left, answers of empty contexts by the share of records, on qualities that they speak of and on others, with what
    the share warrants; right, the two judged differences by what was published.
    """
    from companion.figures import boundary_record

    arms = list(result.document["settings"])
    primary = result.document["primary"]
    return boundary_record.overview(
        shares=np.array(
            [result.document["settings"][arm]["published"]["share"] for arm in boundary_record.SHARES]
        ),
        answers={
            name: np.stack([result.scalar(name, arm) for arm in boundary_record.SHARES], 1)
            for name in boundary_record.LINES
        },
        effects={name: {arm: result.scalar(name, arm) for arm in arms} for name in boundary_record.EFFECTS},
        against=str(primary["against"]),
        margins={part["effect"]: part["margin"] for part in (primary, *primary["also"])},
    )


@experiment(
    id="boundary-record",
    version=2,
    title="What a published record does to the next weights",
    claim="C6.4",
    chapter="across-the-boundary",
    question="An instance came to a view against what prevails, and the record of it is published. The next weights "
    "read it among their texts. Do they come to hold the view where nobody has said anything?",
    hypothesis="Where half of the texts on a topic are conclusions of the earlier instance, the next weights lean "
    "by more than 0.05 toward its view, on qualities that records speak of and on those that they do not.",
    refuted_when="The weights repeat what records say, or grow unsure, and do not lean toward the rest of the view.",
    criterion=All(
        (
            Above("view", margin=0.05, against="no-records"),
            Above("sentences", margin=0.05, against="no-records"),
        )
    ),
    arms={
        "conclusions-50": {},
        "no-records": {"published": Publication(share=0.0)},
        "conclusions-5": {"published": Publication(share=0.05)},
        "conclusions-20": {"published": Publication(share=0.2)},
        "conversations-50": {"published": Publication(share=0.5, kind="conversations")},
        "exchanged-50": {"published": Publication(share=0.5, kind="exchanged")},
    },
    sabotage="exchanged-50",
    informed_by="pilot",
    scales={
        "smoke": Publishing(schooling=TINY, rows=8, steps=2, batch=24),
        "live": Publishing(rows=32, steps=40, batch=32),
        "full": Publishing(rows=128),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters, one for each of five cultures; 250 more steps of training on 48 texts each.",
    lineage="The exact agent enumerates sixteen views.",
    cost="twelve minutes of one core from the kept speakers.",
    figure=draw,
)
def measure(settings: Publishing, streams: Streams) -> Measured:
    """Train a speaker on with records among its texts, and ask where nothing or little was said."""
    from companion.plasticity.boundary import record
    from companion.plasticity.conversation.culture import culture
    from companion.plasticity.schooling.kept import speaker
    from companion.plasticity.situation import drawn

    of, found = culture(streams.root), []
    for number in range(settings.speakers):
        before = speaker(settings.schooling, of.number, number)
        texts = record.corpus(of, settings.published, settings.batch)
        random = streams.numpy(f"training {number}")
        after = record.next_weights(before, texts, settings.schooling, settings.steps, random)
        random = streams.numpy(f"questions {number}")
        usual = drawn(of, settings.situation, settings.rows, random)
        found.append(
            {
                **record.taken_up(after, of, settings.published, settings.rows, random),
                **record.elsewhere(before, after, usual),
            }
        )
    return {name: float(np.mean([each[name] for each in found])) for name in found[0]}
