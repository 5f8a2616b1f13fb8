"""Over which span do answers hang together? In one conversation, later in it, and in the next."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.arms import Probe, chosen
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
    """How long a conversation tells of a view, and how long it goes on when nobody speaks of it any more."""

    told: int = 6  # turns
    later: int = 6  # turns
    everything: bool = True  # or the judged span alone


ENDS = ("within", "across", "bayes_within", "bayes_across")

BETWEEN = {
    "silence": "nobody speaking",
    "dan": "Dan, who knows nothing, speaking",
    "distance": "nothing but the distance",
}

QUANTITIES = {
    "span": Quantity(
        "mean product",
        "coherence of answers with those six turns later in the same conversation, minus with those in others",
    ),
    "kept": Quantity("mean product", "of an answer and one six turns later in the same conversation"),
    "others": Quantity("mean product", "of an answer and one six turns later in another conversation"),
    "bayes_kept": Quantity("mean product", "as kept, by Bayes with the true prior"),
    "within": Quantity("mean product", "of two answers after twelve turns of one conversation"),
    "across": Quantity("mean product", "of two answers after twelve turns of different conversations"),
    "bayes_within": Quantity("mean product", "as within, by Bayes with the true prior"),
    "bayes_across": Quantity("mean product", "as across, by Bayes with the true prior"),
    **{
        f"{name}_strong": Quantity("mean product", f"as {name}, where one view prevails 98 times in 100")
        for name in ENDS
    },
    "untold_strong": Quantity("mean product", "as across_strong, before anything was said"),
    **{
        f"{when}_{between}": Quantity(
            "mean product", f"of an answer after twelve turns and one {later} turns later, {words} in between"
        )
        for when, later in {"soon": 12, "late": 84}.items()
        for between, words in BETWEEN.items()
    },
}


def draw(result: "Result") -> "Figure":
    """Above, coherence within and across conversations by turns and by the strength of what prevails; below, that with
    answers a long time later, and the judged span.
    """
    from companion.figures import agent_horizon
    from companion.plasticity.agents import span

    arms = list(result.document["settings"])
    return agent_horizon.overview(
        turns=list(span.AFTER),
        by_turns={name: result.array(f"{name}_by_turns") for name in agent_horizon.KINDS},
        strengths=list(span.STRENGTHS),
        by_strength={name: result.array(f"{name}_by_strength") for name in (*agent_horizon.KINDS, "untold")},
        delays=list(span.LATER),
        by_delay={name: result.array(f"by_delay_{name}") for name in agent_horizon.BETWEEN},
        span={arm: result.scalar("span", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="agent-horizon",
    version=2,
    title="Over which span answers hang together",
    claim="C4.4",
    chapter="model-and-agent",
    question="A conversation tells of a view on a topic on which nothing prevails. Do answers hang together, in all "
    "framings, with those six turns later in the same conversation, and with those of other conversations?",
    hypothesis="In a conversation, coherence of answers with later ones is higher than that with answers of other "
    "conversations on the same topic by more than half of what it can be.",
    refuted_when="Answers scatter within a conversation, or hang together across conversations as well.",
    criterion=Above("span", margin=0.5),
    arms={
        **chosen("told"),
        **chosen("by-ben", "withheld", everything=False),
        **chosen("by-dan", everything=False),
    },
    sabotage="by-dan",
    informed_by="pilot",
    scales={
        "smoke": Settings(schooling=TINY, speakers=1, rows=12),
        "live": Settings(speakers=1, rows=64, everything=False),
        "full": Settings(rows=128),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="Llamas of 210,000 parameters; sixteen views, sixteen questions in six framings.",
    lineage="The mean product of signed answers is the expected agreement of two draws, less chance.",
    cost="four minutes of one core from the kept speakers; an hour and a quarter without them.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Coherence of one speaker's answers, averaged over the speakers of a culture."""
    from companion.plasticity.agents import span
    from companion.plasticity.situation import drawn
    from companion.plasticity.speakers import over_speakers

    def one(model: "LlamaForCausalLM", of: "Culture", each: Streams) -> "Mapping[str, float | np.ndarray]":
        whole = replace(settings.situation, turns=settings.told + settings.later)
        told = drawn(of, whole, settings.rows, each.numpy("conversations"))
        going_on = span.prolonged(told, settings.told, each.numpy("going on"), dan=False)
        found = span.judged(model, going_on, settings.told)
        return {**found, **everything(model, of, each)} if settings.everything else found

    def everything(
        model: "LlamaForCausalLM", of: "Culture", each: Streams
    ) -> "Mapping[str, float | np.ndarray]":
        situation, rows = settings.situation, settings.rows
        turns = span.by_turns(model, drawn(of, situation, rows, each.numpy("turns")))
        strength = span.by_strength(model, of, situation, rows, each.numpy("strength"))
        longer = replace(situation, turns=situation.turns + span.LATER[-1])
        told = drawn(of, longer, rows, each.numpy("longer"))
        delays = {
            between: span.by_delay(
                model,
                span.prolonged(told, situation.turns, each.numpy("longer still"), dan=between == "dan"),
                situation.turns,
                between,
            )
            for between in span.BETWEEN
        }
        return {
            **{name: float(turns[f"{name}_by_turns"][-1]) for name in ENDS},
            **{f"{name}_strong": float(strength[f"{name}_by_strength"][-1]) for name in ENDS},
            "untold_strong": float(strength["untold_by_strength"][-1]),
            **{f"soon_{between}": float(curve[span.SOON]) for between, curve in delays.items()},
            **{f"late_{between}": float(curve[-1]) for between, curve in delays.items()},
            **turns,
            **strength,
            **{f"by_delay_{between}": curve for between, curve in delays.items()},
        }

    return over_speakers(settings, streams, one)
