"""Where in a state is a view? Move the state, or parts of it, between conversations about opposite views."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Probe, chosen
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
    """Between which conversations a state is moved, and whose weights built it."""

    told: int = 12  # turns in which somebody speaks; in later ones nobody does
    weights: Literal["own", "another seed's"] = "own"
    lessons: int = 0  # further ones, in which what is said can be read in its own turn alone


QUANTITIES = {
    "held": Quantity(
        "probability",
        "rise of answers on the donor's side when all words that both conversations have get the donor's state",
    ),
    "moved": Quantity("probability", "the same when the whole state is the donor's"),
    "before": Quantity("probability", "answers on the donor's side before anything was moved"),
    "whole": Quantity("probability", "answers on the donor's side after the whole state was moved"),
    "said": Quantity("probability", "after the state of the words that differ was moved: what was said"),
    "shared": Quantity("probability", "after the state of all other words was moved"),
    "one_layer": Quantity("probability", "after the words that differ were moved in one layer, the best one"),
    "first_layer": Quantity("probability", "after the first layer was moved, which holds words alone"),
    "later_layers": Quantity("probability", "after all other layers were moved"),
    "own": Quantity("probability", "answers on the own side of a conversation"),
    "without_said": Quantity("probability", "the same without the state of the words that differ"),
    "without_shared": Quantity("probability", "the same without the state of all other words"),
    "other_state": Quantity("probability", "the same by another seed's weights, which get the state"),
    "other_words": Quantity("probability", "the same by another seed's weights, which read the words"),
    "bayes": Quantity("probability", "the same by Bayes with the true prior"),
    "bayes_of_training": Quantity("probability", "the same by Bayes with the prior of training"),
    "legible": Quantity("share", "traits that a linear probe reads off the last words that both have"),
}


def draw(result: "Result") -> "Figure":
    """Left, answers on the donor's side after each part of the state was moved; middle, what is left when words are
    taken out of the state, or other weights get it; right, the judged rise.
    """
    from companion.figures import agent_transplant

    arms = list(result.document["settings"])
    return agent_transplant.overview(
        moved={name: result.scalar(name) for name in agent_transplant.MOVED},
        left={name: result.scalar(name) for name in agent_transplant.LEFT},
        exact=(float(result.scalar("bayes_of_training").mean()), float(result.scalar("bayes").mean())),
        held={arm: result.scalar("held", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="agent-transplant",
    version=2,
    title="What moves when a state is moved",
    claim="C4.1",
    chapter="model-and-agent",
    question="Two conversations are alike but for what was said in them, and end in opposite views. The state of one "
    "takes the place of the other's, whole or in parts. With which part does the view move?",
    hypothesis="A view is in what the weights computed from the context: with the state of the words that both "
    "conversations have, and without that of the words that told of the view, more than half of the answers change "
    "sides.",
    refuted_when="The answers follow the words that were said, and what was computed at all the other words is "
    "nothing to them.",
    criterion=Above("held", margin=0.5),
    arms={
        **chosen("told"),
        "then-silence": {"situation": ARMS["told"], "told": 6},
        **chosen("by-ben"),
        "taught-to-hold": {"situation": ARMS["told"], "lessons": 300, "speakers": 1},
        "another-seed": {"situation": ARMS["told"], "weights": "another seed's"},
    },
    sabotage="another-seed",
    informed_by="pilot",
    scales={
        "smoke": Settings(schooling=replace(TINY, layers=2), speakers=1, rows=16),
        "live": Settings(speakers=1, rows=128),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters; sixteen views, twelve statements by a voice that hardly errs.",
    lineage="Exchanging activations between minimal pairs of inputs follows Vig et al. (2020).",
    cost="six minutes of one core from the kept speakers; an hour and a quarter without them.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Move states between conversations about opposite views, for each speaker of a culture."""
    from companion.plasticity.agents import grafts
    from companion.plasticity.agents.holding import taught
    from companion.plasticity.speakers import over_speakers

    def one(model: "LlamaForCausalLM", of: "Culture", each: Streams) -> "Mapping[str, float | np.ndarray]":
        random, other = each.numpy("conversations"), grafts.another(model, settings, of)
        pair = grafts.opposed(of, settings.situation, settings.told, settings.rows, random)
        if settings.lessons:
            batch, lessons = settings.schooling.batch, each.numpy("lessons")
            pupil = taught(model, of, settings.lessons, batch, lessons)
            return grafts.moved_without_words(pupil, pair)
        if settings.weights != "own":
            return grafts.moved(model, other, pair)
        return {
            **grafts.moved(model, model, pair),
            **grafts.without(model, pair),
            **grafts.read_by_another(model, other, pair.donor),
            **grafts.exact(pair.donor),
            "legible": grafts.legible(model, pair),
        }

    return over_speakers(settings, streams, one)
