"""Positions of Connect Four in six classes: how far the game has gone, and how far it still goes under perfect play.

The classes are those of Pons ("Solving Connect 4", 2015, part 2), on which solvers and players are compared; the
positions are our own, from games of uniformly random moves. As in his sets, nobody can win with the next stone. Unlike
problems.py, a position counts also where every move is as good as any other.

`python -m companion.alphazero.classes` labels the positions and keeps them: ten minutes of one core, most of it for
the class Begin-Hard.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Int8
from tqdm.auto import tqdm

from companion.alphazero.problems import Problems, drawn_cell
from companion.games.board import CONNECT_FOUR, Board
from companion.games.connect_four import EMPTY, Position, canonical, legal, play, ply, winning
from companion.games.notation import result
from companion.games.proof import Search, new_search
from companion.games.solver import ILLEGAL, move_scores, score
from companion.lab import checkpoints
from companion.lab.streams import Streams
from companion.tensors import belongs, pack, unpack

NAME = "connect-four-classes"


class Class(NamedTuple):
    """A class of positions; both ranges include their ends."""

    name: str
    stones: tuple[int, int]  # on the board
    remaining: tuple[int, int]  # stones that still fall under perfect play, the last one included


BEGIN, MIDDLE, END = (7, 14), (15, 28), (29, 41)
"""Pons's begins with a single stone; positions with fewer than seven take the solver many seconds each."""

EASY, MEDIUM, HARD = (1, 14), (15, 28), (29, 42)
"""As his sets have them; the table on his page counts one stone less, without the one that ends the game."""

CLASSES = (
    Class("Begin-Easy", BEGIN, EASY),
    Class("Middle-Easy", MIDDLE, EASY),
    Class("End-Easy", END, EASY),
    Class("Begin-Medium", BEGIN, MEDIUM),
    Class("Middle-Medium", MIDDLE, MEDIUM),
    Class("Begin-Hard", BEGIN, HARD),
)


@dataclass(frozen=True)
class ClassSet:
    """How many positions of each class, in the order of CLASSES."""

    positions: tuple[int, ...] = (300, 300, 300, 300, 300, 200)
    seed: int = 1


class Labeled(NamedTuple):
    """n positions of a class; here a move is optimal if it keeps the outcome, however long it takes."""

    problems: Problems
    remaining: Int8[np.ndarray, " n"]


def remaining_stones(board: Board, stones: int, score: int) -> int:
    """How many stones still fall if both play perfectly, from the exact score for the player to move.

    The inverse of proof.win: two numbers of stones have the same score, and in one of them the winner places the last.
    """
    if score == 0:
        return board.size - stones
    most = board.size + 2 - stones - 2 * abs(score)
    return most - (most + (score > 0)) % 2


def random_position(board: Board, stones: int, random: np.random.Generator) -> Position | None:
    """After this many uniformly random moves; None where the game is over or the next stone can end it with a line."""
    position = EMPTY
    for number in random.random(stones):
        if result(board, position) is not None:
            return None
        position = play(position, drawn_cell(legal(board, position), number))
    return None if result(board, position) is not None or winning(board, position) else position


def candidates(board: Board, stones: tuple[int, int], random: np.random.Generator) -> Iterator[Position]:
    """Random positions, each once up to mirror image, without end; every number of stones in the range is as likely."""
    seen = set[int]()
    while True:
        count, position = int(random.integers(stones[0], stones[1] + 1)), None
        while position is None:
            position = random_position(board, count, random)
        if (name := canonical(board, position)[0]) not in seen:
            seen.add(name)
            yield position


def label(board: Board, position: Position, exact: int, search: Search) -> Problems:
    """One position with the moves that keep its outcome, given its exact score."""
    outcome = int(np.sign(exact))
    mine, stones = (np.array([cells], np.int64) for cells in position)
    scores = move_scores(board, mine, stones, (max(outcome - 1, -1), outcome), search)
    return Problems(mine, stones, scores == outcome, scores != ILLEGAL, np.array([outcome], np.int8))


def sample(
    board: Board, classes: Sequence[Class], wanted: Sequence[int], seed: int, search: Search, bar: tqdm
) -> dict[str, Labeled]:
    """So many positions of each of these classes, which share a range of stones."""
    (stones,) = {each.stones for each in classes}
    found: dict[str, list[tuple[Problems, int]]] = {each.name: [] for each in classes}
    short = dict(zip(classes, wanted, strict=True))
    for position in candidates(board, stones, Streams(seed).numpy(f"{stones[0]} to {stones[1]} stones")):
        short = {each: count for each, count in short.items() if len(found[each.name]) < count}
        if not short:
            break
        exact = score(board, position, search)
        left = remaining_stones(board, ply(position), exact)
        for each in short:
            if each.remaining[0] <= left <= each.remaining[1]:
                found[each.name].append((label(board, position, exact, search), left))
                bar.update()
    return {name: _together(rows) for name, rows in found.items()}


def _together(rows: Sequence[tuple[Problems, int]]) -> Labeled:
    problems, left = zip(*rows, strict=True)
    return Labeled(Problems(*map(np.concatenate, zip(*problems, strict=True))), np.array(left, np.int8))


def make(settings: ClassSet) -> dict[str, Labeled]:
    """Draw and label the positions of every class."""
    search, found = new_search(24), dict[str, Labeled]()
    wanted = dict(zip(CLASSES, settings.positions, strict=True))
    with tqdm(total=sum(settings.positions), desc="positions labeled") as bar:
        for stage in (END, MIDDLE, BEGIN):
            classes = [each for each in CLASSES if each.stones == stage]
            counts = [wanted[each] for each in classes]
            found |= sample(CONNECT_FOUR, classes, counts, settings.seed, search, bar)
    return {each.name: found[each.name] for each in CLASSES}


def by_class(settings: ClassSet) -> dict[str, Labeled]:
    """The labeled positions of each class by its name, in the order of CLASSES; kept ones where they are these."""
    file = checkpoints.find(NAME)
    if not file or not belongs(file, settings):
        return make(settings)
    tensors = {name: tensor.numpy() for name, tensor in unpack(file, settings).items()}

    def held(name: str) -> Labeled:
        problems = Problems(*(tensors[f"{name}/{field}"] for field in Problems._fields))
        return Labeled(problems, tensors[f"{name}/remaining"])

    return {each.name: held(each.name) for each in CLASSES}


def keep(settings: ClassSet) -> None:
    """Label the positions of every class and keep them."""
    tensors: dict[str, torch.Tensor] = {}
    for name, (problems, remaining) in make(settings).items():
        arrays = {**problems._asdict(), "remaining": remaining}
        tensors |= {f"{name}/{field}": torch.from_numpy(array) for field, array in arrays.items()}
    checkpoints.keep(NAME, pack(tensors, settings), "python -m companion.alphazero.classes")


if __name__ == "__main__":
    keep(ClassSet())
