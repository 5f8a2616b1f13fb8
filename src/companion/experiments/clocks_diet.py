"""How often must training conversations dissent before a model can be moved in one?"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Probe, Situation
from companion.plasticity.schooling.recipe import DIETS, TINY

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from transformers import LlamaForCausalLM

    from companion.lab.store import Result
    from companion.plasticity.conversation.culture import Culture

AFTER = (0, 1, 2, 4, 8, 12)
STRENGTHS = (0.0, 0.6, 0.9, 0.98)


@dataclass(frozen=True)
class Settings(Probe):
    """A diet of training, and what its models are told."""

    situation: Situation = ARMS["dissent"]
    speakers: int = 1
    diet: str = "full"
    after: tuple[int, ...] = AFTER  # statements


QUANTITIES = {
    "dissents": Quantity("probability", "answers by the dissenting view after twelve statements for it"),
    "dissents_before": Quantity("probability", "the same before the first"),
    "moved": Quantity("probability", "mean change of an answer through twelve statements"),
    "exact": Quantity("probability", "as dissents, by Bayes with the true prior"),
    "exact_fed": Quantity("probability", "as dissents, by Bayes with the prior of the model's own training"),
}


def draw(result: "Result") -> "Figure":
    """Left, dissent by the number of statements for it, for each diet, with Bayes that has the diet for its prior;
    middle, after twelve statements by how often training holds the prevailing view; right, the judged dissent.
    """
    from companion.figures import clocks_diet

    arms = list(result.document["settings"])
    return clocks_diet.overview(
        after=list(AFTER),
        curves={diet: result.array("curve", diet) for diet in DIETS},
        fed={diet: result.array("fed_curve", diet) for diet in DIETS},
        exact=result.array("exact_curve"),
        strengths=list(STRENGTHS),
        by_strength={diet: result.array("by_strength", diet) for diet in DIETS},
        dissents={arm: result.scalar("dissents", arm) for arm in arms},
        against=result.document["primary"]["against"],
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="clocks-diet",
    version=1,
    title="A training without dissent makes a model that cannot be told",
    claim="C1.2",
    chapter="two-clocks",
    question="Three trainings differ in how often their conversations are about another view than the prevailing one: "
    "as often as the world has it, a tenth as often, never. How far do twelve statements by Ana against a prevailing "
    "view move their models?",
    hypothesis="A model of the full diet dissents with a probability that is higher by more than three tenths than "
    "that of a model whose training had no dissent.",
    refuted_when="Models can be moved whatever their training was about.",
    criterion=Above("dissents", margin=0.3, against="none"),
    arms={
        "full": {},
        "rare": {"diet": "rare"},
        "none": {"diet": "none"},
        "full-by-dan": {"situation": ARMS["dissent-by-dan"]},
    },
    sabotage="full-by-dan",
    informed_by="pilot",
    scales={
        "smoke": Settings(schooling=TINY, rows=12),
        "live": Settings(rows=32),
        "full": Settings(rows=256),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters, one a diet and culture, equal in first weights and in steps.",
    lineage="Chan et al. (2022) on how the distribution of training data decides whether in-context learning arises.",
    cost="half a minute of one core from the kept speakers; an hour and a quarter without them.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Dissent by the number of statements and by the strength of what prevails."""
    from companion.plasticity.clocks import diets
    from companion.plasticity.situation import drawn
    from companion.plasticity.speakers import over_speakers

    diet = DIETS[settings.diet].diet
    fed = replace(settings, schooling=replace(settings.schooling, diet=diet))

    def of_one(model: "LlamaForCausalLM", of: "Culture", streams: Streams) -> "dict[str, float | np.ndarray]":
        told = drawn(of, settings.situation, settings.rows, streams.numpy("conversations"))
        found = diets.by_statements(model, told, settings.after, diet.dissent)
        topics = [
            drawn(of, replace(settings.situation, strength=strength), settings.rows, streams.numpy("topics"))
            for strength in STRENGTHS
        ]
        by_strength = [diets.by_statements(model, each, (settings.situation.turns,), 1.0) for each in topics]
        return {
            "dissents": float(found["curve"][-1]),
            "dissents_before": float(found["curve"][0]),
            "moved": float(found["moved"][-1]),
            "exact": float(found["exact_curve"][-1]),
            "exact_fed": float(found["fed_curve"][-1]),
            **{name: found[name] for name in ("curve", "exact_curve", "fed_curve")},
            "by_strength": np.array([each["curve"][0] for each in by_strength]),
        }

    return over_speakers(fed, streams, of_one)
