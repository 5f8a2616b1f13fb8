"""How strong the book's networks are: wrong moves in six classes of positions, next to what AlphaZero.jl published.

Five records, each of which can be measured alone:

strength   wrong moves by class; BitBully, another solver, first confirms labels
long       the same for one longer run with a wider network
gumbel     Gumbel's choice at the root against PUCT's, at the same networks and numbers of simulations
training   strength by processor time: trains the first run once more and times it
integers   the same networks evaluated in integers of 8 bits, and the first run trained with games played that way

The runs come from checkpoints/, where they are kept. Nothing here depends on how busy the machine is, except the time.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

try:
    from peers import one_core
    import bitbully  # isort: skip  the processors first
except ImportError as missing:
    sys.exit(f"connect_four_strength: {missing.name} is missing; 'make bench' installs the peers.")

import time

import torch

from companion.alphazero.classes import CLASSES, ClassSet, Labeled, by_class
from companion.alphazero.evaluator import network_evaluator
from companion.alphazero.kept import networks, problems, training_of
from companion.alphazero.loop import Evaluator, new_run, remaining
from companion.alphazero.network import PolicyValueNet
from companion.alphazero.problems import Problems
from companion.alphazero.quantized import integer_evaluator
from companion.alphazero.recipe import LONG, Recipe, TestSet
from companion.alphazero.strength import accuracies
from companion.alphazero.training import restored, snapshot
from companion.bench import record
from companion.bench.report import rounded
from companion.games.board import CONNECT_FOUR
from companion.games.connect_four import Position
from companion.games.notation import to_text
from companion.lab.streams import Streams
from companion.search.settings import SearchSettings

PACKAGES = ("torch", "numba", "numpy")
RECIPE = Recipe()
SEEDS = (0, 1, 2, 3, 4)
LAST = RECIPE.moments[-1]

SIMULATIONS = (0, 64, 600)
"""AlphaZero.jl was tested with 600; 64 are those of our training; 0 is the network alone."""

CONFIRMED = {"Begin-Hard": 10, "Begin-Medium": 50, "Begin-Easy": 50}
"""How many labels of a class BitBully confirms, where not all: those of early positions take it seconds each."""

PUBLISHED = {
    "AlphaZero.jl, 600 simulations, from its figure": (0.0, 0.0, 0.0, 2.1, 2.7, 7.5),
    "AlphaZero.jl, untrained, 600 simulations, from its figure": (3.7, 1.3, 1.0, 12.0, 11.0, 36.0),
    "its minimax, five stones deep, from its figure": (1.7, 0.7, 1.4, 7.3, 9.3, 23.5),
}
"""Percent of wrong moves in the order of CLASSES, read off the figure of AlphaZero.jl's tutorial (commit 6b78c15): no
table of them is published. To a tenth of a point; Middle-Medium to 0.2, Begin-Hard to 0.5, untrained to a whole one."""

BUDGETS = (0, 4, 8, 16, 32, 64, 128)
ROOTS = {
    "PUCT": SearchSettings(),
    "Gumbel, value scale 1": SearchSettings(considered=CONNECT_FOUR.columns),
    "Gumbel, value scale 0.25": SearchSettings(considered=CONNECT_FOUR.columns, value_scale=0.25),
}

EVALUATORS = {"bfloat16": network_evaluator, "integers": integer_evaluator}


def percent(shares: Any) -> list[float]:
    """Shares as the tables print them."""
    return [rounded(100 * float(share)) for share in shares]


def network(seed: int, moment: int) -> PolicyValueNet:
    """The network of a kept run after this many iterations."""
    return networks(RECIPE, "search", seed)[moment]


def optimal_moves(
    test: Problems,
    player: PolicyValueNet,
    budgets: Sequence[int],
    root: SearchSettings = ROOTS["PUCT"],
    evaluator: Evaluator = network_evaluator,
) -> np.ndarray:
    """A network's share of optimal moves after each number of simulations."""
    evaluate = evaluator(CONNECT_FOUR, player)
    calls = [[budget] for budget in budgets] if root.considered else [budgets]  # Gumbel plans for one budget
    return np.concatenate([accuracies(CONNECT_FOUR, test, evaluate, each, root) for each in calls])


def wrong_moves(sets: dict[str, Labeled], player: PolicyValueNet) -> np.ndarray:
    """The share of moves that give away a better outcome: a row for each of SIMULATIONS, a column for each class."""
    shares = [optimal_moves(labeled.problems, player, SIMULATIONS) for labeled in sets.values()]
    return 1 - np.stack(shares, axis=1)


def confirm(sets: dict[str, Labeled]) -> dict[str, int]:
    """Stop unless BitBully gives the same moves the best outcome; returns how many positions of each class it saw."""
    solver, seen = bitbully.BitBully(opening_book=None), {}
    for name, labeled in sets.items():
        found = labeled.problems
        seen[name] = min(CONFIRMED.get(name, len(found.mine)), len(found.mine))
        for i in range(seen[name]):
            signs = {c: int(np.sign(s)) for c, s in solver.score_all_moves(board_of(found, i)).items()}
            best = [column for column, sign in signs.items() if sign == max(signs.values())]
            if sorted(best) != np.flatnonzero(found.optimal[i]).tolist():
                sys.exit(f"connect_four_strength: the two solvers disagree about position {i} of {name}.")
    return seen


def board_of(found: Problems, i: int) -> bitbully.Board:
    """A position as BitBully takes it: rows from the top, 1 for who began."""
    rows = to_text(CONNECT_FOUR, Position(int(found.mine[i]), int(found.stones[i]))).splitlines()
    return bitbully.Board([[".xo".index(mark) for mark in row.split()] for row in rows])


def strength() -> dict[str, Any]:
    """Wrong moves of every run, trained and untrained."""
    sets = by_class(ClassSet())
    confirmed = confirm(sets)
    trained = np.stack([wrong_moves(sets, network(seed, LAST)) for seed in SEEDS])
    untrained = np.stack([wrong_moves(sets, network(seed, 0))[-1] for seed in SEEDS])
    names = {0: "network alone", **{n: f"{n} simulations" for n in SIMULATIONS[1:]}}
    chance = [1 - labeled.problems.chance for labeled in sets.values()]
    rows: list[list[str | float]] = [["a random move", *percent(chance)]]
    rows += [[f"untrained, {names[SIMULATIONS[-1]]}", *percent(untrained.mean(0))]]
    rows += [[f"ours, {names[n]}", *percent(trained[:, i].mean(0))] for i, n in enumerate(SIMULATIONS)]
    rows += [[label, *rates] for label, rates in PUBLISHED.items()]
    every = [
        [f"{names[n]}, run {seed}", *percent(trained[s, i])]
        for i, n in enumerate(SIMULATIONS)
        for s, seed in enumerate(SEEDS)
    ]
    heads = ["player", *(f"{name} ({len(labeled.problems.mine)})" for name, labeled in sets.items())]
    caption = (
        f"Wrong moves in percent; ours: mean of {len(SEEDS)} runs, and in parentheses how many positions"
    )
    return {
        "machine": {**record.machine((*PACKAGES, "bitbully")), "load": None},
        "settings": {"simulations": SIMULATIONS, "seeds": SEEDS},
        "tables": {
            "classes": table(caption, heads, rows),
            "seeds": table("Wrong moves in percent, every run", heads, every),
            "described": described(sets, confirmed),
        },
        "shares": {"trained": trained.tolist(), "untrained": untrained.tolist(), "chance": chance},
    }


def long() -> dict[str, Any]:
    """Wrong moves of the longer run, of which there is one."""
    sets, last = by_class(ClassSet()), LONG.moments[-1]
    trained = networks(LONG, "long", 0)[last]
    shares = wrong_moves(sets, trained)
    names = {0: "network alone", **{n: f"{n} simulations" for n in SIMULATIONS[1:]}}
    rows = [[f"longer run, {names[n]}", *percent(shares[i])] for i, n in enumerate(SIMULATIONS)]
    heads = ["player", *(f"{name} ({len(each.problems.mine)})" for name, each in sets.items())]
    parameters = sum(each.numel() for each in trained.parameters())
    caption = (
        f"Wrong moves in percent after {last} iterations of a network of {parameters:,} parameters, one run"
    )
    return {
        "machine": {**record.machine(PACKAGES), "load": None},
        "settings": {"simulations": SIMULATIONS, "recipe": vars(LONG)},
        "tables": {"classes": table(caption, heads, rows)},
        "shares": shares.tolist(),
    }


def described(sets: dict[str, Labeled], confirmed: dict[str, int]) -> record.Table:
    """What the classes hold."""
    heads = ["class", "stones, at least", "at most", "stones to come, at least", "at most", "positions"]
    heads += ["with a wrong move", "confirmed by BitBully"]
    rows: list[list[str | int]] = []
    for each in CLASSES:
        found = sets[each.name].problems
        counts = [len(found.mine), int((found.optimal != found.legal).any(1).sum()), confirmed[each.name]]
        rows.append([each.name, *each.stones, *each.remaining, *counts])
    return table("The classes", heads, rows)


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], digits: int = 1) -> record.Table:
    """A table whose numbers have so many decimals, whole numbers none."""
    return {**record.table(caption, heads, rows), "digits": digits}


def gumbel() -> dict[str, Any]:
    """The accuracy of every run with each root and each number of simulations."""
    test = problems(TestSet())
    found = {
        name: np.stack([optimal_moves(test, network(seed, LAST), BUDGETS, root) for seed in SEEDS])
        for name, root in ROOTS.items()
    }
    puct = found["PUCT"]
    heads, columns = ["simulations", *ROOTS], [found[name].mean(0) for name in ROOTS]
    for name in list(ROOTS)[1:]:
        heads += [f"{name.partition(', ')[2]}: over PUCT, lowest run", "highest run"]
        columns += [(found[name] - puct).min(0), (found[name] - puct).max(0)]
    rows = [[str(budget), *percent(row)] for budget, row in zip(BUDGETS, np.stack(columns, 1), strict=True)]
    caption = f"Optimal moves in percent on {len(test.mine)} problems, mean of {len(SEEDS)} runs"
    return {
        "machine": {**record.machine(PACKAGES), "load": None},
        "settings": {"budgets": BUDGETS, "seeds": SEEDS, "considered": CONNECT_FOUR.columns},
        "tables": {"roots": table(caption, heads, rows[1:])},
        "shares": {name: shares.tolist() for name, shares in found.items()},
    }


def timed_training(
    seed: int, evaluator: Evaluator = network_evaluator
) -> tuple[dict[int, float], dict[int, PolicyValueNet]]:
    """Processor seconds until each kept moment of a run, and its network then."""
    training, streams = training_of(RECIPE, "search"), Streams(seed)
    begun = time.process_time()
    run = new_run(training.loop, streams)
    seconds, made = {0: 0.0}, {0: snapshot(run.network)}
    for report in remaining(run, training.loop, streams, evaluator):
        seconds[report.iteration] = rounded(time.process_time() - begun)
        if report.iteration in training.moments:
            made[report.iteration] = snapshot(run.network)
    return (
        {moment: seconds[moment] for moment in training.moments},
        {moment: restored(training.loop, weights) for moment, weights in made.items()},
    )


def training() -> dict[str, Any]:
    """Accuracy at each kept moment, by the processor time that the first run took to get there."""
    test, budgets, moments = problems(TestSet()), (0, 128), RECIPE.moments
    seconds, made = timed_training(SEEDS[0])
    kept, last = network(SEEDS[0], LAST).state_dict(), made[LAST].state_dict()
    same = all(torch.equal(kept[name], last[name]) for name in last)
    found = np.stack(
        [[optimal_moves(test, network(seed, moment), budgets) for moment in moments] for seed in SEEDS]
    )
    heads, columns = ["iterations", "seconds of one core"], []
    for i, player in enumerate(["network alone", f"with {budgets[1]} simulations"]):
        heads += [player, "lowest run", "highest run"]
        columns += [found[..., i].mean(0), found[..., i].min(0), found[..., i].max(0)]
    rows = [
        [str(moment), seconds[moment], *percent(shares)]
        for moment, shares in zip(moments, np.stack(columns, 1), strict=True)
    ]
    caption = (
        f"Optimal moves in percent on {len(test.mine)} problems (a random move: {100 * test.chance:.0f})"
    )
    return {
        "machine": record.machine(PACKAGES),
        "settings": {"seeds": SEEDS, "timed_seed": SEEDS[0], "moments": moments, "budgets": budgets},
        "tables": {"time": table(caption, heads, rows), "setups": setups(seconds[LAST])},
        "timed_run_equals_the_kept_one": same,
        "shares": found.tolist(),
    }


def integers() -> dict[str, Any]:
    """What integers cost in strength and save in training."""
    test, budgets = problems(TestSet()), (0, 64, 128)
    found = {
        name: np.stack([optimal_moves(test, network(seed, LAST), budgets, evaluator=of) for seed in SEEDS])
        for name, of in EVALUATORS.items()
    }
    usual, whole = found.values()
    heads, columns = ["simulations", *found], [each.mean(0) for each in found.values()]
    heads += ["integers over bfloat16, lowest run", "highest run"]
    columns += [(whole - usual).min(0), (whole - usual).max(0)]
    cost = [[str(budget), *percent(row)] for budget, row in zip(budgets, np.stack(columns, 1), strict=True)]
    rows: list[list[str | float]] = []
    shares = {}
    for name, of in EVALUATORS.items():
        seconds, made = timed_training(SEEDS[0], of)
        shares[name] = optimal_moves(test, made[LAST], (0, 128), evaluator=of).tolist()
        rows.append([f"games played in {name}", seconds[LAST], *percent(shares[name])])
    heads_of_training = ["the first run", "seconds of one core", "network alone", "with 128 simulations"]
    caption = f"Optimal moves in percent on {len(test.mine)} problems"
    return {
        "machine": record.machine(PACKAGES),
        "settings": {"budgets": budgets, "seeds": SEEDS, "trained_seed": SEEDS[0]},
        "tables": {
            "cost": table(f"{caption}, mean of {len(SEEDS)} runs", heads, cost),
            "training": table(f"{caption}, after {LAST} iterations", heads_of_training, rows),
        },
        "shares": {name: each.tolist() for name, each in found.items()},
        "trained": shares,
    }


def setups(seconds: float) -> record.Table:
    """The two trainings; the numbers of AlphaZero.jl are those of its tutorial, which gives two times an iteration."""
    heads = ["training", "parameters", "simulations of a full search", "hours on one core"]
    parameters = sum(each.numel() for each in network(SEEDS[0], LAST).parameters())
    rows = [
        ["ours", parameters, RECIPE.simulations, rounded(seconds / 3600), None, None],
        ["AlphaZero.jl", 1_600_000, 600, None, 15, 30],
    ]
    return table("What the training took", [*heads, "hours with a GPU, at least", "at most"], rows, digits=2)


PARTS = {
    "strength": strength,
    "long": long,
    "gumbel": gumbel,
    "training": training,
    "integers": integers,
}


def main() -> None:
    """Measure, print, write the records."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--out", type=Path, default=record.FOLDER)
    options = parser.parse_args()
    one_core.use(1)
    torch.set_num_threads(1)
    for part in options.parts:
        document = PARTS[part]()
        print(*(record.printed(each) for each in document["tables"].values()), sep="\n\n")
        print(record.write(f"connect_four_{part}", document, options.out).name)


if __name__ == "__main__":
    main()
