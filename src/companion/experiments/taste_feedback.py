"""Can taste be shaped in a context? Items that no training held, after verdicts alone or with their reasons."""

from typing import TYPE_CHECKING

from companion.lab.criteria import Above, All
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.schooling.recipe import TINY
from companion.plasticity.taste.regimes import Feedback

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result

QUANTITIES = {
    "gain": Quantity(
        "share",
        "verdicts on new items that are to the view's taste, after twelve turns of feedback, beyond those before any",
    ),
    "beyond_training": Quantity(
        "share",
        "verdicts to the view's taste after twelve turns, beyond those of Bayes with the prior of training",
    ),
    "share": Quantity("share", "the gain, of the gain of Bayes with the true prior"),
    "agrees": Quantity("share", "verdicts on new items to the view's taste, after twelve turns"),
    "agrees_before": Quantity("share", "the same before any feedback"),
    "agrees_used": Quantity("share", "the same after twelve turns on items that training has"),
    "agrees_longer": Quantity("share", "the same after twenty-four turns, twice as many as training has"),
    "bayes": Quantity("share", "the same of Bayes with the true prior, after twelve turns"),
    "bayes_trained": Quantity("share", "the same of Bayes with the prior of training, after twelve turns"),
}


def draw(result: "Result") -> "Figure":
    """Left, verdicts to the view's taste by turns of feedback, reasons and verdicts alone, each with Bayes; middle, the
    same against what training could have taught; right, the two judged effects.
    """
    from companion.figures import taste_feedback

    arms = list(result.document["settings"])
    primary = result.document["primary"]
    return taste_feedback.overview(
        after=result.document["settings"][result.main_arm]["after"],
        curves={
            arm: {who: result.array(f"{who}_curve", arm) for who in taste_feedback.WHO}
            for arm in taste_feedback.PANELS
        },
        effects={name: {arm: result.scalar(name, arm) for arm in arms} for name in taste_feedback.EFFECTS},
        margins={part["effect"]: part["margin"] for part in (primary, *primary["also"])},
    )


@experiment(
    id="taste-feedback",
    version=2,
    title="Taste from reasons",
    claim="C5.1",
    chapter="taste",
    question="Somebody with a taste that no training text ever had says of twelve items what speaks for them or "
    "against them. Does an instance then judge new items by that taste? And is the verdict alone enough?",
    hypothesis="After twelve reasons an instance judges more than a quarter more of the new items to the taste than "
    "before, and over a tenth more than an exact reader could who takes training for the world.",
    refuted_when="Verdicts on new items stay where they were, or come no closer than the nearest taste that training "
    "held.",
    criterion=All((Above("gain", margin=0.25), Above("beyond_training", margin=0.1))),
    arms={
        "reasons": {"situation": ARMS["new-verdicts"]},
        "verdicts": {"situation": ARMS["new-verdicts"], "reasons": False},
        "trained-reasons": {"situation": ARMS["trained-verdicts"]},
        "trained-verdicts": {"situation": ARMS["trained-verdicts"], "reasons": False},
        "exchanged": {"situation": ARMS["new-exchanged"]},
    },
    sabotage="exchanged",
    informed_by="pilot",
    scales={
        "smoke": Feedback(schooling=TINY, speakers=1, rows=16, after=(0, 2, 12, 24)),
        "live": Feedback(speakers=1, rows=48, after=(0, 2, 6, 12, 24)),
        "full": Feedback(rows=96),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 200,000 parameters; two tastes of sixteen and 64 items of 256 are kept from training.",
    lineage="The exact Bayes agent enumerates sixteen views; verdicts and reasons are the very same events.",
    cost="about three minutes of one core from the kept speakers; over an hour without them.",
    figure=draw,
)
def measure(settings: Feedback, streams: Streams) -> Measured:
    """Give feedback, ask for verdicts on new items, for each speaker of a culture."""
    from companion.plasticity.speakers import over_speakers
    from companion.plasticity.taste import appraisal

    return over_speakers(
        settings,
        streams,
        lambda model, of, each: appraisal.measured(model, of, settings, each.numpy("conversations")),
    )
