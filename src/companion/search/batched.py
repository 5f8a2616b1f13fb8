"""Search in many games at once. Each game advances until it needs the network; then all their leaves go in one batch.

Finished games, cached positions and positions that several games ask for at once cost no network time. The order of
games and the number of threads cannot change a result: random numbers are keyed, and games share nothing but
evaluations.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float32, Int32, Int64

from companion.compiled import kernel
from companion.games.board import Board
from companion.games.connect_four import Position, canonical, mirror
from companion.games.notation import require_unfinished
from companion.search.cache import READY, entry, forget, new_cache
from companion.search.evaluator import Evaluate, Evaluation, is_sound
from companion.search.gumbel import best_candidate, halving_schedule, improved_policy
from companion.search.randomness import key_of
from companion.search.settings import Knobs, SearchSettings
from companion.search.trees import (
    NOT_WAITING,
    UNVISITED,
    Trees,
    back_up_outcome,
    expand,
    leaf_key,
    new_trees,
    plant,
    select,
)


class SearchResult(NamedTuple):
    """What the search found out about the n roots."""

    prior: Float32[np.ndarray, "n columns"]  # as searched: legal moves only, noise included
    value: Float32[np.ndarray, " n"]  # the evaluator's word on the root itself
    visit_counts: Int32[np.ndarray, "n columns"]
    q: Float32[np.ndarray, "n columns"]  # mean value found below each move; nan where unvisited
    policy: Float32[np.ndarray, "n columns"]  # the improved policy: visit shares, or Gumbel's
    best: Int64[np.ndarray, " n"]  # the move to play
    evaluations: (
        int  # positions the evaluator was asked about, so far; threads share nothing, and ask for more
    )


class Batch(NamedTuple):
    """Leaves on their way to the evaluator, in canonical form."""

    mine: Int64[np.ndarray, " games"]
    stones: Int64[np.ndarray, " games"]


@kernel
def advance(board: Board, nodes: Any, walk: Any, cache: Any, knobs: Knobs, schedule: Any) -> bool:
    """Simulate until the budget is spent (False) or a leaf needs the network (True)."""
    while walk.simulations < walk.budget:
        if walk.size == 0:
            walk.mine, walk.stones = walk.root_mine, walk.root_stones
        else:
            child = select(board, nodes, walk, knobs, schedule)
            if child != UNVISITED:
                back_up_outcome(nodes, walk, child, knobs.blind)
                continue
        key, flipped = leaf_key(board, walk)
        known = entry(cache, key)
        if known.key != key or known.row != READY:
            return True
        expand(board, nodes, walk, known.prior, known.value, flipped)
    return False


@kernel
def enqueue(board: Board, walk: Any, cache: Any, batch: Batch, rows: int) -> int:
    """Put a leaf in the batch, or share the row of another game that asks for it too. Returns the rows in use."""
    key, flipped = leaf_key(board, walk)
    known = entry(cache, key)
    if known.key == key and known.row != READY:
        walk.waits_for = known.row
        return rows
    known.key, known.row = key, rows
    walk.waits_for = rows
    leaf = canonical_leaf(board, walk, flipped)
    batch.mine[rows], batch.stones[rows] = leaf.mine, leaf.stones
    return rows + 1


@kernel
def canonical_leaf(board: Board, walk: Any, flipped: bool) -> Position:
    """The leaf, or its mirror image if that has the smaller key."""
    leaf = Position(walk.mine, walk.stones)
    return mirror(board, leaf) if flipped else leaf


@kernel
def gather(board: Board, trees: Trees, cache: Any, batch: Batch, knobs: Knobs, schedule: Any) -> int:
    """Advance every game as far as it goes without the network; returns the number of leaves to evaluate."""
    rows = 0
    for game in range(len(trees.walks)):
        walk = trees.walks[game]
        if advance(board, trees.nodes[game], walk, cache, knobs, schedule):
            rows = enqueue(board, walk, cache, batch, rows)
    return rows


@kernel
def scatter(board: Board, trees: Trees, cache: Any, batch: Batch, evaluation: Evaluation, rows: int) -> None:
    """Store the evaluations, and expand every waiting leaf with its own. Raises ValueError unless all are sound."""
    for row in range(rows):
        if not is_sound(evaluation.prior[row], evaluation.value[row]):
            raise ValueError("the evaluator returned a negative probability, or a number that is not finite")
        known = entry(cache, canonical(board, Position(batch.mine[row], batch.stones[row]))[0])
        if known.row == row:  # else another position has taken the slot in the same batch
            known.row, known.value = READY, evaluation.value[row]
            for move in range(board.columns):
                known.prior[move] = evaluation.prior[row, move]
    for game in range(len(trees.walks)):
        walk = trees.walks[game]
        row = walk.waits_for
        if row != NOT_WAITING:
            walk.waits_for = NOT_WAITING
            _, flipped = leaf_key(board, walk)
            expand(board, trees.nodes[game], walk, evaluation.prior[row], evaluation.value[row], flipped)


def evaluate_leaves(
    board: Board, trees: Trees, cache: np.ndarray, evaluate: Evaluate, search: SearchSettings
) -> int:
    """Search in every tree until its budget is spent; returns how many positions the evaluator was asked about."""
    games = len(trees.walks)
    batch = Batch(np.zeros(games, np.int64), np.zeros(games, np.int64))
    schedule = halving_schedule(search.considered, int(trees.walks["budget"].max(initial=1)))
    asked = 0
    while rows := gather(board, trees, cache, batch, search.knobs, schedule):
        try:
            evaluation = evaluate(batch.mine[:rows], batch.stones[:rows])
            scatter(board, trees, cache, batch, evaluation, rows)
        except BaseException:
            forget(cache)  # entries are pending for an answer that will not come
            raise
        asked += rows
    return asked


@kernel
def plant_all(trees: Trees, mine: Any, stones: Any, noise: Any, seed: int, first: int) -> None:
    """A new tree for each position; game number `first + i` keys the randomness of the i-th."""
    for game in range(len(mine)):
        plant(trees.walks[game], Position(mine[game], stones[game]), 0, noise, key_of(seed, first + game, 0))


@kernel
def read_roots(board: Board, trees: Trees, knobs: Knobs, policy: Any, best: Any) -> None:
    """The improved policy of each root and the move to play."""
    for game in range(len(trees.walks)):
        root = trees.nodes[game, 0]
        read_root(board, root, trees.walks[game], knobs, policy[game])
        best[game] = move_to_play(board, root, trees.walks[game], knobs)


@kernel
def read_root(board: Board, root: Any, walk: Any, knobs: Knobs, policy: Any) -> None:
    """What the network should learn: shares of the visits, or Gumbel's improved policy. Without a visit, the prior."""
    visits = root.visit_counts.sum()
    if knobs.considered > 0:
        improved_policy(board, root, knobs, policy)
    elif visits > 0:
        policy[:] = root.visit_counts / visits
    else:
        policy[:] = np.maximum(root.prior, np.float32(0))


@kernel
def move_to_play(board: Board, root: Any, walk: Any, knobs: Knobs) -> int:
    """The most visited move; with Gumbel, the best of the most visited. Before any visit, the likeliest a priori."""
    most = root.visit_counts.max()
    if knobs.considered > 0:
        return best_candidate(board, root, walk, knobs, most)
    return root.visit_counts.argmax() if most > 0 else root.prior.argmax()


def anytime(
    board: Board,
    mine: Int64[np.ndarray, " n"],
    stones: Int64[np.ndarray, " n"],
    evaluate: Evaluate,
    budgets: Sequence[int],
    settings: SearchSettings = SearchSettings(),  # noqa: B008  frozen
    seed: int = 0,
    cache: np.ndarray | None = None,
    first: int = 0,
) -> list[SearchResult]:
    """Search n positions and report at each of the budgets, numbers of simulations in rising order.

    The evaluator fixes what a cache holds: pass one on only together with its evaluator. Raises ValueError where a
    game is over, or budgets do not rise, or Gumbel selection is asked to report on the way (its plan needs the end).
    """
    if list(budgets) != sorted(set(budgets)) or not budgets or budgets[0] < 0:
        raise ValueError(f"budgets must be numbers of simulations in rising order, not {list(budgets)}")
    if settings.considered and len(budgets) > 1:
        raise ValueError("Gumbel selection plans for one budget: ask for one at a time")
    for position in zip(mine, stones, strict=True):
        require_unfinished(board, Position(*position))
    trees = new_trees(board, len(mine), budgets[-1])
    cache = new_cache(board) if cache is None else cache
    plant_all(trees, mine, stones, settings.knobs.noise, seed, first)
    results, asked = [], 0
    for budget in budgets:
        trees.walks["budget"] = budget
        asked += evaluate_leaves(board, trees, cache, evaluate, settings)
        results.append(_result(board, trees, settings, asked))
    return results


def search(
    board: Board,
    mine: Int64[np.ndarray, " n"],
    stones: Int64[np.ndarray, " n"],
    evaluate: Evaluate,
    simulations: int,
    settings: SearchSettings = SearchSettings(),  # noqa: B008  frozen
    seed: int = 0,
    threads: int = 1,
) -> SearchResult:
    """Search n positions with this many simulations each; see `anytime`. Each thread takes a share of the positions."""
    shares = np.array_split(np.arange(len(mine)), min(threads, max(1, len(mine))))

    def search_share(share: Int64[np.ndarray, " m"]) -> SearchResult:
        first = int(share[0]) if len(share) else 0
        positions = mine[share], stones[share]
        return anytime(board, *positions, evaluate, [simulations], settings, seed, None, first)[0]

    if len(shares) == 1:
        return search_share(shares[0])
    with ThreadPoolExecutor(len(shares)) as pool:
        parts = list(pool.map(search_share, shares))
    *arrays, asked = zip(*parts, strict=True)
    return SearchResult._make([*map(np.concatenate, arrays), sum(asked)])


def _result(board: Board, trees: Trees, settings: SearchSettings, asked: int) -> SearchResult:
    roots = trees.nodes[:, 0]
    policy, best = np.zeros_like(roots["prior"]), np.zeros(len(roots), np.int64)
    read_roots(board, trees, settings.knobs, policy, best)
    visits = roots["visit_counts"]
    with np.errstate(invalid="ignore"):
        q = roots["total_values"] / visits
    prior, value = np.maximum(roots["prior"], 0), roots["value"].copy()
    return SearchResult(prior, value, visits.astype(np.int32), q, policy, best, asked)
