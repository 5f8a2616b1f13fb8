"""Our solver beside BitBully, a solver in C++: the same positions, exact scores, one core, no opening book, in turns.

Every score is compared. Run it with `make bench`, on a machine that does nothing else.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

import numpy as np

try:
    from peers import one_core
    import bitbully  # isort: skip  the processors first
except ImportError as missing:
    sys.exit(f"connect_four_solver: {missing.name} is missing; 'make bench' installs the peers.")

from companion.bench import record
from companion.bench.openings import positions, random_games
from companion.bench.report import rounded
from companion.bench.solver import CASES, Case, Solved, SolverBench, solve_once
from companion.bench.timing import Timed, in_turns, median, timed
from companion.games.proof import new_search
from companion.games.solver import ILLEGAL, move_scores

PACKAGES = ("numba", "numpy", "bitbully")


def their_work(settings: SolverBench, case: Case, solver: bitbully.BitBully) -> Timed[Solved]:
    """BitBully on the positions of a case, its table empty at the start."""
    games = random_games(settings.board, case.positions, case.plies, settings.seed)
    boards = [bitbully.Board(game) for game in games]
    solver.reset_transposition_table()
    solver.reset_node_counter()
    solve = solver.score_all_moves if case.all_moves else solver.mtdf
    run = timed(lambda: [solve(board) for board in boards])
    return Timed(Solved(len(games), solver.get_node_counter()), run.wall_s, run.cpu_s)


def require_agreement(settings: SolverBench, case: Case, solver: bitbully.BitBully) -> None:
    """Stop unless both give every move of every position of the case the same score."""
    games = random_games(settings.board, case.positions, case.plies, settings.seed)
    ours = move_scores(settings.board, *positions(settings.board, games))
    theirs = np.full_like(ours, ILLEGAL)
    for row, game in zip(theirs, games, strict=True):
        for column, score in solver.score_all_moves(bitbully.Board(game)).items():
            row[column] = score
    if not np.array_equal(ours, theirs):
        sys.exit(
            "connect_four_solver: the two solvers disagree about a score, so there is nothing to compare."
        )


def comparison(runs: dict[str, list[Timed[Solved]]]) -> record.Table:
    """A row for each case."""
    rows: list[list[str | float]] = []
    for name, case in CASES.items():
        ours, theirs = median(runs[f"ours {name}"]), median(runs[f"bitbully {name}"])
        what = "all moves" if case.all_moves else "one score"
        plies = " to ".join(str(ply) for ply in dict.fromkeys(case.plies))
        times = [rounded(1000 * run.cpu_s / case.positions) for run in (ours, theirs)]
        speeds = [rounded(run.result.visited / run.cpu_s) for run in (ours, theirs)]
        rows.append([f"{what} after {plies} plies", *times, rounded(theirs.cpu_s / ours.cpu_s), *speeds])
    columns = [
        "problem",
        "ours, ms",
        "BitBully, ms",
        "ours is faster by",
        "ours, positions per second",
        "BitBully, positions per second",
    ]
    return record.table("Milliseconds of processor time for a problem", columns, rows)


def main() -> None:
    """Measure, print, write the record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--out", type=Path, default=record.FOLDER)
    options = parser.parse_args()
    one_core.use(1)
    settings = SolverBench(repetitions=options.repetitions)
    searches, solver = [new_search(settings.log2_entries)], bitbully.BitBully(opening_book=None)
    works = {}
    for name, case in CASES.items():
        require_agreement(settings, case, solver)
        works[f"ours {name}"] = partial(solve_once, settings, case, searches)
        works[f"bitbully {name}"] = partial(their_work, settings, case, solver)
    runs = in_turns(works, settings.repetitions)
    table = comparison(runs)
    document = {
        "machine": record.machine(PACKAGES),
        "settings": {
            "repetitions": settings.repetitions,
            "log2_entries": settings.log2_entries,
            "positions": {name: case.positions for name, case in CASES.items()},
        },
        "tables": {"peers": table},
        "runs": {name: record.seconds(each) for name, each in runs.items()},
    }
    print(record.printed(table), record.write("connect_four_solver", document, options.out).name, sep="\n")


if __name__ == "__main__":
    main()
