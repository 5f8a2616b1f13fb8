"""A chain of thought to edit, in JupyterLab and in the page: change a step of a trace, and the model writes on.

The page runs the model itself. The weights travel as bfloat16, as policies are kept, 190 kB a policy; a test compares
the page's numbers with torch's and its traces with those of companion.transformer.sampling.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

import anywidget
import numpy as np
import traitlets
from transformers import LlamaForCausalLM

from companion.reasoning.rollouts import Opening, completed
from companion.reasoning.surgery import continued, wrong_step
from companion.reasoning.task import ANSWER, THINK, Rows
from companion.reasoning.word_problem import ARRANGEMENTS, BLANK, WordProblem
from companion.transformer.vocabulary import BEGIN, END
from companion.widgets import pieces
from companion.widgets.faces import TwoFaces
from companion.widgets.llama_in_page import of_the_page, packed

STEPS = (2, 1, 5, 3, 4, 0, 5, 1, 0, 1)
"""The problem that the piece shows first, each permutation by its number among ARRANGEMENTS.

It is held out, and the prior and the trained policy of seed 0 both solve it, so that a reader can begin with an edit.
"""


class _Piece(anywidget.AnyWidget):
    """The piece in JupyterLab: its scripts, and the state that Python and the page share."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    task = traitlets.Dict().tag(sync=True)
    policies: traitlets.List[Any] = traitlets.List().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    problem: traitlets.List[Any] = traitlets.List().tag(sync=True)
    policy = traitlets.Unicode().tag(sync=True)
    opening = traitlets.Unicode().tag(sync=True)
    trace: traitlets.List[Any] = traitlets.List().tag(sync=True)
    edited: traitlets.List[Any] = traitlets.List().tag(sync=True)
    answer = traitlets.Unicode().tag(sync=True)


@dataclass(frozen=True)
class Start:
    """What the piece shows first. Readers change the policy and the opening; the seed fixes all luck."""

    policy: str
    opening: Opening = "free"
    seed: int = 7


class TraceEditor(TwoFaces):
    """The editor as the value of a cell."""

    widget: _Piece

    @property
    def problem(self) -> list[str]:
        """The permutations that are shown."""
        return self.widget.problem

    @property
    def trace(self) -> list[str]:
        """The arrangements that stand written; empty until a reader has seen the piece."""
        return self.widget.trace

    @property
    def edited(self) -> list[int]:
        """The steps that the reader wrote, counted from 1."""
        return self.widget.edited

    @property
    def answer(self) -> str | None:
        """The model's answer; None where there is none yet."""
        return self.widget.answer or None


def trace_editor(
    policies: Mapping[str, LlamaForCausalLM],
    task: WordProblem,
    steps: Sequence[int] = STEPS,
    *,
    policy: str | None = None,
    opening: Opening = "free",
    seed: int = 7,
) -> TraceEditor:
    """A problem and what these policies write about it; it begins with `policy`, or with the last.

    `steps` are the permutations of the first problem, by number. Raises ValueError where there is no policy, one was
    made for another language or a shorter text, or the task has no such problem.
    """
    if not policies:
        raise ValueError("the editor needs at least one policy")
    start = Start(policy or list(policies)[-1], opening, seed)
    _check(policies, task, steps, start)
    carried = [{"name": name, **packed(model, f"the policy {name!r}")} for name, model in policies.items()]
    state = _initial_state(carried, task, steps, start)
    widget = _Piece(_esm=pieces.module("trace_editor"), _css=pieces.style("trace_editor"), **state)
    light = state | {"policies": [{**one, "weights": ""} for one in carried]}
    page = pieces.in_page("trace_editor", light, _table(policies, task, steps, start))
    shared = {one["digest"]: pieces.shared(one["digest"], one["weights"]) for one in carried}
    return TraceEditor(widget, page + "".join(shared.values()))


def _check(
    policies: Mapping[str, LlamaForCausalLM], task: WordProblem, steps: Sequence[int], start: Start
) -> None:
    """Raise a ValueError for what cannot be shown."""
    words, window = len(task.vocabulary.words), task.prompt_length + task.limit
    for name, model in policies.items():
        config = model.config
        if config.vocab_size != words or config.max_position_embeddings < window:
            raise ValueError(
                f"the policy {name!r} knows {config.vocab_size} words and texts of {config.max_position_embeddings}, "
                f"the task needs {words} and {window}"
            )
    if start.policy not in policies:
        raise ValueError(f"there is no policy {start.policy!r} among {', '.join(map(repr, policies))}")
    if start.opening not in get_args(Opening):
        raise ValueError(f"the opening is one of {', '.join(get_args(Opening))}, not {start.opening!r}")
    if len(steps) not in task.lengths or not set(steps) <= set(range(len(ARRANGEMENTS))):
        lengths = " or ".join(map(str, task.lengths))
        raise ValueError(f"a problem is {lengths} numbers from 0 to {len(ARRANGEMENTS) - 1}, not {steps}")


def _initial_state(
    packed: list[dict[str, Any]], task: WordProblem, steps: Sequence[int], start: Start
) -> dict[str, Any]:
    language = {
        "words": list(task.vocabulary.words),
        "arrangements": list(ARRANGEMENTS),
        "begin": BEGIN,
        "end": END,
        "blank": BLANK,
        "longest": task.longest,
        "limit": task.limit,
    }
    return {
        "task": language,
        "policies": packed,
        "problem": [ARRANGEMENTS[step] for step in steps],
        **asdict(start),
        "trace": [],
        "edited": [],
        "answer": "",
    }


def _table(
    policies: Mapping[str, LlamaForCausalLM], task: WordProblem, steps: Sequence[int], start: Start
) -> str:
    """For a reader without scripts: what each policy writes, what it writes after an edit, and what it says at once."""
    numbers = np.full((1, task.longest), -1)
    numbers[0, : len(steps)] = steps
    prompts, random = task.prompts_of(numbers), np.random.default_rng(start.seed)
    place = min(2, len(steps) - 1)
    edit = wrong_step(task, prompts, place, random)
    words = task.vocabulary.decode(edit.traces[0].tolist()).split()
    rows = []
    for name, model in policies.items():
        policy = of_the_page(model)
        written = completed(policy, task, prompts, random, opening="think", temperature=0.0)
        after = continued(policy, task, prompts, edit.traces, random)
        at_once = completed(policy, task, prompts, random, opening="answer", temperature=0.0)
        rows += [
            _row(task, name, written),
            _row(task, f"{name}, step {place + 1} changed", after),
            _row(task, f"{name}, no trace", at_once),
        ]
    right, expected = task.arrangements(prompts)[0, -1], edit.expected[0]
    shuffles = ", ".join(ARRANGEMENTS[step] for step in steps)
    return (
        f"<p>With scripts on, this is a trace to edit. ABC is shuffled by {shuffles}, one after the other, which "
        f"leads to {ARRANGEMENTS[right]}. With step {place + 1} of the trace changed to {words[-1]}, the rest leads "
        f"to {ARRANGEMENTS[expected]}.</p>"
        '<div class="scroll"><table><thead><tr><th scope="col">Policy</th><th scope="col">Trace</th>'
        f'<th scope="col">Answer</th></tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _row(task: WordProblem, who: str, completions: Rows) -> str:
    """A completion, cut into its trace and its answer."""
    text = task.vocabulary.decode(completions[0].tolist()).removesuffix(END).split()
    at = text.index(ANSWER) if ANSWER in text else len(text)
    trace = " ".join(word for word in text[:at] if word != THINK) or "\u2013"
    answer = " ".join(text[at + 1 :]) or "\u2013"
    cells = "".join(f"<td>{html.escape(text)}</td>" for text in (trace, answer))
    return f'<tr><th scope="row">{html.escape(who)}</th>{cells}</tr>'
