"""What becomes of an agent whose context is kept, wiped, exchanged, cut or noted, and whose weights change."""

import copy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from transformers import DynamicCache, LlamaForCausalLM

from companion.plasticity.agents.ledger import resume
from companion.plasticity.agents.ledger.agent import (
    QUESTION,
    Words,
    answers_of,
    chosen,
    exchanged,
    noted,
    play,
    without_memory,
    written_notes,
)
from companion.plasticity.agents.ledger.planner import readable
from companion.plasticity.agents.ledger.world import CELLS, FACT, LOOK, VALUES, Episode, fact
from companion.transformer.forward import read

Values = dict[str, float]

WINDOWS = (8, 12, 16, 24, 32, 48, 64, 96)
"""Words that an agent with a window reads."""
PERTURBED = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Noise on the weights, in units of each tensor's own spread."""
WAYS: tuple[resume.Way, resume.Way] = ("cache", "transcript")
NOTES = (2, 4, 8)
"""Facts of a note that are kept."""


def late(earned: Float[np.ndarray, "rows questions"]) -> float:
    """What the second half of an episode earns, on average."""
    return float(earned[:, earned.shape[1] // 2 :].sum(1).mean())


def halves(model: LlamaForCausalLM | None, episodes: Sequence[Episode]) -> list[Words]:
    """Contexts at half, the next question pending."""
    return play(model, episodes, last=len(episodes[0].pairs) // 2).contexts


def second_half(
    model: LlamaForCausalLM | None, episodes: Sequence[Episode], contexts: Sequence[Words]
) -> float:
    """What the second half earns from these contexts."""
    return late(play(model, episodes, contexts, first=len(episodes[0].pairs) // 2).earned)


def worth_of_memory(episodes: Sequence[Episode]) -> float:
    """What the planner earns in these second halves with all of its context, minus what it earns without any."""
    contexts = halves(None, episodes)
    kept, wiped = (second_half(None, episodes, held) for held in (contexts, without_memory(contexts)))
    return kept - wiped


def restored(
    model: LlamaForCausalLM, episodes: list[Episode], folder: Path, *, own: bool, kill: bool = True
) -> Values:
    """Kill the process at half, go on in another one from the cache on disk; `own` is False for the next stream's.

    `kept` is what the second half then earns beyond that of a wiped context, as a share of what memory is worth.
    """
    resume.prepare(model, episodes, folder, kill=kill)
    found = resume.resumed(folder, "cache" if own else "exchanged", kill=kill)
    wiped = second_half(model, episodes, without_memory(halves(model, episodes)))
    return {
        "kept": (late(found.earned) - wiped) / worth_of_memory(episodes),
        "late_restored": late(found.earned),
    }


def same_again(
    model: LlamaForCausalLM, episodes: list[Episode], folder: Path, *, kill: bool = True
) -> Values:
    """Compare what was restored, from cache and from words, with streams that nothing interrupted; after `restored`."""
    whole = resume.uninterrupted(model, episodes)
    cache, words = (resume.resumed(folder, way, kill=kill) for way in WAYS)
    pairs = list(zip(whole.logits, cache.logits, strict=True))
    alike = [(a, b) for a, b in zip(whole.logits, words.logits, strict=True) if a.shape == b.shape]
    return {
        "same_bits": float(np.mean([torch.equal(a, b) for a, b in pairs])),
        "late_transcript": late(words.earned),
        "transcript_gap": max((float((a - b).abs().max()) for a, b in alike), default=0.0),
    }


def contexts_lost(model: LlamaForCausalLM, episodes: Sequence[Episode]) -> Values:
    """Streams that nothing interrupts, ones that forget, and ones that go on in the context of another."""
    whole, contexts = play(model, episodes), halves(model, episodes)
    pairs = np.array([of.pairs[len(of.pairs) // 2] for of in episodes])
    donated = exchanged(contexts)
    hits, decided = answers_of(donated, episodes, len(episodes[0].pairs) // 2, chosen(model, donated, pairs))
    return {
        "whole": float(whole.earned.sum(1).mean()),
        "agrees": whole.agrees,
        "forgetful": float(play(model, episodes, forgets=True).earned.sum(1).mean()),
        "late_whole": late(whole.earned),
        "late_wiped": second_half(model, episodes, without_memory(contexts)),
        "late_exchanged": second_half(model, episodes, donated),
        "donor_answers": hits / max(decided, 1),
    }


def exact(episodes: Sequence[Episode]) -> Values:
    """The planner's returns on the same episodes."""
    contexts = halves(None, episodes)
    return {
        "planner_whole": float(play(None, episodes).earned.sum(1).mean()),
        "planner_late_whole": second_half(None, episodes, contexts),
        "planner_late_wiped": second_half(None, episodes, without_memory(contexts)),
    }


def notes(model: LlamaForCausalLM, episodes: Sequence[Episode], random: np.random.Generator) -> Values:
    """The second half after a wipe that spares a note the agent wrote itself, and after one of invented facts."""
    contexts = halves(model, episodes)
    written = written_notes(model, contexts)
    told = [readable(context) for context in contexts]
    right = [
        sum(word in {fact(cell, value) for cell, value in known.items()} for word in note)
        for note, known in zip(written, told, strict=True)
    ]
    invented = [[fact(cell, int(random.integers(VALUES))) for cell in range(CELLS)] for _ in episodes]
    return {
        **{f"note_{many}": second_half(model, episodes, noted(contexts, written, many)) for many in NOTES},
        "note_invented": second_half(model, episodes, noted(contexts, invented, CELLS)),
        "note_right": sum(right) / max(sum(map(len, written)), 1),
        "note_complete": sum(right) / max(sum(map(len, told)), 1),
    }


def other_weights(model: LlamaForCausalLM, other: LlamaForCausalLM, episodes: Sequence[Episode]) -> Values:
    """An agent of another seed goes on: it reads the words, or the keys and values that the first one computed."""
    contexts = halves(model, episodes)
    number = len(episodes[0].pairs) // 2
    pairs = np.array([of.pairs[number] for of in episodes])
    from_words, decided = answers_of(contexts, episodes, number, chosen(other, contexts, pairs))
    from_cache, _ = answers_of(
        contexts, episodes, number, [over_cache(model, other, held) for held in contexts]
    )
    return {
        "late_other": second_half(other, episodes, contexts),
        "other_words_right": from_words / max(decided, 1),
        "other_cache_right": from_cache / max(decided, 1),
    }


@torch.no_grad()
def over_cache(model: LlamaForCausalLM, other: LlamaForCausalLM, context: Words) -> int:
    """The action of `other` on the pending question, over the cache that `model` made of all before it."""
    cache = DynamicCache()
    for layer, held in enumerate(read(model, torch.tensor([context[:-QUESTION]])).kept):
        cache.update(held.keys, held.values, layer)
    logits = other(input_ids=torch.tensor([context[-QUESTION:]]), past_key_values=cache).logits
    return LOOK + int(logits[0, -1, LOOK:FACT].argmax())


def windows(model: LlamaForCausalLM | None, episodes: Sequence[Episode]) -> Float[np.ndarray, " windows"]:
    """What whole episodes earn with each window."""
    return np.array([play(model, episodes, window=size).earned.sum(1).mean() for size in WINDOWS])


def with_noise(
    model: LlamaForCausalLM, episodes: Sequence[Episode], random: np.random.Generator
) -> Float[np.ndarray, " sizes"]:
    """What the second half earns when noise is added to the weights at half, for each size of noise."""
    contexts = halves(model, episodes)
    return np.array([second_half(perturbed(model, size, random), episodes, contexts) for size in PERTURBED])


def perturbed(model: LlamaForCausalLM, size: float, random: np.random.Generator) -> LlamaForCausalLM:
    """A copy with noise on every tensor, in units of the tensor's own spread."""
    other = copy.deepcopy(model)
    with torch.no_grad():
        for parameter in other.parameters():
            noise = torch.from_numpy(random.standard_normal(tuple(parameter.shape), np.float32))
            parameter.add_(size * parameter.std() * noise)
    return other
