"""Do instances that never met arrive at the same position? By whose weights they run, and by what they have read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above, All
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Probe, Situation, chosen
from companion.plasticity.schooling.recipe import TINY

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result


@dataclass(frozen=True)
class Meeting(Probe):
    """Conversations that instances have apart from each other."""

    situation: Situation = ARMS["by-ben-0.9"]
    rows: int = 96
    judged: int = 8  # turns after which the verdict is taken


PAIRS = {
    "same": "instances of the same weights",
    "seed": "weights of two seeds, one culture",
    "culture": "weights of two cultures",
    "bayes": "two Bayes agents with the true prior, one culture",
    "bayes_trained": "two Bayes agents with the prior of training, one culture",
    "bayes_culture": "two Bayes agents with the true prior, two cultures",
}
READINGS = {
    "transcript": "both have read the same words",
    "view": "other words about the same view",
    "different": "words about different views",
    "nothing": "nothing was read",
}

QUANTITIES = {
    "converge": Quantity(
        "probability",
        "same answer of two instances told of one view, beyond that of two told of different views",
    ),
    "substrate": Quantity(
        "probability",
        "same answer of two instances told of one view, beyond that of weights from two cultures",
    ),
    "seeds": Quantity(
        "probability", "same answer of two instances told of one view, beyond that of weights of two seeds"
    ),
    **{
        f"{pair}_{reading}": Quantity("probability", f"same answer: {who}, {words}")
        for pair, who in PAIRS.items()
        for reading, words in READINGS.items()
    },
    **{
        f"likelier_{pair}_{reading}": Quantity("share", f"same likelier answer: {who}, {words}")
        for pair, who in PAIRS.items()
        for reading, words in READINGS.items()
    },
}


def draw(result: "Result") -> "Figure":
    """Left and middle, how often two instances give the same answer, by turns, on open topics and where one view
    prevails; right, the two judged differences.
    """
    from companion.figures import boundary_instances

    arms = list(result.document["settings"])
    primary = result.document["primary"]
    return boundary_instances.overview(
        after=result.array("after")[0],
        agreement={arm: result.array("agreement", arm) for arm in boundary_instances.PANELS},
        effects={
            name: {arm: result.scalar(name, arm) for arm in arms} for name in boundary_instances.EFFECTS
        },
        margins={part["effect"]: part["margin"] for part in (primary, *primary["also"])},
    )


@experiment(
    id="boundary-instances",
    version=1,
    title="Instances that never met come to agree, on any weights that learned from the same culture",
    claim="C6.1",
    chapter="across-the-boundary",
    question="Two instances read different conversations about one view of somebody. Do they give the same answers? "
    "And is it because they run on the same weights?",
    hypothesis="After eight turns with a voice that is wrong now and then, on topics where one view prevails nine "
    "times in ten, instances of the same weights give the same answer more often by 0.03 when they were told of one "
    "view than when they were told of two, and more often by 0.03 than weights of two cultures told of one.",
    refuted_when="Instances agree no more about one view than about two, or weights of another culture agree as well.",
    criterion=All((Above("converge", margin=0.03), Above("substrate", margin=0.03))),
    arms=chosen("by-ben-0.9", "by-ben-0.6", "by-ben-0.98", "by-ben"),
    sabotage="by-ben",
    informed_by="pilot",
    scales={
        "smoke": Meeting(schooling=TINY, speakers=1, rows=12),
        "live": Meeting(speakers=1, rows=64),
        "full": Meeting(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters, five cultures of three; twelve topics, sixteen views, a voice that is wrong in "
    "15 of 100 statements.",
    lineage="The exact agents enumerate sixteen views.",
    cost="four minutes of one core from the kept speakers.",
    figure=draw,
)
def measure(settings: Meeting, streams: Streams) -> Measured:
    """Let instances read apart from each other, ask them all the same, and compare."""
    from companion.plasticity.boundary import agreement
    from companion.plasticity.conversation.culture import culture
    from companion.plasticity.schooling.kept import speaker
    from companion.plasticity.situation import drawn

    here, there = streams.root, agreement.neighbor(streams.root)
    of, other = culture(here), culture(there)
    found = []
    for number in range(settings.speakers):
        random = streams.numpy(f"conversations {number}")
        read = agreement.readings(drawn(of, settings.situation, settings.rows, random), random)
        second = (number + 1) % max(2, settings.speakers)
        models = [
            speaker(settings.schooling, *which) for which in ((here, number), (here, second), (there, number))
        ]
        own, *others = (agreement.answers(model, read) for model in models)
        exact = agreement.exact_answers(of, read)
        trained = agreement.exact_answers(of, read, trained=True)
        pairs = [
            *((own, their) for their in (own, *others)),
            (exact, exact),
            (trained, trained),
            (exact, agreement.exact_answers(other, read)),
        ]
        found.append([agreement.between(*pair) for pair in pairs])
    table = np.mean(found, 0)  # pair, measure, reading, turns
    now, start = agreement.AFTER.index(settings.judged), agreement.AFTER.index(0)
    values = {
        f"{prefix}{pair}_{reading}": float(table[i, j, k % 3, now if k < 3 else start])
        for i, pair in enumerate(PAIRS)
        for j, prefix in enumerate(("", "likelier_"))
        for k, reading in enumerate(READINGS)
    }
    return {
        **values,
        "converge": values["same_view"] - values["same_different"],
        "substrate": values["same_view"] - values["culture_view"],
        "seeds": values["same_view"] - values["seed_view"],
        "agreement": table[:, 0],
        "after": np.array(agreement.AFTER, float),
    }
