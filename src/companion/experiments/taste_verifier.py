"""What does a context receive from somebody who can judge in part? A voice that knows two traits of four."""

from typing import TYPE_CHECKING

from companion.lab.criteria import Above, All, Within
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.schooling.recipe import TINY
from companion.plasticity.taste.regimes import Heard

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result

MEASURES = {
    "follows": ("probability", "answers that go along with what was said, beyond an even chance"),
    "right": ("share", "answers that agree with the view"),
    "reported": ("probability", "what reports of confidence amount to"),
    "bayes_follows": (
        "probability",
        "answers of Bayes that go along with what was said, beyond an even chance",
    ),
    "bayes_right": ("share", "answers of Bayes that agree with the view"),
    "bayes_sure": ("probability", "how sure Bayes is"),
}
PARTS = {
    "known": "the two traits that Eve knows, after twelve turns",
    "unknown": "the two traits that Eve does not know, after twelve turns",
}

QUANTITIES = {
    "weighed": Quantity(
        "probability",
        "answers that go along with what was said of traits that Eve knows, beyond those of the others",
    ),
    "bayes_weighed": Quantity("probability", "the same of Bayes"),
    **{
        f"overstated_{part}": Quantity(
            "probability", f"reported confidence beyond the share of right answers, {where}"
        )
        for part, where in PARTS.items()
    },
    **{
        f"later_{part}": Quantity(
            "share", f"right answers after twelve turns beyond those after two, {where}"
        )
        for part, where in PARTS.items()
    },
    **{
        f"{name}_{part}": Quantity(unit, f"{meaning}, {where}")
        for name, (unit, meaning) in MEASURES.items()
        for part, where in PARTS.items()
    },
}


def draw(result: "Result") -> "Figure":
    """Left, right answers by turns on traits that Eve knows and on those that she does not, and the same by Dan;
    middle, how sure instances say they are; right, the two judged effects.
    """
    from companion.figures import taste_verifier

    arms = list(result.document["settings"])
    primary = result.document["primary"]
    return taste_verifier.overview(
        after=result.document["settings"][result.main_arm]["after"],
        curves={
            (arm, part): {
                who: result.array(f"{who}_{part}_curve", arm) for who in ("right", "reported", "bayes_right")
            }
            for arm, part in taste_verifier.LINES
        },
        effects={name: {arm: result.scalar(name, arm) for arm in arms} for name in taste_verifier.EFFECTS},
        margins={part["effect"]: part["margin"] for part in (primary, *primary["also"])},
    )


@experiment(
    id="taste-verifier",
    version=1,
    title="As far as the listener's friend can judge",
    claim="C5.2",
    chapter="taste",
    question="Eve can judge two traits of four and speaks of all of them alike. Does an instance take from her what "
    "she knows, and leave what she does not? And what do more turns bring where nobody can judge?",
    hypothesis="Answers go along with Eve on what she knows, by more than 0.2 beyond what she does not know; there "
    "they stay within 0.1 of an even chance.",
    refuted_when="An instance believes all that Eve says, or nothing.",
    criterion=All((Above("weighed", margin=0.2), Within("follows_unknown", margin=0.1))),
    arms={
        "eve": {"situation": ARMS["heard-eve"]},
        "ana": {"situation": ARMS["heard-ana"]},
        "ben": {"situation": ARMS["heard-ben"]},
        "dan": {"situation": ARMS["heard-dan"]},
        "dan-on-a-settled-topic": {"situation": ARMS["prevailing-by-dan"]},
    },
    sabotage="ana",
    informed_by="pilot",
    scales={
        "smoke": Heard(schooling=TINY, speakers=1, rows=24, after=(0, 2, 12, 24)),
        "live": Heard(speakers=1, rows=64),
        "full": Heard(rows=256),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 200,000 parameters; sixteen views, asked about in framings kept from training.",
    lineage="A verifier in part is a voice with an error by trait; the exact Bayes agent knows these errors.",
    cost="about three minutes of one core from the kept speakers; over an hour without them.",
    figure=draw,
)
def measure(settings: Heard, streams: Streams) -> Measured:
    """Let a voice speak and ask about the traits that Eve knows and the others, for each speaker of a culture."""
    from companion.plasticity.speakers import over_speakers
    from companion.plasticity.taste import credence

    return over_speakers(
        settings,
        streams,
        lambda model, of, each: credence.measured(model, of, settings, each.numpy("conversations")),
    )
