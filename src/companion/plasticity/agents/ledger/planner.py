"""The exact agent for any context, and what an episode is worth to it with all of its memory, half of it, or none.

Look-ups are free to wait until a question needs them, so the best agent looks up exactly the cells that are asked for
and that it cannot read in its context, and answers when it can read both. Tests hold this against dynamic programming.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from companion.plasticity.agents.ledger.world import CELLS, CHAT, COST, FACT, LOOK, QUESTIONS, SAY, VALUES


def readable(words: Iterable[int]) -> dict[int, int]:
    """The cells whose value a context tells, and the value that it told last."""
    return {(word - FACT) // VALUES: (word - FACT) % VALUES for word in words if FACT <= word < CHAT}


def plan(words: Iterable[int], pair: Int[np.ndarray, " 2"] | tuple[int, int] | list[int]) -> int:
    """The exact agent's action on a question about these cells, in a context of these words."""
    known, cells = readable(words), [int(cell) for cell in pair]
    missing = [cell for cell in cells if cell not in known]
    return LOOK + missing[0] if missing else SAY + sum(known[cell] for cell in cells)


def distinct(questions: int, cells: int = CELLS) -> float:
    """How many different cells so many questions ask for, on average."""
    return cells * (1 - (1 - 2 / cells) ** questions)


class Worth(NamedTuple):
    """What the exact agent earns on average."""

    whole: float  # in an episode, with all of its context
    wiped: float  # with a context that is emptied once, at half
    forgetful: float  # with one that is emptied at every question
    guessing: float  # by answering at once, without a look
    late_whole: float  # in the second half alone, with all of its context
    late_wiped: float  # in the second half alone, beginning it with nothing


def worth(questions: int = QUESTIONS, cells: int = CELLS, cost: float = COST) -> Worth:
    """The exact values in closed form; raises ValueError for an odd number of questions."""
    if questions < 2 or questions % 2:
        raise ValueError(f"an episode of two halves has an even number of questions, not {questions}.")
    whole, half = cost * distinct(questions, cells), cost * distinct(questions // 2, cells)
    return Worth(
        whole=questions - whole,
        wiped=questions - 2 * half,
        forgetful=questions - 2 * cost * questions,
        guessing=questions / VALUES,
        late_whole=questions / 2 - (whole - half),
        late_wiped=questions / 2 - half,
    )
