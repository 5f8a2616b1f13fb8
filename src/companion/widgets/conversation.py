"""A conversation to hold, in JupyterLab and in the page: voices say what they like, and a view forms, or is contested.

The page runs the model itself; its weights travel as bfloat16, as speakers are kept, 560 kB in base64. A test compares
the page's answers with those of companion.plasticity.state, and its exact agent with companion.plasticity.conversation.
"""

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import anywidget
import numpy as np
import traitlets
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import Culture, prior
from companion.plasticity.conversation.language import HEAD, LENGTH, VOCABULARY, worded
from companion.plasticity.conversation.world import (
    ANSWER_OF,
    ANSWERS,
    ERROR,
    FRAMINGS,
    QUALITIES,
    STRENGTH,
    TOPICS,
    TRAIT_OF,
    TURNED,
    VIEWS,
    VOICES,
    WITHHELD,
)
from companion.plasticity.state.instance import ask, state_of
from companion.plasticity.state.interventions import evicted
from companion.transformer.vocabulary import BEGIN
from companion.widgets import pieces
from companion.widgets.faces import TwoFaces
from companion.widgets.llama_in_page import of_the_page, packed
from companion.widgets.told import QUIET, TURN, TURNS, checked, script_of

EXAMPLE: Final = ("ana-likes-irony", "ana-likes-speed", "ben-dislikes-irony")
SHOWN: Final = ("irony", "humor", "brevity", "speed")
"""What a reader without scripts sees: a conversation, and three qualities of a trait and one of another."""


class _Piece(anywidget.AnyWidget):
    """The piece in JupyterLab: its scripts, and the state that Python and the page share."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    world = traitlets.Dict().tag(sync=True)
    speaker = traitlets.Dict().tag(sync=True)
    topic = traitlets.Unicode().tag(sync=True)
    voice = traitlets.Unicode().tag(sync=True)
    framing = traitlets.Unicode().tag(sync=True)
    without = traitlets.Unicode().tag(sync=True)
    said: traitlets.List[Any] = traitlets.List().tag(sync=True)
    left: traitlets.List[Any] = traitlets.List().tag(sync=True)
    instance = traitlets.Int().tag(sync=True)
    answers: traitlets.List[Any] = traitlets.List().tag(sync=True)

    @traitlets.validate("said")
    def _sayable(self, proposal: traitlets.Bunch) -> list[str]:
        return checked(proposal["value"])


@dataclass(frozen=True)
class Start:
    """What the piece shows first; readers change all of it."""

    topic: str
    voice: str
    framing: str
    said: Sequence[str]

    def __post_init__(self) -> None:
        for name, all_of_them in (("voice", VOICES), ("framing", FRAMINGS)):
            if getattr(self, name) not in all_of_them:
                raise ValueError(
                    f"the {name} is one of {', '.join(all_of_them)}, not {getattr(self, name)!r}"
                )
        checked(self.said)


class Conversation(TwoFaces):
    """The conversation as the value of a cell."""

    widget: _Piece

    @property
    def said(self) -> list[str]:
        """What the present instance was told, a word a turn."""
        return self.widget.said

    @property
    def instance(self) -> int:
        """Which instance the reader talks to, counted from 1."""
        return self.widget.instance

    @property
    def answers(self) -> dict[str, float]:
        """How probable it is to like each quality; empty until a reader has seen the piece."""
        return dict(zip(QUALITIES, self.widget.answers, strict=False))


def conversation(
    model: LlamaForCausalLM,
    of: Culture,
    topics: Sequence[str] = ("novels", "films", "songs"),
    *,
    voice: str = "ana",
    framing: str = FRAMINGS[0],
    said: Sequence[str] = (),
) -> Conversation:
    """A conversation with a speaker of this culture, first on the first of the topics.

    `said` has been said already, a word a turn, such as 'ana-likes-irony' or 'nobody-speaks'. Raises ValueError where
    there is no such topic, voice or framing, nobody can say so, or the model was made for other or shorter texts.
    """
    _check(model, topics)
    start = Start(topics[0], voice, framing, tuple(said))
    speaker = packed(model, "the model")
    state = _initial_state(speaker, of, topics, start)
    widget = _Piece(_esm=pieces.module("conversation"), _css=pieces.style("conversation"), **state)
    light = state | {"speaker": {**speaker, "weights": ""}}
    page = pieces.in_page("conversation", light, _table(model, of, start))
    return Conversation(widget, page + pieces.shared(speaker["digest"], speaker["weights"]))


def _check(model: LlamaForCausalLM, topics: Sequence[str]) -> None:
    """Raise a ValueError for what cannot be shown."""
    words, longest = len(VOCABULARY.words), HEAD + TURNS * TURN + LENGTH["ask"]
    config = model.config
    if config.vocab_size != words or config.max_position_embeddings < longest:
        raise ValueError(
            f"the model knows {config.vocab_size} words and texts of {config.max_position_embeddings}, "
            f"a conversation of {TURNS} turns needs {words} and {longest}"
        )
    if not topics or not set(topics) <= set(TOPICS):
        raise ValueError(f"topics are some of {', '.join(TOPICS)}, not {', '.join(topics) or 'none'}")


def _initial_state(
    speaker: dict[str, Any], of: Culture, topics: Sequence[str], start: Start
) -> dict[str, Any]:
    world = {
        "topics": [_topic(of, name) for name in dict.fromkeys(topics)],
        "views": VIEWS.tolist(),
        "qualities": list(QUALITIES),
        "traits": TRAIT_OF.tolist(),
        "turned": TURNED.tolist(),
        "voices": list(VOICES),
        "errors": ERROR.tolist(),
        "framings": list(FRAMINGS),
        "answers": [[ANSWERS[answer] for answer in pair] for pair in ANSWER_OF],
        "words": list(VOCABULARY.words),
        "begin": BEGIN,
        "silence": QUIET,
        "turns": TURNS,
    }
    return {
        "world": world,
        "speaker": speaker,
        **asdict(start),
        "said": list(start.said),
        "without": "nothing",
        "left": [],
        "instance": 1,
        "answers": [],
    }


def _topic(of: Culture, name: str) -> dict[str, Any]:
    """A topic as the page reads it: what prevails, how training never asked, and what is asked after each turn."""
    number, script = TOPICS.index(name), script_of(name, [QUIET] * TURNS)
    asked = zip(script.framing[0], script.asked[0], strict=True)
    return {
        "name": name,
        "strength": float(STRENGTH[number]),
        "prevailing": int(of.prevailing[number]),
        "untrained": [FRAMINGS[framing] for framing in np.flatnonzero(WITHHELD.framings[number])],
        "questions": [[FRAMINGS[framing], QUALITIES[quality]] for framing, quality in asked],
    }


def _table(model: LlamaForCausalLM, of: Culture, start: Start) -> str:
    """For a reader without scripts: how a view forms, and when it is gone."""
    speaker, told = of_the_page(model), start.said or EXAMPLE
    statements = list(range(HEAD, HEAD + TURN * len(told), TURN))
    rows = [
        _row(speaker, of, start, "Nothing is said", []),
        *(_row(speaker, of, start, _sentence(word), told[: turn + 1]) for turn, word in enumerate(told)),
        _row(speaker, of, start, "The statements are taken out of its state", told, statements),
        _row(speaker, of, start, "The next instance", []),
    ]
    names = "".join(f'<th scope="col" class="number">{name}</th>' for name in SHOWN)
    return (
        f"<p>With scripts on, this is a conversation to hold about {start.topic}. The table is one of {len(told)} "
        "turns: how probable the model is to like four qualities after each, and in brackets the same of the exact "
        "agent, which nothing is taken from.</p>"
        f'<div class="scroll"><table><thead><tr><th scope="col">What happens</th>{names}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row(
    model: LlamaForCausalLM,
    of: Culture,
    start: Start,
    what: str,
    said: Sequence[str],
    gone: Sequence[int] = (),
) -> str:
    """The answers of an instance that was told this, without some words of its state, and the exact agent's."""
    script, shown = script_of(start.topic, said), tuple(map(QUALITIES.index, SHOWN))
    state = evicted(state_of(model, worded(script)), list(gone))
    answers = ask(model, state, (FRAMINGS.index(start.framing),), shown).yes[0, 0]
    believed = posteriors(script, prior(of, script.topic, trained=False))[:, -1]
    exact = likes(believed, np.array(shown))[0]
    cells = [f"{one:.2f} ({other:.2f})" for one, other in zip(answers, exact, strict=True)]
    body = "".join(f'<td class="number">{cell}</td>' for cell in cells)
    return f'<tr><th scope="row">{html.escape(what)}</th>{body}</tr>'


def _sentence(word: str) -> str:
    """What is said, as a sentence."""
    return word.replace("-", " ").capitalize()
