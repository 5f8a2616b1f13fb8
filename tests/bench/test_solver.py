"""The solver benchmark solves what it says it solves."""

import numpy as np

from companion.bench import solver as bench
from companion.bench.openings import positions, random_games
from companion.bench.solver import Case, SolverBench
from companion.games.board import CONNECT_FOUR
from companion.games.proof import new_search
from companion.games.solver import move_scores

FEW = {"one": Case((26, 28), 3, all_moves=False), "all": Case((28, 28), 3, all_moves=True)}
SMALL = SolverBench(repetitions=2, log2_entries=12)


def test_the_report_names_its_cases_and_units():
    report = bench.measure(threads=2, settings=SMALL, cases=FEW)
    assert list(report) == ["one", "all", "threads"]
    for name in FEW:
        assert set(report[name]) == {"positions_per_s", "milliseconds_per_position", "positions"}
        assert report[name]["positions"] == 3
        assert report[name]["milliseconds_per_position"] > 0


def test_the_cases_of_the_contract():
    assert bench.CASES["score_at_ply_8_to_12"].plies == (8, 12)
    assert {case.plies for case in bench.CASES.values() if case.all_moves} == {(14, 14), (18, 18), (22, 22)}


def test_each_repetition_begins_with_an_empty_table():
    """With what the first repetition proved, the second would visit less."""
    searches = [new_search(16)]
    first, second = (bench.solve_once(SMALL, FEW["all"], searches).result for _ in range(2))
    assert first == second
    assert first.visited > 0


def test_the_table_then_holds_the_scores():
    searches = [new_search(16)]
    bench.solve_once(SMALL, FEW["all"], searches)
    case = FEW["all"]
    roots = positions(CONNECT_FOUR, random_games(CONNECT_FOUR, case.positions, case.plies, SMALL.seed))
    assert np.array_equal(
        move_scores(CONNECT_FOUR, *roots, search=searches[0]), move_scores(CONNECT_FOUR, *roots)
    )
