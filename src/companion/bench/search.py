"""Simulations a second of the batched search, around a network before and after training, in bfloat16 and in integers.

Every repetition begins with an empty cache of evaluations. A simulation that ends in a finished game, or at a position
that the cache knows, asks the network nothing; so there are fewer evaluations than simulations.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np
from jaxtyping import Int64

from companion.alphazero.evaluator import network_evaluator
from companion.alphazero.kept import strong_network
from companion.alphazero.network import NetworkSettings, PolicyValueNet, new_network
from companion.alphazero.quantized import integer_evaluator
from companion.bench.openings import positions, random_games
from companion.bench.peak import multiply_adds, product_multiply_adds_per_s
from companion.bench.report import Numbers, Report, rounded
from companion.bench.timing import (
    Timed,
    in_threads,
    in_turns,
    median,
    one_thread_each,
    require_processors,
    timed,
)
from companion.games.board import CONNECT_FOUR, Board
from companion.search.batched import anytime, search
from companion.search.cache import new_cache
from companion.search.evaluator import Evaluate, Evaluation
from companion.search.settings import SearchSettings

Roots = tuple[Int64[np.ndarray, " n"], Int64[np.ndarray, " n"]]
"""(mine, stones) of the positions to search."""

PLIES = (0, 41)
"""A number of plies is as likely as random games are to get beyond it: all their positions count alike."""


@dataclass(frozen=True)
class SearchBench:
    """How much is searched, and how often."""

    games: int = 256
    simulations: int = 64
    repetitions: int = 9
    seed: int = 0
    board: Board = CONNECT_FOUR
    network: NetworkSettings = field(default_factory=NetworkSettings)
    search: SearchSettings = field(default_factory=SearchSettings)


class Searched(NamedTuple):
    """What one repetition did."""

    simulations: int
    evaluations: int  # positions the network was asked about
    network_s: float  # wall time in the evaluator, planes and softmax included; the sum over threads
    network_cpu_s: float  # the processor time in that


class Clocked:
    """An evaluator that notes how long each batch took. Any number of threads may call it."""

    def __init__(self, evaluate: Evaluate) -> None:
        self.evaluate = evaluate
        self.batches: list[tuple[int, float, float]] = []  # positions, wall time, processor time

    def __call__(self, mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"]) -> Evaluation:
        """Evaluate, and note it."""
        wall, cpu = time.perf_counter(), time.thread_time()
        evaluation = self.evaluate(mine, stones)
        self.batches.append((len(mine), time.perf_counter() - wall, time.thread_time() - cpu))
        return evaluation


def search_once(
    settings: SearchBench, roots: Roots, evaluate: Evaluate, threads: int = 1, cached: bool = True
) -> Timed[Searched]:
    """Search from every root, each thread with its share of them and an empty cache of its own."""
    clocked = Clocked(evaluate)
    run = timed(lambda: (_search if cached else _search_without_cache)(settings, roots, clocked, threads))
    asked, wall, cpu = zip(*clocked.batches, strict=True)
    simulations = len(roots[0]) * settings.simulations
    return Timed(Searched(simulations, sum(asked), sum(wall), sum(cpu)), run.wall_s, run.cpu_s)


def _search(settings: SearchBench, roots: Roots, evaluate: Evaluate, threads: int) -> None:
    search(settings.board, *roots, evaluate, settings.simulations, settings.search, threads=threads)


def _search_without_cache(settings: SearchBench, roots: Roots, evaluate: Evaluate, threads: int) -> None:
    """The same with a cache of one entry: only games that want the same position at the same time share."""
    board, (mine, stones) = settings.board, roots
    shares = np.array_split(np.arange(len(mine)), threads)

    def search_share(share: Int64[np.ndarray, " m"]) -> None:
        cache = new_cache(board, 0)
        anytime(
            board, mine[share], stones[share], evaluate, [settings.simulations], settings.search, cache=cache
        )

    in_threads(search_share, shares)


def numbers(run: Timed[Searched], threads: int, peak: float) -> Numbers:
    """One case of the report. `peak`: evaluations a second of one processor that did nothing but multiply.

    Shares of the peak are taken in processor time, so that other programs do not lower them.
    """
    did = run.result
    found = {
        "simulations_per_s": did.simulations / run.wall_s,
        "evaluations_per_s": did.evaluations / run.wall_s,
        "tree_share": 1 - did.network_s / (threads * run.wall_s),
        "evaluations_share_of_peak": did.evaluations / did.network_cpu_s / peak,
        "simulations_per_cpu_s": did.simulations / run.cpu_s,
    }
    return {name: rounded(number) for name, number in found.items()}


def measure(
    threads: int = 1,
    settings: SearchBench = SearchBench(),
    trained: Callable[[], PolicyValueNet] = strong_network,
) -> Report:
    """An untrained network, the same without a cache, and a trained one; each as it is, and in integers."""
    require_processors(threads)
    board = settings.board
    untrained = new_network(board, settings.network, settings.seed)
    cost = multiply_adds(untrained, board)
    roots = positions(board, random_games(board, settings.games, PLIES, settings.seed))
    report: Report = {}
    for suffix, evaluator in (("", network_evaluator), ("_integers", integer_evaluator)):
        before, after = evaluator(board, untrained), evaluator(board, trained())
        works = {
            "untrained": partial(search_once, settings, roots, before, threads),
            "untrained_no_cache": partial(search_once, settings, roots, before, threads, cached=False),
            "trained": partial(search_once, settings, roots, after, threads),
        }
        with one_thread_each():
            product = product_multiply_adds_per_s(integers=bool(suffix))
            runs = in_turns(works, settings.repetitions)
            peak = max(product, product_multiply_adds_per_s(integers=bool(suffix))) / cost
        report |= {f"{name}{suffix}": numbers(median(each), threads, peak) for name, each in runs.items()}
        report[f"peak_evaluations_per_s{suffix}"] = rounded(peak)
    return {
        **report,
        "multiply_adds_per_evaluation": cost,
        "games": settings.games,
        "simulations_per_game": settings.simulations,
        "threads": threads,
    }
