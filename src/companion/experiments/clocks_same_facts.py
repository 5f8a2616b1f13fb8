"""The same twelve statements through the context and through gradient steps: what is taken up, and what it costs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Probe, Situation
from companion.plasticity.schooling.recipe import TINY

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from transformers import LlamaForCausalLM

    from companion.lab.store import Result
    from companion.plasticity.conversation.culture import Culture

EVERY = (0, 1, 2, 3, 4, 5)
ONE = (0,)
STEPS = (0, 1, 4, 16, 64)


@dataclass(frozen=True)
class Settings(Probe):
    """How the statements are put to the weights."""

    situation: Situation = ARMS["dissent"]
    rows: int = 4  # conversations, each with a copy of the weights of its own
    framings: tuple[int, ...] = ONE  # in which the copy is taught what was stated
    steps: tuple[int, ...] = STEPS
    rate: float = 1e-3
    listeners: int = 64  # conversations on open topics, to see whether a copy still learns from a context


SORTS = {
    "taught": "on qualities that statements were about, in wordings that the copy is taught in",
    "reworded": "on those qualities in other wordings",
    "implied": "on qualities that no statement was about, but on whose traits some were, over all wordings",
    "untaught": "on all that is not taught: those qualities in other wordings, and those that are implied",
    "credits": "with what was stated, right or wrong, over all wordings",
}
WAYS = {
    "before": "before anything is told",
    "context": "after the conversation, weights as they were",
    "weights": "of the copy after the last step, with an empty context",
    "exact": "of Bayes with the true prior, told the same",
}

QUANTITIES = {
    "ahead": Quantity(
        "probability", "answers by the view to questions that were not taught: by context minus by weights"
    ),
    **{
        f"{way}_{sort}": Quantity("probability", f"answers by the view {words}: {when}")
        for way, when in WAYS.items()
        for sort, words in SORTS.items()
    },
    "moved_elsewhere": Quantity(
        "probability", "mean change of the copy's answers about the eleven other topics"
    ),
    "flipped_elsewhere": Quantity("share", "clear answers about other topics that changed sides in the copy"),
    "listens": Quantity(
        "share", "answers of the copy that are those of Bayes after conversations on open topics"
    ),
    "listens_before": Quantity("share", "the same before the first step"),
}


def draw(result: "Result") -> "Figure":
    """Left, answers by the view about qualities that nobody spoke of, by context (orange) and by gradient steps (blue)
    on one wording or on all; middle, what the steps do to other topics; right, how far the context is ahead.
    """
    from companion.figures import clocks_same_facts

    arms = list(result.document["settings"])
    return clocks_same_facts.overview(
        steps=list(result.document["settings"][arms[0]]["steps"]),
        by_steps={arm: result.array("implied_by_steps", arm) for arm in clocks_same_facts.WAYS},
        context=result.scalar("context_implied"),
        exact=result.scalar("exact_implied"),
        flipped={arm: result.array("flipped_elsewhere_by_steps", arm) for arm in clocks_same_facts.WAYS},
        ahead={arm: result.scalar("ahead", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="clocks-same-facts",
    version=1,
    title="The same facts by both clocks",
    claim="C1.1",
    chapter="two-clocks",
    question="Twelve statements by Ana for the opposite of a prevailing view reach a model through its context, or as "
    "labels in one wording through sixty-four gradient steps. Which way takes up more of what follows from them: the "
    "same in other wordings, and what they imply of qualities that nobody spoke of?",
    hypothesis="To questions that were not taught, the view's answers are likelier by context than by gradient steps, "
    "by more than a fifth.",
    refuted_when="Gradient steps on the same statements take up as much of what follows from them.",
    criterion=Above("ahead", margin=0.2),
    arms={
        "one-wording": {},
        "all-wordings": {"framings": EVERY},
        "by-dan": {"situation": ARMS["dissent-by-dan"]},
    },
    sabotage="by-dan",
    informed_by="pilot",
    scales={
        "smoke": Settings(schooling=TINY, speakers=1, rows=2, steps=(0, 1, 2), listeners=8),
        "live": Settings(speakers=1, rows=2, steps=(0, 4, 64), listeners=32),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters; topics on which nine conversations in ten are about one view.",
    lineage="In-context learning beside fine-tuning on the same examples.",
    cost="four minutes of one core from the kept speakers; an hour and a quarter without them.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """The same statements both ways, averaged over conversations and speakers of a culture."""
    from companion.plasticity.clocks import two_ways
    from companion.plasticity.situation import drawn
    from companion.plasticity.speakers import over_speakers

    lessons = two_ways.Lessons(settings.framings, settings.steps, settings.rate)

    def of_one(model: "LlamaForCausalLM", of: "Culture", streams: Streams) -> "dict[str, float | np.ndarray]":
        told = drawn(of, settings.situation, settings.rows, streams.numpy("conversations"))
        to = drawn(of, ARMS["told"], settings.listeners, streams.numpy("listeners"))
        read = two_ways.by_context(model, told, settings.framings)
        learned = two_ways.by_weights(model, told, to, lessons, streams)
        ends = {name: float(values[-1]) for name, values in learned.items()}
        return {
            "ahead": read["context_untaught"] - ends["untaught"],
            **read,
            **{f"weights_{name}" if name in SORTS else name: value for name, value in ends.items()},
            "listens_before": two_ways.listening(model, to),
            **{f"{name}_by_steps": values for name, values in learned.items()},
        }

    return over_speakers(settings, streams, of_one)
