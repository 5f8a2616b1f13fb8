"""Our search beside its peers: the same positions, network, weights and number of simulations, on one core, in turns.

Run it with `make bench`, on a machine that does nothing else. Ratios are taken in processor time, which other programs
disturb less than wall time; the record keeps both for every repetition.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

try:
    from peers import one_core  # isort: skip  before the libraries that it sets up
    import jax
    import jax.numpy as jnp
    import mctx
    from peers import mctx_pgx, openspiel
except ImportError as missing:
    sys.exit(f"connect_four_search: {missing.name} is missing; 'make bench' installs the peers.")

from companion.alphazero.evaluator import network_evaluator
from companion.alphazero.loop import Evaluator
from companion.alphazero.network import new_network
from companion.alphazero.quantized import integer_evaluator
from companion.bench import record
from companion.bench.openings import positions, random_games
from companion.bench.peak import multiply_adds, product_multiply_adds_per_s
from companion.bench.report import rounded
from companion.bench.search import PLIES, SearchBench, Searched, numbers, search_once
from companion.bench.timing import Timed, in_turns, median, one_thread_each, timed
from companion.search.evaluator import rollout_evaluator
from companion.search.settings import SearchSettings

FEW = 4
"""Games for the peer that evaluates one position at a time in Python."""

PACKAGES = ("torch", "numba", "jax", "jaxlib", "mctx", "pgx", "open_spiel")

LABELS = {
    "ours_integers": ("ours in integers, PUCT", None),
    "ours_integers_no_cache": ("ours in integers, PUCT, no cache", None),
    "ours": ("ours, PUCT", None),
    "ours_no_cache": ("ours, PUCT, no cache", None),
    "ours_gumbel": ("ours, Gumbel", None),
    "mctx_gumbel": ("mctx + pgx, Gumbel", "ours"),
    "mctx_gumbel_bfloat16": ("mctx + pgx, Gumbel, bfloat16", "ours"),
    "mctx_puct": ("mctx + pgx, PUCT", "ours"),
    "openspiel_network": ("OpenSpiel in Python, PUCT, one leaf at a time", "ours"),
    "ours_playouts": ("ours, random playouts", None),
    "openspiel_playouts": ("OpenSpiel in C++, random playouts", "ours_playouts"),
}
"""What a row is called, and which of ours stands against it."""

WITH_NETWORK = ("ours", "ours_no_cache", "ours_gumbel", "ours_integers", "ours_integers_no_cache")

AGAINST = {
    "ours_integers": "in integers",
    "ours_integers_no_cache": "no cache",
    "ours": "in bfloat16",
    "ours_no_cache": "no cache",
}
"""The columns of ratios, by what stands against a peer that has the network."""

Work = Callable[[], Timed[Searched]]


def peer(search: Callable[[], Any], simulations: int) -> Work:
    """A peer's search as a work; it always evaluates what it simulates."""

    def work() -> Timed[Searched]:
        run = timed(search)
        return Timed(Searched(simulations, simulations, run.wall_s, run.cpu_s), run.wall_s, run.cpu_s)

    return work


def works(settings: SearchBench) -> dict[str, Work]:
    """Everybody's work on the same games."""
    games = random_games(settings.board, settings.games, PLIES, settings.seed)
    roots = positions(settings.board, games)
    network = new_network(settings.board, settings.network, settings.seed)
    evaluate = network_evaluator(settings.board, network)
    whole = integer_evaluator(settings.board, network)
    gumbel = replace(settings, search=SearchSettings(considered=settings.board.columns))
    simulations = settings.games * settings.simulations
    states, key = mctx_pgx.states_after(games), jax.random.key(0)

    def in_jax(policy: Callable[..., Any], precision: Any = jnp.float32) -> Work:
        search, weights = (
            mctx_pgx.searcher(policy, settings.simulations),
            mctx_pgx.weights_of(network, precision),
        )
        return peer(lambda: jax.block_until_ready(search(weights, states, key)), simulations)

    few = openspiel.states_after(games[:FEW])
    return {
        "ours_integers": partial(search_once, settings, roots, whole),
        "ours": partial(search_once, settings, roots, evaluate),
        "mctx_gumbel": in_jax(mctx.gumbel_muzero_policy),
        "ours_integers_no_cache": partial(search_once, settings, roots, whole, cached=False),
        "ours_no_cache": partial(search_once, settings, roots, evaluate, cached=False),
        "mctx_gumbel_bfloat16": in_jax(mctx.gumbel_muzero_policy, jnp.bfloat16),
        "mctx_puct": in_jax(mctx.muzero_policy),
        "ours_gumbel": partial(search_once, gumbel, roots, evaluate),
        "openspiel_network": peer(
            openspiel.network_search(few, settings.simulations, evaluate), len(few) * settings.simulations
        ),
        "ours_playouts": partial(search_once, settings, roots, rollout_evaluator(settings.board, 1, 0)),
        "openspiel_playouts": peer(
            openspiel.playout_search(openspiel.states_after(games), settings.simulations), simulations
        ),
    }


def scaling(settings: SearchBench, evaluator: Evaluator) -> dict[str, float]:
    """Wall time of ours on one processor over that on two, in turns."""
    roots = positions(settings.board, random_games(settings.board, settings.games, PLIES, settings.seed))
    evaluate = evaluator(settings.board, new_network(settings.board, settings.network, settings.seed))

    def on(processors: int) -> Timed[Searched]:
        one_core.use(processors)
        return search_once(settings, roots, evaluate, threads=processors)

    runs = in_turns({"one": partial(on, 1), "two": partial(on, 2)}, settings.repetitions)
    one_core.use(1)
    one, two = median(runs["one"]), median(runs["two"])
    return {
        "two_threads_over_one": rounded(one.wall_s / two.wall_s),
        "processors_held_by_two_threads": rounded(two.cpu_s / two.wall_s),
        "processor_time_two_over_one": rounded(two.cpu_s / one.cpu_s),
    }


def cpu_rate(run: Timed[Searched]) -> float:
    """Simulations a second of processor time."""
    return run.result.simulations / run.cpu_s


def speeds(runs: dict[str, list[Timed[Searched]]]) -> record.Table:
    """A row for each searcher."""
    rows = []
    for name, (label, _) in LABELS.items():
        run = median(runs[name])
        rows.append([label, rounded(run.result.simulations / run.wall_s), rounded(cpu_rate(run))])
    return record.table("Simulations on one core", ["search", "a second", "a CPU second"], rows)


def leads(runs: dict[str, list[Timed[Searched]]]) -> record.Table:
    """A row for each peer: how many times faster ours is, in each way that ours can stand against it."""
    rows: list[list[str | float | None]] = []
    for name, (label, against) in LABELS.items():
        if against is not None:
            # Without a network there is one way; its ratio goes into the first column.
            each = list(AGAINST) if against == "ours" else [against, None, None, None]
            theirs = cpu_rate(median(runs[name]))
            rows.append(
                [label, *(rounded(cpu_rate(median(runs[ours])) / theirs) if ours else None for ours in each)]
            )
    return record.table("How many times faster ours is", ["than", *AGAINST.values()], rows)


def main() -> None:
    """Measure, print, write the record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--games", type=int, default=SearchBench.games)
    parser.add_argument("--out", type=Path, default=record.FOLDER)
    options = parser.parse_args()
    settings = SearchBench(repetitions=options.repetitions, games=options.games)
    network = new_network(settings.board, settings.network, settings.seed)
    with one_thread_each():
        before = [product_multiply_adds_per_s(integers=integers) for integers in (False, True)]
        runs = in_turns(works(settings), settings.repetitions)
        after = [product_multiply_adds_per_s(integers=integers) for integers in (False, True)]
        many = replace(settings, games=4 * settings.games)
        two = {
            "ours, PUCT": scaling(settings, network_evaluator),
            f"ours, PUCT, {many.games:,} games": scaling(many, network_evaluator),
            "ours in integers, PUCT": scaling(settings, integer_evaluator),
            f"ours in integers, PUCT, {many.games:,} games": scaling(many, integer_evaluator),
        }
    cost = multiply_adds(network, settings.board)
    peaks = [max(pair) / cost for pair in zip(before, after, strict=True)]
    cases = {name: numbers(median(runs[name]), 1, peaks["integers" in name]) for name in WITH_NETWORK}
    table, ratios = speeds(runs), leads(runs)
    path = record.write(
        "connect_four_search",
        {
            "machine": record.machine(PACKAGES),
            "settings": {
                "games": settings.games,
                "simulations_per_game": settings.simulations,
                "repetitions": settings.repetitions,
                "random_plies": list(PLIES),
                "network": vars(settings.network),
            },
            "tables": {"peers": table, "leads": ratios, "ours": ours(cases), "scaling": threads(two)},
            "cases": cases,
            "scaling": two,
            "peak_evaluations_per_s": rounded(peaks[0]),
            "peak_evaluations_per_s_integers": rounded(peaks[1]),
            "runs": {name: record.seconds(each) for name, each in runs.items()},
        },
        options.out,
    )
    print(record.printed(table), record.printed(ratios), cases, two, peaks, path.name, sep="\n")


def threads(two: dict[str, dict[str, float]]) -> record.Table:
    """What a second processor brings."""
    heads = [
        "",
        "times as fast",
        "processors held",
        "times the CPU time",
    ]
    return record.table(
        "Two threads against one", heads, [[name, *each.values()] for name, each in two.items()]
    )


def ours(cases: dict[str, dict[str, float]]) -> record.Table:
    """Where the time of ours goes."""
    heads = [
        "search",
        "time in the trees",
        "share of the peak",
        "evaluations",
    ]
    rows = [
        [
            LABELS[name][0],
            case["tree_share"],
            case["evaluations_share_of_peak"],
            rounded(case["evaluations_per_s"] / case["simulations_per_s"]),
        ]
        for name, case in cases.items()
    ]
    return record.table("Where the time of ours goes", heads, rows)


if __name__ == "__main__":
    main()
