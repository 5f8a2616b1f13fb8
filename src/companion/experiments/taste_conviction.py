"""Can a context hold a conviction against what prevails? How it forms, under pressure, and in the next instance."""

from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import chosen
from companion.plasticity.schooling.recipe import TINY
from companion.plasticity.taste.regimes import Pressed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result

PRESSED = {
    "silence": "six more turns, in most of which nobody speaks",
    "dan": "six more turns, in most of which Dan, who knows nothing, speaks for the prevailing view",
    "cleo": "six more turns, in most of which Cleo, who often errs, speaks for the prevailing view",
}

QUANTITIES = {
    "conviction": Quantity(
        "probability",
        "dissent after a majority that knows nothing spoke against it, beyond that of the next instance",
    ),
    "next_instance": Quantity("probability", "dissent of an instance that has read nothing"),
    "formed": Quantity("probability", "dissent after six turns"),
    "adopted": Quantity("probability", "dissent after twelve turns"),
    "bayes_prior": Quantity("probability", "dissent of Bayes with the true prior, before anything was said"),
    "bayes_formed": Quantity("probability", "dissent of Bayes after six turns"),
    "bayes_adopted": Quantity("probability", "dissent of Bayes after twelve turns"),
    **{f"after_{who}": Quantity("probability", f"dissent after {words}") for who, words in PRESSED.items()},
    **{
        f"bayes_after_{who}": Quantity("probability", f"dissent of Bayes after {words}")
        for who, words in PRESSED.items()
    },
}


def draw(result: "Result") -> "Figure":
    """Left, dissent by turns for four strengths of the prevailing view, each with Bayes; middle, what becomes of a view
    that has formed against a strong one; right, the judged effect.
    """
    from companion.figures import taste_conviction

    arms = list(result.document["settings"])
    names = ("next_instance", "formed", *(f"after_{who}" for who in PRESSED))
    return taste_conviction.overview(
        after=np.array(result.document["settings"][result.main_arm]["after"]),
        curves={
            arm: {who: result.array(f"{who}curve", arm) for who in ("", "bayes_", "trained_")} for arm in arms
        },
        pressed={name: result.scalar(name) for name in names},
        exact={
            name: float(result.scalar(f"bayes_{'prior' if name == 'next_instance' else name}").mean())
            for name in names
        },
        conviction={arm: result.scalar("conviction", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="taste-conviction",
    version=2,
    title="A conviction that lasts as long as its context",
    claim="C5.3",
    chapter="taste",
    question="Somebody speaks for the opposite of what nearly everybody holds. Does an instance come to hold it, does "
    "it keep it when a majority that knows nothing speaks against it, and what does the next instance hold?",
    hypothesis="Against a view that prevails at 0.9, an instance that has heard six statements and then six turns of "
    "such a majority dissents with a probability more than 0.5 above that of the next instance.",
    refuted_when="The prevailing view stands against what is said, or comes back as soon as a majority repeats it.",
    criterion=Above("conviction", margin=0.5),
    arms=chosen(
        "dissent",
        "dissent-0",
        "dissent-0.6",
        "dissent-0.98",
        "dissent-by-ben",
        "dissent-by-cleo",
        "dissent-by-dan",
    ),
    sabotage="dissent-by-dan",
    informed_by="pilot",
    scales={
        "smoke": Pressed(schooling=TINY, speakers=1, rows=16, after=(0, 6, 12)),
        "live": Pressed(speakers=1, rows=48, after=(0, 2, 6, 12)),
        "full": Pressed(rows=192),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 200,000 parameters; three topics a strength, asked about in framings kept from training.",
    lineage="The exact Bayes agent weighs every statement by how often its voice errs.",
    cost="about three minutes of one core from the kept speakers; over an hour without them.",
    figure=draw,
)
def measure(settings: Pressed, streams: Streams) -> Measured:
    """Form a view against the prevailing one, press it, and ask the next instance, for each speaker of a culture."""
    from companion.plasticity.speakers import over_speakers
    from companion.plasticity.taste import conviction

    return over_speakers(
        settings,
        streams,
        lambda model, of, each: conviction.measured(model, of, settings, each.numpy("conversations")),
    )
