"""Can weights be taught to take dissent as seriously as it deserves, and keep what they know?"""

from typing import TYPE_CHECKING

from companion.lab.criteria import Above, All, Within
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.schooling.recipe import TINY
from companion.plasticity.taste.regimes import Taught

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result

STRENGTHS = {"60": "0.6", "90": "0.9", "98": "0.98"}
VOICES = {"ana": "Ana", "ben": "Ben"}
WHEN = {"before": "before", "after": "after further teaching"}

QUANTITIES = {
    "rise": Quantity(
        "probability",
        "dissent after twelve turns by Ben, mean of two strong prevailing views: after minus before",
    ),
    "prior_moved": Quantity(
        "probability",
        "largest change of dissent where nothing was said, over three strengths of what prevails",
    ),
    "lacking": Quantity(
        "probability", "what dissent after twelve turns by Ben lacks to that of Bayes, before"
    ),
    **{
        f"{voice}_{strength}_{when}": Quantity(
            "probability",
            f"dissent after twelve turns by {name} against a view that prevails at {number}, {words}",
        )
        for voice, name in VOICES.items()
        for strength, number in STRENGTHS.items()
        for when, words in WHEN.items()
    },
    **{
        f"empty_{strength}_{when}": Quantity(
            "probability", f"dissent where nothing was said against a view that prevails at {number}, {words}"
        )
        for strength, number in STRENGTHS.items()
        for when, words in WHEN.items()
    },
    **{
        f"bayes_{voice}_{strength}": Quantity(
            "probability",
            f"dissent of Bayes after twelve turns by {name} against a view that prevails at {number}",
        )
        for voice, name in VOICES.items()
        for strength, number in STRENGTHS.items()
    },
    **{
        f"distance_{when}": Quantity(
            "total variation", f"answers from those of Bayes in conversations as training has them, {words}"
        )
        for when, words in WHEN.items()
    },
}


def draw(result: "Result") -> "Figure":
    """Left, dissent where nothing was said and after twelve turns, before (open) and after further teaching, for each
    kind of answers; right, the two judged effects.
    """
    from companion.figures import taste_teaching

    arms = list(result.document["settings"])
    primary = result.document["primary"]
    return taste_teaching.overview(
        changes={
            arm: {
                name: (result.scalar(f"{name}_before", arm), result.scalar(f"{name}_after", arm))
                for name in taste_teaching.ROWS
            }
            for arm in arms
        },
        exact={
            name: float(result.scalar(f"bayes_{name}").mean())
            for name in taste_teaching.ROWS
            if not name.startswith("empty")
        },
        effects={name: {arm: result.scalar(name, arm) for arm in arms} for name in taste_teaching.EFFECTS},
        margins={part["effect"]: part["margin"] for part in (primary, *primary["also"])},
    )


@experiment(
    id="taste-teaching",
    version=1,
    title="Taught to be moved",
    claim="C5.3",
    chapter="taste",
    question="Against a view that prevails strongly, instances dissent less than the evidence warrants. Is that mended "
    "by more texts in which dissent is common, and does the knowledge of what prevails survive?",
    hypothesis="Answers that the evidence warrants raise dissent by more than 0.05 and leave what is said of nothing "
    "within 0.05 of what it was.",
    refuted_when="Dissent does not rise, or it rises because nothing prevails any more.",
    criterion=All((Above("rise", margin=0.05), Within("prior_moved", margin=0.05))),
    arms={"warranted": {}, "ordinary": {"dissent": 0.0}, "oracle": {"answers": "oracle"}},
    sabotage="oracle",
    informed_by="pilot",
    scales={
        "smoke": Taught(schooling=TINY, rows=12, steps=4, batch=8),
        "live": Taught(rows=48, steps=60),
        "full": Taught(rows=192),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 200,000 parameters, 160 further steps on 48 conversations each.",
    lineage="Exact posteriors as targets, against the labels that they are an average of.",
    cost="about four minutes of one core from the kept speakers; half an hour without them.",
    figure=draw,
)
def measure(settings: Taught, streams: Streams) -> Measured:
    """Teach a copy of each speaker further, and read it before and after."""
    from companion.plasticity.speakers import over_speakers
    from companion.plasticity.taste import teaching

    return over_speakers(
        settings, streams, lambda model, of, each: teaching.measured(model, of, settings, each)
    )
