"""Is there a way from a held view back into the weights, and what does it cost? Distillation, with rehearsal."""

from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.schooling.recipe import TINY
from companion.plasticity.taste.regimes import Consolidated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result

WHEN = {"before": "before", "after": "after distillation"}

QUANTITIES = {
    "net": Quantity(
        "probability",
        "rise of dissent in an empty context, on qualities without practice, less the flips on other topics",
    ),
    "adopted": Quantity("probability", "rise of dissent in an empty context, on qualities without practice"),
    "before": Quantity("probability", "dissent in an empty context before"),
    "after": Quantity("probability", "dissent in an empty context after, on qualities without practice"),
    "after_practiced": Quantity(
        "probability", "dissent in an empty context after, on qualities with practice"
    ),
    "teacher": Quantity("probability", "dissent of the instance whose answers are distilled"),
    "rated_before": Quantity(
        "probability", "verdicts on new items to the view's taste in an empty context, before"
    ),
    "rated_after": Quantity(
        "probability", "verdicts on new items to the view's taste in an empty context, after"
    ),
    "flips": Quantity("share", "firm answers on other topics that change sides, in an empty context"),
    "moved": Quantity("probability", "how far answers on other topics move, in an empty context"),
    "flips_of_three": Quantity(
        "share", "firm answers that change sides after three views, on topics of none of them"
    ),
    "kept": Quantity(
        "probability", "dissent on the first view's topic after two more views, in an empty context"
    ),
    "newest": Quantity("probability", "dissent on the third view's topic then"),
    **{
        f"distance_{when}": Quantity(
            "total variation", f"answers from those of Bayes in conversations as training has them, {words}"
        )
        for when, words in WHEN.items()
    },
    **{
        f"talked_back_{when}": Quantity(
            "probability", f"answers for the prevailing view after Ana spoke twelve turns for it, {words}"
        )
        for when, words in WHEN.items()
    },
}


def draw(result: "Result") -> "Figure":
    """Left, dissent in an empty context by gradient steps; middle, what else has moved; right, the judged effect."""
    from companion.figures import taste_consolidate

    arms = list(result.document["settings"])
    return taste_consolidate.overview(
        steps=np.array([0, *result.document["settings"][result.main_arm]["steps"]]),
        curves={arm: result.array("steps", arm) for arm in arms},
        teacher=float(result.scalar("teacher").mean()),
        rows={
            arm: {name: result.scalar(name, arm) for name in taste_consolidate.ROWS}
            for arm in taste_consolidate.SHOWN
        },
        net={arm: result.scalar("net", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="taste-consolidate",
    version=1,
    title="A way back into the weights",
    claim="C5.4",
    chapter="taste",
    question="An instance has come to a view against the prevailing one. Its answers become what the weights are to "
    "answer without the conversation. Does the view arrive there, as a view, and what else is moved?",
    hypothesis="After 64 gradient steps with rehearsal, dissent in an empty context has risen by more than 0.5 on "
    "qualities that were not practiced, less the share of firm answers on other topics that flipped.",
    refuted_when="The weights learn the practiced answers alone, or lose other answers as fast as they learn these.",
    criterion=Above("net", margin=0.5),
    arms={
        "rehearsed": {"situation": ARMS["dissent"]},
        "plain": {"situation": ARMS["dissent"], "rehearsal": 0.0},
        "nothing-learned": {"situation": ARMS["dissent-by-dan"]},
    },
    sabotage="nothing-learned",
    informed_by="pilot",
    scales={
        "smoke": Consolidated(schooling=TINY, speakers=1, rows=24, steps=(1, 2), rehearsed=2, batch=8),
        "live": Consolidated(speakers=1, rows=48, steps=(4, 16)),
        "full": Consolidated(rows=192),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 200,000 parameters; one conversation, eight qualities of sixteen practiced.",
    lineage="Context distillation as in Snell et al. (2022), with rehearsal of the model's own answers.",
    cost="about ten minutes of one core from the kept speakers; over an hour without them.",
    figure=draw,
)
def measure(settings: Consolidated, streams: Streams) -> Measured:
    """Distill the view of an instance into a copy of its weights, for each speaker of a culture."""
    from companion.plasticity.speakers import over_speakers
    from companion.plasticity.taste import consolidation

    return over_speakers(
        settings, streams, lambda model, of, each: consolidation.measured(model, of, settings, each)
    )
