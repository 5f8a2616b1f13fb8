"""A conversation longer than what an instance may keep: the last turns alone, or those and a note of its own."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import Culture, prior
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import Script, first, joined
from companion.plasticity.conversation.world import level_of
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import Note, state_of, write
from companion.plasticity.state.newly import ask_newly
from companion.plasticity.taste.regimes import Windowed


def between(script: Script, start: int, end: int) -> Script:
    """Some turns of a conversation."""
    return Script(script.layout[start:end], script.topic, *[field[:, start:end] for field in script[2:]])


def opened(note: Note, script: Script) -> Script:
    """The conversation with a note to be found before it."""
    blank = between(script, 0, 1)._replace(layout=(("found", "nothing"),))
    return joined(blank._replace(code=note.code[:, None], level=note.level[:, None]), script)


class Reader(NamedTuple):
    """Somebody who reads a conversation from its beginning: what they then think, and the note they write."""

    yes: Callable[[Script], Float[np.ndarray, "rows 16"]]
    note: Callable[[Script], Note]


def instance(model: LlamaForCausalLM) -> Reader:
    """A fresh instance for each thing that is read."""
    return Reader(
        lambda script: ask_newly(model, state_of(model, worded(script)), script.topic).yes[:, 0],
        lambda script: write(model, state_of(model, worded(script))),
    )


def bayes(of: Culture, *, trained: bool = False, once: bool = False) -> Reader:
    """The exact agent, with the true prior or that of training, in each reading or `once`: not where a note is found.

    Who finds a note usually counts what prevails again, though the note's writer has counted it already.
    """

    def posterior(script: Script) -> Float[np.ndarray, "rows 16"]:
        before = prior(of, script.topic, trained=trained)
        noted = script.layout[0][0] == "found"
        return posteriors(script, np.full_like(before, 1 / 16) if once and noted else before)[:, -1]

    def note(script: Script) -> Note:
        believed = posterior(script)
        return Note(believed.argmax(1), level_of(believed.max(1)))

    return Reader(lambda script: likes(posterior(script)), note)


def with_all(reader: Reader, script: Script, end: int, window: int) -> Script:
    """Everything up to a turn is read."""
    return first(script, end)


def with_window(reader: Reader, script: Script, end: int, window: int) -> Script:
    """The last turns are read, as if the conversation began with them."""
    return between(script, max(0, end - window), end)


def with_notes(reader: Reader, script: Script, end: int, window: int) -> Script:
    """The last turns are read, and before them a note that the reader before wrote of the same."""
    if end <= window:
        return first(script, end)
    earlier = with_notes(reader, script, end - window, window)
    return opened(reader.note(earlier), between(script, end - window, end))


WAYS = {"all": with_all, "window": with_window, "notes": with_notes}


def curves(reader: Reader, given: Conversations, window: int) -> dict[str, Float[np.ndarray, " ends"]]:
    """The probability of answers that agree with the view, at the end of each window, for each way to keep."""
    ends = range(window, len(given.script.layout) + 1, window)
    return {
        name: np.array(
            [adoption(reader.yes(kept(reader, given.script, end, window)), given.view) for end in ends]
        )
        for name, kept in WAYS.items()
    }


def idled(given: Conversations, window: int) -> Conversations:
    """The same conversation, in which nobody speaks before the last window."""
    early = np.arange(len(given.script.layout)) < len(given.script.layout) - window
    return given._replace(script=given.script._replace(silent=given.script.silent | early))


def measured(
    model: LlamaForCausalLM, of: Culture, settings: Windowed, random: np.random.Generator
) -> dict[str, float | np.ndarray]:
    """What is left of a long conversation by what could be kept of it: of an instance and of the exact agent."""
    given = drawn(of, settings.situation, settings.rows, random)
    given = idled(given, settings.window) if settings.idle else given
    readers = {"with": instance(model), "bayes": bayes(of), "trained": bayes(of, trained=True)}
    found = {
        f"{who}_{name}": curve
        for who, reader in readers.items()
        for name, curve in curves(reader, given, settings.window).items()
    }
    ends = {name: float(curve[-1]) for name, curve in found.items()}
    once = curves(bayes(of, once=True), given, settings.window)["notes"]
    return {
        "lost": ends["with_all"] - max(ends["with_window"], ends["with_notes"]),
        "lost_by_bayes": ends["bayes_all"] - max(ends["bayes_window"], ends["bayes_notes"]),
        "carried": ends["with_notes"] - ends["with_window"],
        "once_notes": float(once[-1]),
        **ends,
        **{f"{name}_curve": curve for name, curve in found.items()},
    }
