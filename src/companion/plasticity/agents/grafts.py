"""Moving what was built of one conversation into another that differs from it in nothing but what was said.

The two are word for word alike, but every statement takes the other side, so that they tell of opposite views. A word
that both of them have has the same key and value in the first layer, which has read nothing else. Where later layers
hold something else for it, they computed that from what stood before: a view that is held is to be looked for there.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int
from transformers import LlamaForCausalLM

from companion.plasticity.agents.holding import remembered
from companion.plasticity.arms import Probe, Situation
from companion.plasticity.conversation.bayes import likes
from companion.plasticity.conversation.culture import Culture, opposite
from companion.plasticity.conversation.world import VIEWS
from companion.plasticity.schooling import kept
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import State, ask, state_of
from companion.plasticity.state.interventions import evicted, transplanted


class Pair(NamedTuple):
    """Two conversations that differ in what was said."""

    donor: Conversations
    receiver: Conversations
    said: list[int]  # the places of words that differ
    shared: list[int]  # the places of all other words


def opposed(of: Culture, situation: Situation, told: int, rows: int, random: np.random.Generator) -> Pair:
    """Conversations about any view, and the same with every statement turned: about the opposite one."""
    donor = drawn(of, situation, rows, random)
    silent = donor.script.silent | (np.arange(situation.turns) >= told)
    donor = donor._replace(script=donor.script._replace(silent=silent))
    receiver = donor._replace(
        script=donor.script._replace(stance=-donor.script.stance), view=opposite(donor.view)
    )
    differ = (donor.tokens != receiver.tokens).any(0)
    return Pair(donor, receiver, np.flatnonzero(differ).tolist(), np.flatnonzero(~differ).tolist())


def sided(model: LlamaForCausalLM, state: State, view: Int[np.ndarray, " rows"]) -> float:
    """How probable answers on the side of the given views are, over all qualities."""
    return adoption(ask(model, state).yes[:, 0], view)


def moved(model: LlamaForCausalLM, builder: LlamaForCausalLM, pair: Pair) -> dict[str, float | np.ndarray]:
    """Answers on the donor's side before and after its state, or parts of it, were moved to the receiver."""
    donor, receiver = state_of(builder, pair.donor.tokens), state_of(model, pair.receiver.tokens)

    def after(layers: Sequence[int] | None = None, places: list[int] | None = None) -> float:
        chosen = None if layers is None else list(layers)
        return sided(model, transplanted(donor, receiver, chosen, places), pair.donor.view)

    layers = range(len(donor.layers))
    before = sided(model, receiver, pair.donor.view)
    found = {
        "before": before,
        "whole": after(),
        "said": after(places=pair.said),
        "shared": after(places=pair.shared),
        "first_layer": after([0]),
        "later_layers": after(layers[1:]),
    }
    parts = np.array([[after([layer], places) for places in (pair.said, pair.shared)] for layer in layers])
    return {
        **found,
        "one_layer": float(parts[:, 0].max()),
        "moved": found["whole"] - before,
        "held": found["shared"] - before,
        "by_part": parts,
    }


def moved_without_words(model: LlamaForCausalLM, pair: Pair) -> dict[str, float]:
    """The same where both states have lost what was said: all that there is to move is at words that both have."""
    donor, receiver = (remembered(model, each.script, each.tokens) for each in (pair.donor, pair.receiver))
    before, after = (sided(model, state, pair.donor.view) for state in (receiver, donor))
    return {
        "before": before,
        "whole": after,
        "shared": after,
        "moved": after - before,
        "held": after - before,
    }


def without(model: LlamaForCausalLM, pair: Pair) -> dict[str, float]:
    """Answers on a conversation's own side when words were taken out of its state."""
    state, view = state_of(model, pair.donor.tokens), pair.donor.view
    return {
        "own": sided(model, state, view),
        "without_said": sided(model, evicted(state, pair.said), view),
        "without_shared": sided(model, evicted(state, pair.shared), view),
    }


def read_by_another(
    model: LlamaForCausalLM, other: LlamaForCausalLM, given: Conversations
) -> dict[str, float]:
    """Answers on a conversation's side by other weights, which get its state, or its words."""
    return {
        "other_state": sided(other, state_of(model, given.tokens), given.view),
        "other_words": sided(other, state_of(other, given.tokens), given.view),
    }


def exact(given: Conversations) -> dict[str, float]:
    """What Bayes answers, from the true prior and from that of training."""
    priors = {"bayes": False, "bayes_of_training": True}
    return {
        name: adoption(likes(given.believed(trained=trained)[:, -1]), given.view)
        for name, trained in priors.items()
    }


def legible(model: LlamaForCausalLM, pair: Pair, words: int = 3, ridge: float = 10.0) -> float:
    """The share of traits that a linear probe reads off the last shared words, in the layers after the first.

    It is trained on half of the pairs and tested on the other half (ridge regression on standardized keys and values).
    """
    places = pair.shared[-words:]
    both = [state_of(model, each.tokens) for each in (pair.donor, pair.receiver)]
    rows = [
        np.concatenate(
            [part[:, :, places].flatten(1).numpy() for layer in state.layers[1:] for part in layer], 1
        )
        for state in both
        if len(state.layers) > 1
    ]
    if not rows:
        return 0.5  # a single layer holds nothing but words
    traits = [VIEWS[each.view] for each in (pair.donor, pair.receiver)]
    half = len(pair.donor.view) // 2
    seen, tested = (
        (np.concatenate([row[part] for row in rows]), np.concatenate([trait[part] for trait in traits]))
        for part in (slice(half), slice(half, None))
    )
    mean, spread = seen[0].mean(0), seen[0].std(0) + 1e-6
    inputs = (seen[0] - mean) / spread
    fitted = inputs.T @ np.linalg.solve(inputs @ inputs.T + ridge * np.eye(len(inputs)), seen[1])
    return float((np.sign((tested[0] - mean) / spread @ fitted) == tested[1]).mean())


def another(model: LlamaForCausalLM, settings: Probe, of: Culture) -> LlamaForCausalLM:
    """A speaker of the same culture with other weights."""
    seeds = (kept.speaker(settings.schooling, of.number, seed) for seed in range(2))
    return next(other for other in seeds if other is not model)
