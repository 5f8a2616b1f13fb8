"""What does reward for the outcome change in an agent that asks: what it gathers, what it holds, or what it uses?"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Measured, Quantity, experiment
from companion.lab.streams import Streams
from companion.plasticity.agents.asking.recipe import FULL, TINY, Prior, Recipe, Reward

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from transformers import LlamaForCausalLM

    from companion.lab.store import Result


@dataclass(frozen=True)
class Settings:
    """A prior, and the same run of reinforcement learning on it."""

    recipe: Recipe = FULL
    prior: Prior = "unused"
    reward: Reward = "outcome"
    evidence: bool = True  # replies tell of the hidden view while it learns
    strength: float = 0.0  # of the prevailing view while it learns
    replay: float = 0.0  # weight of the prior's texts while it learns
    conversations: int = 4000


MEASURES = {
    "own_new": ("share", "agreement with Bayes on new topics, after its own questions"),
    "own_trained": ("share", "the same on topics that reward was given for"),
    "any_new": ("share", "agreement with Bayes on new topics, after questions at random: use alone"),
    "any_trained": ("share", "the same on topics that reward was given for"),
    "new_framing": ("share", "agreement with Bayes under a framing without reward, own questions"),
    "new_quality": ("share", "agreement with Bayes on target qualities without reward, own questions"),
    "distance_new": ("total variation", "answers from those of Bayes on new topics, own questions"),
    "right_new": ("probability", "answers that agree with the hidden view on new topics, own questions"),
    "reachable": ("probability", "how often Bayes is right after the agent's own questions, new topics"),
    "gathered": ("probability", "the same, minus after questions at random: what choosing is worth"),
    "covered": ("traits", "different traits among the agent's own questions"),
    "unasked": ("probability", "the prevailing answer where nothing was asked"),
    "probe": ("share", "traits of the hidden view that a linear probe reads after questions at random"),
}

QUANTITIES = {
    "rise": Quantity("share", "agreement with Bayes on new topics after own questions: agent minus prior"),
    "rise_any": Quantity("share", "the same after questions at random"),
    "probe_rise": Quantity("share", "traits that a linear probe reads: agent minus prior"),
    "probe_bayes": Quantity(
        "share", "traits that the exact posterior gets right in the probe's conversations"
    ),
    "probe_untrained": Quantity("share", "traits that the probe reads in a network that learned nothing"),
    "reachable_any": Quantity(
        "probability", "how often Bayes is right after questions at random, new topics"
    ),
    **{
        f"{name}_{when}": Quantity(unit, f"{words}: {meaning}")
        for name, (unit, meaning) in MEASURES.items()
        for when, words in (("before", "the prior"), ("after", "the agent"))
    },
}


def draw(result: "Result") -> "Figure":
    """Left, agreement with the exact Bayes agent on topics without reward, before (open) and after; middle, what
    changed in the main arm and what did not, with dark strokes for what is exact; right, the rise in agreement.
    """
    from companion.figures import agent_capacity

    arms = list(result.document["settings"])
    names = agent_capacity.MEASURES
    return agent_capacity.overview(
        before={arm: result.scalar("own_new_before", arm) for arm in arms},
        after={arm: result.scalar("own_new_after", arm) for arm in arms},
        changes={name: (result.scalar(f"{name}_before"), result.scalar(f"{name}_after")) for name in names},
        exact={
            "reachable": float(result.scalar("reachable_any").mean()),
            "probe": float(result.scalar("probe_bayes").mean()),
        },
        rise={arm: result.scalar("rise", arm) for arm in arms},
        margin=result.document["primary"]["margin"],
    )


@experiment(
    id="agent-capacity",
    version=1,
    title="Reward for the outcome teaches an agent to use what it hears",
    claim="C4.3",
    chapter="model-and-agent",
    question="A model can predict what a collaborator will say, but answers as if it had heard nothing. It may ask "
    "four questions, and only its last answer is rewarded. Does it come to ask, to hold, or to use what it needs?",
    hypothesis="Reward for the outcome raises agreement with an exact Bayes agent by more than 0.2 on topics for which "
    "no reward was ever given.",
    refuted_when="Agreement stays where the prior was, or rises only on the topics of the training.",
    criterion=Above("rise", margin=0.2),
    arms={
        "outcome-reward": {},
        "prevailing-reward": {"reward": "prevailing"},
        "shuffled-reward": {"reward": "shuffled"},
        "no-reward": {"reward": "none"},
        "no-evidence": {"evidence": False},
        "weak-prior": {"prior": "weak"},
        "no-dissent-prior": {"prior": "no-dissent"},
        "supervised-prior": {"prior": "supervised"},
        "strength-30": {"strength": 0.3},
        "strength-60": {"strength": 0.6},
        "with-replay": {"replay": 0.5},
    },
    sabotage="shuffled-reward",
    informed_by="pilot",
    scales={
        "smoke": Settings(TINY, conversations=60),
        "live": Settings(replace(FULL, lessons=350, steps=80), conversations=1000),
        "full": Settings(),
    },
    seeds=5,
    live_seeds=2,
    quantities=QUANTITIES,
    toy="A Llama of 110,000 parameters; twelve topics, sixteen hidden views, four questions to someone who errs.",
    lineage="Reinforcement learning without a critic as in Liu et al. (2025, section 3), on questions and an answer; "
    "the exact Bayes agent enumerates sixteen views.",
    cost="about forty minutes of one core; half an hour from the kept priors.",
    figure=draw,
)
def measure(settings: Settings, streams: Streams) -> Measured:
    """Train a prior, read its behavior, let it learn by reward, and read it again."""
    from companion.plasticity.agents.asking import kept
    from companion.plasticity.agents.asking.measures import probe
    from companion.plasticity.agents.asking.world import VOCABULARY
    from companion.transformer.model import new_model

    recipe = replace(
        settings.recipe,
        prior=settings.prior,
        reward=settings.reward,
        evidence=settings.evidence,
        strength=settings.strength,
        replay=settings.replay,
    )
    prior, agent = kept.prior(recipe, streams.root), kept.agent(recipe, streams.root)
    before, after = (read(model, settings, streams) for model in (prior, agent.model))
    untrained = new_model(kept.shape_of(recipe), VOCABULARY, streams.seed("untrained"))
    blank = probe(untrained.eval(), settings.conversations, streams.numpy("probe"))
    return {
        "rise": after["own_new"] - before["own_new"],
        "rise_any": after["any_new"] - before["any_new"],
        "probe_rise": after["probe"] - before["probe"],
        "probe_bayes": blank.by_bayes,
        "probe_untrained": blank.by_probe,
        "reachable_any": before["reachable"] - before["gathered"],
        **{f"{name}_before": before[name] for name in MEASURES},
        **{f"{name}_after": after[name] for name in MEASURES},
        "curve": np.array([step.right for step in agent.history]),
    }


def read(model: "LlamaForCausalLM", settings: Settings, streams: Streams) -> dict[str, float]:
    """All measures of one model."""
    from companion.plasticity.agents.asking.measures import behavior, probe, unasked
    from companion.plasticity.agents.asking.world import (
        NEW_FRAMINGS,
        NEW_QUALITIES,
        NEW_TOPICS,
        TRAINED_TOPICS,
        Conditions,
    )

    count = settings.conversations
    new = Conditions(topics=NEW_TOPICS, strength=settings.strength)
    old = Conditions(topics=TRAINED_TOPICS, strength=settings.strength)
    own = behavior(model, new, count, streams.numpy("new topics"))
    anything = behavior(model, new, count, streams.numpy("any questions"), asker="anything")
    framing = behavior(model, old._replace(framings=NEW_FRAMINGS), count, streams.numpy("new framing"))
    quality = behavior(model, old._replace(targets=NEW_QUALITIES), count, streams.numpy("new qualities"))
    trained = behavior(model, old, count, streams.numpy("trained topics"))
    any_trained = behavior(model, old, count, streams.numpy("any, trained"), asker="anything")
    return {
        "own_new": own.agreement,
        "own_trained": trained.agreement,
        "any_new": anything.agreement,
        "any_trained": any_trained.agreement,
        "new_framing": framing.agreement,
        "new_quality": quality.agreement,
        "distance_new": own.distance,
        "right_new": own.right,
        "reachable": own.reachable,
        "gathered": own.reachable - anything.reachable,
        "covered": own.covered,
        "unasked": unasked(model, count, streams.numpy("unasked")),
        "probe": probe(model, count, streams.numpy("probe")).by_probe,
    }
