"""The search benchmark counts and divides rightly. Absolute speed is nobody's promise here."""

import time

import numpy as np
import pytest
import torch

from companion.alphazero.network import NetworkSettings, PolicyValueNet, new_network
from companion.bench import search as bench
from companion.bench.openings import positions, random_games
from companion.bench.peak import multiply_adds
from companion.bench.search import SearchBench, search_once
from companion.bench.timing import one_thread_each
from companion.games.board import CONNECT_FOUR, CONNECT_THREE
from companion.games.connect_four import Position, ply
from companion.games.notation import from_columns, result
from companion.search.evaluator import uniform_evaluator

SMALL = SearchBench(games=12, simulations=16, repetitions=3, network=NetworkSettings(8, 1, 8))
CASES = [
    f"{name}{suffix}"
    for suffix in ("", "_integers")
    for name in ("untrained", "untrained_no_cache", "trained")
]


def trained() -> PolicyValueNet:
    return new_network(SMALL.board, SMALL.network, seed=1)


@pytest.fixture(scope="module")
def report() -> dict:
    return bench.measure(threads=1, settings=SMALL, trained=trained)


def test_the_report_has_the_cases_of_the_contract(report):
    keys = {"simulations_per_s", "evaluations_per_s", "tree_share", "evaluations_share_of_peak"}
    assert [name for name, numbers in report.items() if isinstance(numbers, dict)] == CASES
    assert all(keys <= set(report[name]) for name in CASES)
    assert report["peak_evaluations_per_s"] > 0
    assert report["peak_evaluations_per_s_integers"] > 0
    assert (report["threads"], report["games"], report["simulations_per_game"]) == (1, 12, 16)


@pytest.mark.parametrize("case", CASES)
def test_the_numbers_are_possible(report, case):
    numbers = report[case]
    assert all(np.isfinite(number) and number > 0 for number in numbers.values())
    assert numbers["tree_share"] < 1
    assert numbers["evaluations_share_of_peak"] <= 1
    # the root of each game is evaluated, too, and counts as no simulation
    assert numbers["evaluations_per_s"] <= numbers["simulations_per_s"] * 17 / 16 * 1.0001


def roots(games: list[list[int]]) -> bench.Roots:
    return positions(CONNECT_FOUR, games)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_lonely_game_without_cache_asks_for_every_simulation(threads):
    """From these openings no game can end within four simulated plies, and no two games meet."""
    games = [[0, 1, 6], [3, 3, 3, 2]]
    once = search_once(
        SearchBench(simulations=4), roots(games), uniform_evaluator(CONNECT_FOUR), threads, False
    )
    assert once.result.simulations == 2 * 4
    assert once.result.evaluations == 2 * (4 + 1)


def test_the_cache_saves_what_two_equal_games_share():
    games = [[3, 2, 3]] * 2
    settings, evaluate = SearchBench(simulations=8), uniform_evaluator(CONNECT_FOUR)
    together = search_once(settings, roots(games), evaluate).result
    apart = search_once(settings, roots(games[:1]), evaluate).result
    assert together.simulations == 2 * apart.simulations
    assert together.evaluations == apart.evaluations


def test_the_trees_and_the_network_share_the_time():
    """An evaluator that only waits takes nearly all of the wall time and none of the processor time."""
    evaluate = uniform_evaluator(CONNECT_FOUR)

    def slowly(mine, stones):
        time.sleep(0.02)
        return evaluate(mine, stones)

    settings = SearchBench(simulations=8)
    search_once(settings, roots([[3]]), evaluate)  # compiles
    run = search_once(settings, roots([[3]]), slowly)
    numbers = bench.numbers(run, threads=1, peak=1e9)
    assert numbers["tree_share"] < 0.5
    assert run.result.network_s >= run.result.evaluations * 0.02
    assert run.result.network_cpu_s < run.result.network_s / 2


def test_multiply_adds_by_hand():
    """3 by 3 convolutions from 2 to 8 and twice from 8 to 8 channels on 20 cells, 1 by 1 to 8, then 160 to 8 to 6."""
    network = new_network(CONNECT_THREE, NetworkSettings(channels=8, blocks=1, hidden=8), seed=0)
    by_hand = 20 * (9 * 2 * 8 + 2 * 9 * 8 * 8 + 8 * 8) + 160 * 8 + 8 * 6
    assert multiply_adds(network, CONNECT_THREE) == by_hand


def test_openings_are_unfinished_and_repeatable():
    games = random_games(CONNECT_FOUR, 50, (3, 30), seed=5)
    assert games == random_games(CONNECT_FOUR, 50, (3, 30), seed=5)
    assert games != random_games(CONNECT_FOUR, 50, (3, 30), seed=6)
    ends = [from_columns(CONNECT_FOUR, game) for game in games]
    assert all(result(CONNECT_FOUR, end) is None and 3 <= ply(end) <= 30 for end in ends)
    mine, stones = positions(CONNECT_FOUR, games)
    assert [Position(*pair) for pair in zip(mine.tolist(), stones.tolist(), strict=True)] == ends


def test_torch_gets_its_threads_back():
    before = torch.get_num_threads()
    with one_thread_each():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
