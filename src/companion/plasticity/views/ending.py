"""The end of a conversation: what the instance that comes after it has of the view, and which words had held it."""

import tempfile
from itertools import accumulate, chain
from pathlib import Path

import numpy as np
from jaxtyping import Float
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import prior
from companion.plasticity.conversation.language import HEAD, LENGTH, worded
from companion.plasticity.conversation.script import Layout, Script
from companion.plasticity.conversation.world import EVERY_FRAMING
from companion.plasticity.situation import Conversations
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import State, ask, state_of
from companion.plasticity.state.interventions import evicted, weights_digest
from companion.plasticity.state.reopened import reopened


def says(model: LlamaForCausalLM, state: State) -> Float[np.ndarray, "rows framings qualities"]:
    """The answers to every question in every wording."""
    return ask(model, state, EVERY_FRAMING).yes


def after(
    model: LlamaForCausalLM, talked: Conversations, given: str, *, apart: bool = True
) -> Float[np.ndarray, "rows framings qualities"]:
    """What the next instance answers, by what it is given; `apart`, another process takes a state from disk."""
    match given:
        case "nothing":
            return says(model, state_of(model, talked.tokens[:, :HEAD]))
        case "silence":
            return says(model, state_of(model, worded(unspoken(talked.script, len(talked.script.layout)))))
        case "words":
            return says(model, state_of(model, talked.tokens))
        case "state":
            with tempfile.TemporaryDirectory() as folder:
                return reopened(model, state_of(model, talked.tokens), Path(folder), apart=apart)
        case _:
            raise ValueError(f"nobody can be given {given}")


def at_the_boundary(
    model: LlamaForCausalLM, talked: Conversations, given: str, *, apart: bool = True
) -> dict[str, float | np.ndarray]:
    """Answers by the view in the conversation and after it, with the exact agent's; and that nothing else moved."""
    digest, never = weights_digest(model), says(model, state_of(model, talked.tokens[:, :HEAD]))
    within = says(model, state_of(model, talked.tokens))
    beyond = after(model, talked, given, apart=apart)
    held, left = adoption(within, talked.view), adoption(beyond, talked.view)
    found: dict[str, float | np.ndarray] = {
        "lost": held - left,
        "held": held,
        "left": left,
        "from_never": float(np.abs(beyond - never).max()),
        "from_held": float(np.abs(beyond - within).max()),
        "weights_moved": float(weights_digest(model) != digest),
    }
    for name, trained in (("exact", False), ("trained", True)):
        exact = likes(talked.believed(trained=trained))
        found[f"{name}_held"] = adoption(exact[:, -1:], talked.view)
        found[f"{name}_left"] = adoption(exact[:, :1], talked.view)
    return found


def places(layout: Layout) -> tuple[list[list[int]], list[list[int]]]:
    """Where the words of each turn's statement stand, and those of its question."""
    lengths = [LENGTH[part] for turn in layout for part in turn]
    starts = accumulate(lengths, initial=HEAD)
    parts = [list(range(start, start + length)) for start, length in zip(starts, lengths, strict=False)]
    return parts[::2], parts[1::2]


def taken_out(
    model: LlamaForCausalLM, talked: Conversations, numbers: tuple[int, ...]
) -> dict[str, float | np.ndarray]:
    """Answers by the view when words of the oldest turns are taken out of the state, or had never been said."""
    whole = state_of(model, talked.tokens)
    statements, questions = places(talked.script.layout)
    rows: dict[str, list[float]] = {}
    for number in numbers:
        said, asked = list(chain(*statements[:number])), list(chain(*questions[:number]))
        for name, gone in (("statements", said), ("questions", asked), ("turns", said + asked)):
            rows.setdefault(name, []).append(adoption(says(model, evicted(whole, gone)), talked.view))
        unsaid = unspoken(talked.script, number)
        never_said = says(model, state_of(model, worded(unsaid)))
        rows.setdefault("unsaid", []).append(adoption(never_said, talked.view))
        exact = likes(posteriors(unsaid, prior(talked.of, unsaid.topic, trained=False))[:, -1:])
        rows.setdefault("exact", []).append(adoption(exact, talked.view))
    held, left, never = rows["statements"][0], rows["statements"][-1], rows["unsaid"][-1]
    return {
        "elsewhere": (left - never) / (held - never) if abs(held - never) > 0.02 else 0.0,
        **{f"out_{name}": np.array(values) for name, values in rows.items()},
    }


def unspoken(script: Script, number: int) -> Script:
    """The same conversation, had nobody said anything in its first turns."""
    silent = script.silent.copy()
    silent[:, :number] = True
    return script._replace(silent=silent)
