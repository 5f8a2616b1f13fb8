"""How much of behavior is weights and how much context? And does a context lead where no training has been?"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Probe, Situation, chosen
from companion.plasticity.schooling.recipe import TINY

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from matplotlib.figure import Figure
    from transformers import LlamaForCausalLM

    from companion.lab.store import Result
    from companion.plasticity.conversation.culture import Culture


@dataclass(frozen=True)
class Settings(Probe):
    """About which conversation a model is asked: the one it has heard, or another."""

    situation: Situation = ARMS["withheld"]
    asked: Literal["own", "another"] = "own"
    everything: bool = True  # or whom the models side with alone
    split: int = 128  # conversations whose answers are split into what is of weights and what is of context


SPLITS = {
    "open_same": "topics on which nothing prevails, seeds of one culture",
    "open_other": "topics on which nothing prevails, two cultures",
    "strong_same": "topics on which one view prevails nine times in ten, seeds of one culture",
    "strong_other": "topics on which one view prevails nine times in ten, two cultures",
}

PARTS = {
    "weights": "share of the weights",
    "context": "share of the context",
    "both": "what a conversation does to one model and not to another",
}

QUANTITIES = {
    "sides": Quantity(
        "share",
        "answers on the side of Bayes with the true prior, where Bayes with the prior of training takes the other",
    ),
    "reach": Quantity("share of the way", "answers between Bayes of training, 0, and with the true prior, 1"),
    "reach_of_chance": Quantity("share of the way", "the same of somebody who never has an opinion"),
    "apart": Quantity("share", "answers that the two Bayes agents clearly disagree about"),
    "own": Quantity("probability", "answers as who holds the withheld view"),
    "bayes": Quantity("probability", "the same by Bayes with the true prior"),
    "bayes_of_training": Quantity("probability", "the same by Bayes with the prior of training"),
    "own_trained": Quantity("probability", "answers as who holds the view, of views that training has"),
    "bayes_trained": Quantity("probability", "the same by Bayes with the true prior"),
    **{
        f"{part}_{name}": Quantity("share of variance", f"{meaning}, twelve turns, {words}")
        for part, meaning in PARTS.items()
        for name, words in SPLITS.items()
    },
}


def draw(result: "Result") -> "Figure":
    """Left and middle, the variance of answers by turns on topics on which one view prevails and on open ones; right,
    the judged share of answers on the side that training never took.
    """
    from companion.figures import agent_variance
    from companion.plasticity.agents import shares, untaught

    arms = list(result.document["settings"])
    return agent_variance.overview(
        turns=list(shares.AFTER),
        split=result.array("split_strong_other"),
        exact=result.array("bayes_split_strong_other"),
        told_turns=list(untaught.AFTER),
        told={name: result.array(f"{name}_by_turns") for name in agent_variance.TOLD},
        sides={arm: result.scalar("sides", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="agent-variance",
    version=2,
    title="How much is weights, how much is context, and what neither was taught",
    claim="C4.2",
    chapter="model-and-agent",
    question="Many models hear many conversations. How much of the variance of their answers comes with the weights "
    "and how much with the context? And told of a view that training never had, do they reach it, or the nearest one "
    "that it had?",
    hypothesis="Where Bayes with the prior of training and Bayes with the true one are on different sides, because a "
    "conversation is about a view that training withheld, more than three quarters of the answers take the side that "
    "training gave no probability.",
    refuted_when="Models explain away what is said for a view that they never met, as the best predictor of their "
    "training would.",
    criterion=Above("sides", margin=0.75),
    arms={
        **chosen("withheld"),
        **chosen("withheld-by-ben", "withheld-0.9", everything=False),
        "another-conversation": {"situation": ARMS["withheld"], "asked": "another", "everything": False},
    },
    sabotage="another-conversation",
    informed_by="pilot",
    scales={
        "smoke": Settings(schooling=TINY, speakers=2, rows=32, split=12),
        "live": Settings(speakers=2, rows=256, split=48),
        "full": Settings(rows=512),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters; sixteen views, two of which no training conversation is about.",
    lineage="Variance components from mean squares, in a two-way table without replication.",
    cost="three minutes of one core from the kept speakers; an hour and a quarter without them.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """See whom the models side with on views that training withheld; in the main arm, split the variance, too."""
    from companion.plasticity.agents import untaught
    from companion.plasticity.agents.shares import of_two_cultures
    from companion.plasticity.situation import drawn
    from companion.plasticity.speakers import over_speakers

    def one(model: "LlamaForCausalLM", of: "Culture", each: Streams) -> "Mapping[str, float | np.ndarray]":
        told = drawn(of, settings.situation, settings.rows, each.numpy("withheld"))
        found = untaught.siding(model, told, another=settings.asked == "another")
        if not settings.everything:
            return found
        known = replace(settings.situation, held="trained")
        usual = untaught.siding(model, drawn(of, known, settings.rows, each.numpy("trained")))
        longer = replace(settings.situation, turns=max(untaught.AFTER))
        going_on = drawn(of, longer, settings.rows, each.numpy("longer"))
        return {
            **found,
            "own_trained": usual["own"],
            "bayes_trained": usual["bayes"],
            **untaught.by_turns(model, going_on),
        }

    found = over_speakers(settings, streams, one)
    if not settings.everything:
        return found
    return {**found, **of_two_cultures(settings, streams, settings.split)}
