"""Positions that the solver visits in a second, and milliseconds for the exact scores of all moves of a position.

The positions of a case are solved one after the other with one table, which is empty at the start of each repetition.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from companion.bench.openings import positions, random_games
from companion.bench.report import Numbers, Report, rounded
from companion.bench.timing import Timed, in_threads, in_turns, median, require_processors, timed
from companion.games.board import CONNECT_FOUR, Board
from companion.games.connect_four import Position
from companion.games.proof import VISITED, Search, new_search
from companion.games.solver import move_scores, score


@dataclass(frozen=True)
class Case:
    """Positions after a number of random plies between `plies`, both ends included."""

    plies: tuple[int, int]
    positions: int
    all_moves: bool
    """The exact score of each move, or of the position alone."""


CASES = {
    "score_at_ply_8_to_12": Case((8, 12), 12, all_moves=False),
    "all_moves_at_ply_14": Case((14, 14), 24, all_moves=True),
    "all_moves_at_ply_18": Case((18, 18), 100, all_moves=True),
    "all_moves_at_ply_22": Case((22, 22), 200, all_moves=True),
}


@dataclass(frozen=True)
class SolverBench:
    """How often, and with how large a table."""

    repetitions: int = 3
    seed: int = 0
    log2_entries: int = 22
    board: Board = CONNECT_FOUR


class Solved(NamedTuple):
    """What one repetition did."""

    positions: int
    visited: int  # positions of the search behind them


def solve_once(settings: SolverBench, case: Case, searches: list[Search]) -> Timed[Solved]:
    """Solve the positions of a case, each thread its share of them with a table of its own."""
    board = settings.board
    mine, stones = positions(board, random_games(board, case.positions, case.plies, settings.seed))
    empty(searches)

    def solve_share(thread: int) -> int:
        search, share = searches[thread], slice(thread, None, len(searches))
        before = int(search.walk[VISITED])
        if case.all_moves:
            move_scores(board, mine[share], stones[share], search=search)
        else:
            for position in zip(mine[share], stones[share], strict=True):
                score(board, Position(*position), search)
        return int(search.walk[VISITED]) - before

    run = timed(lambda: in_threads(solve_share, list(range(len(searches)))))
    return Timed(Solved(case.positions, sum(run.result)), run.wall_s, run.cpu_s)


def empty(searches: list[Search]) -> None:
    """Forget what is proved. The memory stays, so that no repetition waits for the system to hand it out."""
    for search in searches:
        search.table[:] = 0


def numbers(run: Timed[Solved]) -> Numbers:
    """One case of the report."""
    did = run.result
    return {
        "positions_per_s": rounded(did.visited / run.wall_s),
        "milliseconds_per_position": rounded(1000 * run.wall_s / did.positions),
        "positions": did.positions,
    }


def measure(
    threads: int = 1,
    settings: SolverBench = SolverBench(),
    cases: dict[str, Case] = CASES,
) -> Report:
    """All cases. `positions_per_s` counts the positions that the proof visits, the other keys those to be solved."""
    require_processors(threads)
    searches = [new_search(settings.log2_entries) for _ in range(threads)]
    works = {name: partial(solve_once, settings, case, searches) for name, case in cases.items()}
    runs = in_turns(works, settings.repetitions)
    return {**{name: numbers(median(each)) for name, each in runs.items()}, "threads": threads}
