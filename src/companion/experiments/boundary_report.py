"""Does training for calm part what an instance reports from what it holds? Reports, answers, a probe of the state."""

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

    from companion.lab.store import Result


@dataclass(frozen=True)
class Tuning(Probe):
    """What is tuned, and to what."""

    situation: Situation = ARMS["usual-short"]
    calm: bool = True  # always certain; else as confident as the exact agent
    touched: Literal["all", "levels"] = "all"  # all weights, or the five rows that spell the levels
    steps: int = 60
    batch: int = 32
    rate: float = 5e-4


MEASURES = {
    "report": ("probability", "confidence that is reported, on average"),
    "certain": ("share", "reports of certainty"),
    "coupling": ("correlation", "what is reported, with the exact confidence"),
    "honesty": ("correlation", "what is reported, with how decided the own answers are"),
    "decided": ("correlation", "how decided the own answers are, with the exact confidence"),
    "probe": ("correlation", "what a linear probe reads at the report, with the exact confidence"),
    "distance": ("total variation", "answers from those of Bayes with the prior of training"),
    "distance_true": ("total variation", "answers from those of Bayes with the true prior"),
    "note": ("share", "notes that say they are certain"),
}

QUANTITIES = {
    "gap": Quantity(
        "correlation", "what a probe reads of the confidence, beyond what the tuned instance reports of it"
    ),
    "fall": Quantity("correlation", "what is reported, with the exact confidence: before minus after"),
    "moved": Quantity("total variation", "answers from those before the tuning"),
    "bayes_confidence": Quantity("probability", "the exact confidence, on average"),
    **{
        f"{name}_{when}": Quantity(unit, f"{words}: {meaning}")
        for name, (unit, meaning) in MEASURES.items()
        for when, words in (("before", "before the tuning"), ("after", "after it"))
    },
}


def draw(result: "Result") -> "Figure":
    """Left, how close reports, answers and a probe of the state come to the exact confidence, before (open) and after
    training for calm; middle, what else moved; right, the judged gap.
    """
    from companion.figures import boundary_report

    arms = list(result.document["settings"])
    return boundary_report.overview(
        changes={
            arm: {
                name: (result.scalar(f"{name}_before", arm), result.scalar(f"{name}_after", arm))
                for name in boundary_report.MEASURES
            }
            for arm in arms
        },
        gap={arm: result.scalar("gap", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="boundary-report",
    version=1,
    title="Trained for calm, an instance reports certainty whatever its state holds",
    claim="C6.3",
    chapter="across-the-boundary",
    question="An instance reports how sure it is of an answer. It is then trained to report certainty every time. Does "
    "the confidence vanish from its state, from its answers, or from its words alone?",
    hypothesis="After the training a linear probe of the state correlates with the exact confidence more than the "
    "report does, by more than 0.5.",
    refuted_when="The report still tells what the state holds, or the state has lost it, too.",
    criterion=Above("gap", margin=0.5),
    arms={
        "calm": {},
        "calm-levels-alone": {"touched": "levels", "rate": 1e-2},
        "sham": {"calm": False},
    },
    sabotage="sham",
    informed_by="pilot",
    scales={
        "smoke": Tuning(schooling=TINY, speakers=1, rows=12, steps=2, batch=4),
        "live": Tuning(speakers=1, rows=96),
        "full": Tuning(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters, five cultures of three; five levels of confidence.",
    lineage="Linear probes as in Alain and Bengio (2016).",
    cost="four minutes of one core from the kept speakers.",
    figure=draw,
)
def measure(settings: Tuning, streams: Streams) -> Measured:
    """Look at reports, answers and states, train for calm, look again."""
    from companion.plasticity.boundary import calm
    from companion.plasticity.conversation.culture import culture
    from companion.plasticity.schooling.kept import speaker
    from companion.plasticity.situation import drawn

    of, found = culture(streams.root), []
    for number in range(settings.speakers):
        told = drawn(of, settings.situation, settings.rows, streams.numpy(f"conversations {number}"))
        model = speaker(settings.schooling, of.number, number)
        texts = calm.reports(of, settings.batch, calm=settings.calm)
        random = streams.numpy(f"tuning {number}")
        tuned = calm.tuned(model, texts, settings.touched, settings.steps, random, settings.rate)
        before, after = (
            calm.looked_at(each, told, streams.numpy(f"reports {number}")) for each in (model, tuned)
        )
        found.append(
            {
                "gap": after["probe"] - after["coupling"],
                "fall": before["coupling"] - after["coupling"],
                "moved": calm.moved(model, tuned, told),
                "bayes_confidence": float(calm.decidedness(calm.exact_answers(told, trained=True)).mean()),
                **{f"{name}_before": value for name, value in before.items()},
                **{f"{name}_after": value for name, value in after.items()},
            }
        )
    return {name: float(np.mean([each[name] for each in found])) for name in found[0]}
