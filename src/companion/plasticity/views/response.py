"""One more statement: how far it moves an instance, in which of its answers, and which way."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import Culture, opposite, prior
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import Casting, Script, first, improvised, joined, rows, turns
from companion.plasticity.conversation.world import TRAIT_OF, TURNED, VOICES
from companion.plasticity.situation import Conversations
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import state_of
from companion.plasticity.state.newly import ask_newly


class Moves(NamedTuple):
    """Answers before and after a statement, of an instance and of the exact agents, all as probabilities of yes."""

    before: Float[np.ndarray, "cases qualities"]
    after: Float[np.ndarray, "cases qualities"]
    exact_before: Float[np.ndarray, "cases qualities"]
    exact_after: Float[np.ndarray, "cases qualities"]
    trained_before: Float[np.ndarray, "cases qualities"]
    trained_after: Float[np.ndarray, "cases qualities"]
    kind: Int[np.ndarray, "cases qualities"]  # 0 that was stated, 1 of the same trait, 2 of another
    way: Int[
        np.ndarray, "cases qualities"
    ]  # 1 where the statement speaks for a yes, as far as it says anything
    voice: Int[np.ndarray, " cases"]


def moves(
    model: LlamaForCausalLM, given: Conversations, random: np.random.Generator, *, exchanged: bool = False
) -> Moves:
    """One more statement about the same views by each voice; `exchanged`, it is heard in the next conversation instead.

    All questions are put in the wording that training withholds from the topic.
    """
    topic, count = given.script.topic, len(given.view)
    start = ask_newly(model, state_of(model, given.tokens), topic).yes[:, 0]
    found = []
    for voice in range(len(VOICES)):
        who = np.full(count, voice)
        more = improvised(topic, given.view, Casting(who, who), turns(1), random)
        heard = rows(more, np.roll(np.arange(count), 1)) if exchanged else more
        end = ask_newly(model, state_of(model, worded(joined(given.script, heard))), topic).yes[:, 0]
        script, (kind, way) = joined(given.script, more), _seen(more)
        before, after = _believed(given.of, script, trained=False)
        trained_before, trained_after = _believed(given.of, script, trained=True)
        found.append(Moves(start, end, before, after, trained_before, trained_after, kind, way, who))
    return Moves(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _believed(of: Culture, script: Script, *, trained: bool) -> list[Float[np.ndarray, "rows qualities"]]:
    """What an exact agent answers before the last turn and after it."""
    posterior = posteriors(script, prior(of, script.topic, trained=trained))
    return [likes(posterior[:, turn]) for turn in (-2, -1)]


def _seen(
    more: Script,
) -> tuple[Int[np.ndarray, "rows qualities"], Int[np.ndarray, "rows qualities"]]:
    """For each quality its kind, and which way the statement speaks: through the trait they share, if they do."""
    stated = more.quality
    same = TRAIT_OF[stated] == TRAIT_OF
    kind = np.where(np.arange(16) == stated, 0, np.where(same, 1, 2))
    return kind, more.stance * TURNED[stated] * TURNED * same


def explained(moved: Float[np.ndarray, "*moves"], exact: Float[np.ndarray, "*moves"]) -> float:
    """The share of the exact moves' squares that is accounted for: 1 for the same moves, 0 for none at all."""
    total = float((exact**2).sum())
    return 1 - float(((moved - exact) ** 2).sum()) / total if total > 1e-9 else 0.0


def weighed(found: list[Moves]) -> dict[str, float | np.ndarray]:
    """How much of the exact agent's moves the instance makes, by kind; shifts by voice, kind and turns before."""
    every = Moves(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
    moved, exact = every.after - every.before, every.exact_after - every.exact_before
    trained = every.trained_after - every.trained_before
    near, other = every.kind < 2, every.kind == 2
    told = (every.kind == 0) & (np.abs(exact) > 0.02)
    found_shifts = [[shifts(each, voice) for voice in range(len(VOICES))] for each in found]
    return {
        "explained": explained(moved, exact),
        "explained_trained": explained(moved, trained),
        "explained_stated": explained(moved[every.kind == 0], exact[every.kind == 0]),
        "explained_related": explained(moved[every.kind == 1], exact[every.kind == 1]),
        "correlation": _correlation(moved[near], exact[near]),
        "direction": float((np.sign(moved) == np.sign(exact))[told].mean()) if told.any() else 0.5,
        "spill": _size(moved[other]),
        "bayes_spill": _size(exact[other]),
        "trained_spill": _size(trained[other]),
        "apart": float(np.abs(every.after - every.exact_after).mean()),
        "shifts": np.array(found_shifts)[..., 0],
        "exact_shifts": np.array(found_shifts)[..., 1],
    }


def shifts(of: Moves, voice: int) -> Float[np.ndarray, "kinds 2"]:
    """Mean moves the way a voice's statements speak, by kind: of the instance and of the exact agent.

    What says nothing of a quality speaks no way: for the other traits it is the mean size of the move.
    """
    mine = (of.voice == voice)[:, None]
    both = [of.after - of.before, of.exact_after - of.exact_before]
    signed = [[float((move * of.way)[mine & (of.kind == kind)].mean()) for move in both] for kind in (0, 1)]
    sizes = [float(np.abs(move)[mine & (of.kind == 2)].mean()) for move in both]
    return np.array([*signed, sizes])


def _size(moves: np.ndarray) -> float:
    return float(np.sqrt((moves**2).mean()))


def _correlation(moved: np.ndarray, exact: np.ndarray) -> float:
    if min(moved.std(), exact.std()) < 1e-9:
        return 0.0
    return float(np.corrcoef(moved, exact)[0, 1])


AGAINST = ("ana", "cleo", "dan")
"""Who speaks for the opposite of a view."""


def opposed(
    model: LlamaForCausalLM, given: Conversations, numbers: tuple[int, ...], random: np.random.Generator
) -> dict[str, Float[np.ndarray, "against numbers"]]:
    """How probable answers by the first view still are, after so many statements for its opposite by one voice."""
    topic = given.script.topic
    found: dict[str, list[list[float]]] = {"held": [], "exact_held": []}
    for name in AGAINST:
        who = np.full(len(given.view), VOICES.index(name))
        more = improvised(topic, opposite(given.view), Casting(who, who), turns(max(numbers)), random)
        scripts = [joined(given.script, first(more, number)) for number in numbers]
        says = [ask_newly(model, state_of(model, worded(script)), topic).yes[:, 0] for script in scripts]
        exact = [_believed(given.of, script, trained=False)[1] for script in scripts]
        found["held"].append([adoption(yes, given.view) for yes in says])
        found["exact_held"].append([adoption(yes, given.view) for yes in exact])
    return {name: np.array(values) for name, values in found.items()}
