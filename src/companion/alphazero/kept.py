"""The runs and test sets that experiments share. `python -m companion.alphazero.kept NAME SEED...` makes them again.

A run is used from checkpoints/ where it lies there with the settings asked for, and trained on the spot where not.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import torch

from companion.alphazero.checkpoint import belongs, pack, unpack
from companion.alphazero.loop import LoopSettings
from companion.alphazero.network import PolicyValueNet
from companion.alphazero.problems import Problems, off_policy
from companion.alphazero.self_play import SelfPlaySettings
from companion.alphazero.training import Training, flatten, restored, train, unflatten
from companion.games.board import CONNECT_FOUR, Board
from companion.lab import checkpoints

Variant = Literal[
    "search", "empty-board", "no-search", "shuffled",
    "sees-outcome", "sees-own", "blind-outcome", "blind-own", "blind-shuffled",
]  # fmt: skip


def _no_search(loop: LoopSettings) -> LoopSettings:
    return replace(loop, play=replace(loop.play, simulations=0, quick_simulations=0))


def _shuffled(loop: LoopSettings) -> LoopSettings:
    return replace(loop, learning=replace(loop.learning, targets="shuffled"))


def _empty_board(loop: LoopSettings) -> LoopSettings:
    return replace(loop, play=replace(loop.play, random_opening=0))


def _verifier(blind: bool, outcome_share: float) -> Callable[[LoopSettings], LoopSettings]:
    return lambda loop: replace(
        loop,
        search=replace(loop.search, blind=blind),
        learning=replace(loop.learning, outcome_share=outcome_share),
    )


LOOP = LoopSettings(iterations=80, play=SelfPlaySettings(random_opening=8))
"""The loop of the book: six to eight minutes of one core."""

MOMENTS = (0, 1, 2, 5, 10, 20, 40, 80)

SHORT = replace(LOOP, iterations=32)
"""For the question who the verifier is: two minutes."""

PROBLEMS = "connect-four-problems"

VARIANTS: dict[Variant, Callable[[LoopSettings], LoopSettings]] = {
    "search": lambda loop: loop,
    "empty-board": _empty_board,
    "no-search": _no_search,
    "shuffled": _shuffled,
    "sees-outcome": _verifier(blind=False, outcome_share=1.0),
    "sees-own": _verifier(blind=False, outcome_share=0.0),
    "blind-outcome": _verifier(blind=True, outcome_share=1.0),
    "blind-own": _verifier(blind=True, outcome_share=0.0),
    "blind-shuffled": lambda loop: _shuffled(_verifier(blind=True, outcome_share=0.0)(loop)),
}
"""How each run differs from the loop as it should be.

search            the loop as it should be
empty-board       every game begins on the empty board
no-search         the policy learns from itself: no simulation, the prior is the target
shuffled          each position learns the targets of another
sees-*, blind-*   whether the search sees how games end
*-outcome, *-own  whether the value learns from the game's outcome or from the search's own value
"""


def networks(
    loop: LoopSettings, variant: Variant, moments: tuple[int, ...], seed: int
) -> dict[int, PolicyValueNet]:
    """The networks of a run at these iterations: from checkpoints/, or trained now (minutes, resumable)."""
    training = Training(VARIANTS[variant](loop), moments)
    file = checkpoints.find(name_of(variant, seed))
    kept = unflatten(unpack(file, training)) if file and belongs(file, training) else train(training, seed)
    return {moment: restored(training.loop, kept[moment]) for moment in moments}


def name_of(variant: Variant, seed: int) -> str:
    """What the run's file is called."""
    return f"az-{variant}-{seed}"


def keep_run(loop: LoopSettings, variant: Variant, moments: tuple[int, ...], seed: int) -> None:
    """Train a run and keep its networks."""
    training = Training(VARIANTS[variant](loop), moments)
    data = pack(flatten(train(training, seed)), training)
    checkpoints.keep(name_of(variant, seed), data, f"python -m companion.alphazero.kept {variant} {seed}")


@dataclass(frozen=True)
class TestSet:
    """Off-policy problems: how many positions are looked at, from which plies. Settings are chosen on seed 0 alone."""

    candidates: int = 4000
    plies: tuple[int, int] = (12, 30)
    seed: int = 1


def problems(board: Board, test: TestSet) -> Problems:
    """The problems of a test set: from checkpoints/, or labeled by the solver now."""
    file = checkpoints.find(PROBLEMS) if board == CONNECT_FOUR else None
    if file and belongs(file, test):
        return Problems(*(unpack(file, test)[name].numpy() for name in Problems._fields))
    return off_policy(board, test.candidates, test.plies, test.seed)


def keep_problems(test: TestSet) -> None:
    """Label a test set (a minute) and keep it."""
    arrays = off_policy(CONNECT_FOUR, test.candidates, test.plies, test.seed)._asdict()
    data = pack({name: torch.from_numpy(array) for name, array in arrays.items()}, test)
    checkpoints.keep(PROBLEMS, data, "python -m companion.alphazero.kept problems")


def main(arguments: list[str]) -> None:
    """Make the named thing again: `problems`, or a variant and seeds."""
    if arguments == ["problems"]:
        keep_problems(TestSet())
        return
    name, *seeds = arguments
    for seed in seeds:
        (variant,) = (known for known in VARIANTS if known == name)
        short = variant.startswith(("sees", "blind"))
        keep_run(SHORT if short else LOOP, variant, (0, SHORT.iterations) if short else MOMENTS, int(seed))


if __name__ == "__main__":
    main(sys.argv[1:])
