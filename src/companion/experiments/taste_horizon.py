"""What is lost of a deliberation longer than its window, and how much of it does an instance's own note keep?"""

from typing import TYPE_CHECKING

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS
from companion.plasticity.schooling.recipe import TINY
from companion.plasticity.taste.regimes import Windowed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result

WAYS = {
    "all": "everything is kept",
    "window": "the last window alone is kept",
    "notes": "the last window is kept, and a note on all before it",
}
READERS = {
    "with": "",
    "bayes": " by Bayes with the true prior",
    "trained": " by Bayes with the prior of training",
}

QUANTITIES = {
    "lost": Quantity(
        "probability",
        "answers that agree with the view where all is kept, beyond those with the last window, or with that and a "
        "note, whichever is better",
    ),
    "lost_by_bayes": Quantity("probability", "the same of Bayes with the true prior"),
    "carried": Quantity("probability", "answers that agree with the view with a note, beyond those without"),
    "once_notes": Quantity(
        "probability", "the same with notes by Bayes whose readers do not count again what prevails"
    ),
    **{
        f"{who}_{way}": Quantity("probability", f"answers that agree with the view, {words}{whose}")
        for who, whose in READERS.items()
        for way, words in WAYS.items()
    },
}


def draw(result: "Result") -> "Figure":
    """Left and middle, answers that agree with the view by turns, for what can be kept of them: on open topics, and
    against a prevailing view; right, the judged loss.
    """
    from companion.figures import taste_horizon

    arms = list(result.document["settings"])
    return taste_horizon.overview(
        window=result.document["settings"][result.main_arm]["window"],
        curves={
            arm: {way: {who: result.array(f"{who}_{way}_curve", arm) for who in READERS} for way in WAYS}
            for arm in taste_horizon.PANELS
        },
        once=float(result.scalar("once_notes").mean()),
        lost={arm: result.scalar("lost", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="taste-horizon",
    version=1,
    title="Longer than the window",
    claim="C5.5",
    chapter="taste",
    question="A view forms over twelve turns, of which only the last four can be kept. What is lost, of a taste and of "
    "a conviction, and does it help if each instance leaves a note for the next?",
    hypothesis="Against a prevailing view, more than 0.1 of the probability of dissent is lost at the window's edge, "
    "note or no note.",
    refuted_when="The last turns are as good as all of them, or a note makes up for the rest.",
    criterion=Above("lost", margin=0.1),
    arms={
        "conviction": {"situation": ARMS["dissent-by-ben"]},
        "taste": {"situation": ARMS["by-ben"]},
        "conviction-by-ana": {"situation": ARMS["dissent"]},
        "taste-by-ana": {"situation": ARMS["told"]},
        "long-conviction": {"situation": ARMS["long-dissent-by-ben"], "window": 12},
        "long-taste": {"situation": ARMS["long-by-ben"], "window": 12},
        "nothing-to-lose": {"situation": ARMS["dissent-by-ben"], "idle": True},
    },
    sabotage="nothing-to-lose",
    informed_by="pilot",
    scales={
        "smoke": Windowed(schooling=TINY, speakers=1, rows=24),
        "live": Windowed(speakers=1, rows=64),
        "full": Windowed(rows=192),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 200,000 parameters; windows of four turns, in conversations of twelve.",
    lineage="Windows are read anew, as in the baseline with recomputation of Xiao et al. (2024); notes are codes.",
    cost="about three minutes of one core from the kept speakers; over an hour without them.",
    figure=draw,
)
def measure(settings: Windowed, streams: Streams) -> Measured:
    """Let a view form over several windows and keep of it what can be kept, for each speaker of a culture."""
    from companion.plasticity.speakers import over_speakers
    from companion.plasticity.taste import windows

    return over_speakers(
        settings,
        streams,
        lambda model, of, each: windows.measured(model, of, settings, each.numpy("conversations")),
    )
