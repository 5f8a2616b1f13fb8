"""Many search trees in flat arrays, and one simulation in one of them: select, expand, back up.

A node is a record, the nodes of a tree are a row of one array, and nothing is allocated while searching. Each tree
has a Walk: where the simulation under way has been, and the leaf at which it waits for the network. The names follow
Silver et al. 2018; plain.py says the same for one tree.
"""

from typing import Any, NamedTuple

import numpy as np

from companion.compiled import kernel
from companion.games.board import Board
from companion.games.connect_four import Position, canonical, column, full, legal, play, threats
from companion.search.gumbel import choose_at_root
from companion.search.randomness import exponential
from companion.search.settings import Knobs

UNVISITED, DRAW, WIN = -1, -2, -3  # in place of a child: not seen yet, or how the game ended with this move
NOT_WAITING = -1

Record = Any  # numba works on one record of a structured array by attribute: node.prior[move]

ONE = np.float32(1)


class Trees(NamedTuple):
    """The trees of a batch of games; everything a search changes but the cache."""

    nodes: np.ndarray  # node records [games, capacity]
    walks: np.ndarray  # walk records [games]


def node_type(board: Board) -> np.dtype:
    """A position and, for each move from it: prior (-inf where illegal), visit count, total value, child."""
    return np.dtype(
        [
            ("mine", np.int64),
            ("stones", np.int64),
            ("prior", np.float32, board.columns),
            ("visit_counts", np.float32, board.columns),
            ("total_values", np.float32, board.columns),
            ("child", np.int32, board.columns),
            ("value", np.float32),
        ],
        align=True,
    )


def walk_type(board: Board) -> np.dtype:
    """A tree's root and budget, the path of the simulation under way, and the leaf it has reached."""
    return np.dtype(
        [
            ("root_mine", np.int64),
            ("root_stones", np.int64),
            ("key", np.int64),  # of this tree's random numbers
            ("mine", np.int64),  # the leaf
            ("stones", np.int64),
            ("size", np.int32),  # nodes in use
            ("simulations", np.int32),  # finished; -1 until the root itself is evaluated
            ("budget", np.int32),
            ("waits_for", np.int32),  # a row of the evaluator's batch, or NOT_WAITING
            ("depth", np.int32),
            ("path", np.int32, board.size),
            ("moves", np.int32, board.size),
            ("noise", np.float32),
        ],
        align=True,
    )


def new_trees(board: Board, games: int, simulations: int) -> Trees:
    """Room for this many simulations in each game."""
    return Trees(
        np.zeros((games, simulations + 1), node_type(board)),
        np.zeros(games, walk_type(board)).view(np.recarray),
    )


@kernel
def plant(walk: Record, root: Position, budget: int, noise: np.float32, key: int) -> None:
    """Begin a new tree at this root; what the old one held is forgotten."""
    walk.root_mine, walk.root_stones, walk.key = root.mine, root.stones, key
    walk.size, walk.simulations, walk.budget, walk.waits_for, walk.noise = 0, -1, budget, NOT_WAITING, noise


@kernel
def choose(board: Board, node: Record, knobs: Knobs) -> int:
    """The move with the highest PUCT score Q + c P sqrt(N) / (1 + n); among equals the leftmost."""
    total, explored = ONE, np.float32(0)
    for move in range(board.columns):
        visits = node.visit_counts[move]
        total += visits
        if visits > 0:
            explored += node.prior[move]
    unvisited = node.value - knobs.reduction * np.sqrt(explored)
    scale = knobs.c_puct * np.sqrt(total)
    best, best_score = 0, np.float32(-np.inf)
    for move in range(board.columns):
        visits = node.visit_counts[move]
        q = node.total_values[move] / visits if visits > 0 else unvisited
        score = q + scale * node.prior[move] / (ONE + visits)
        if score > best_score:
            best, best_score = move, score
    return best


@kernel
def outcome_after(board: Board, node: Record, cell: int) -> int:
    """WIN or DRAW where this stone ends the game, else UNVISITED."""
    if threats(board, node.mine, node.stones) & cell:
        return WIN
    after = play(Position(node.mine, node.stones), cell)
    return DRAW if full(board, after) else UNVISITED


@kernel
def select(board: Board, nodes: Any, walk: Record, knobs: Knobs, schedule: Any) -> int:
    """Walk down from the root by the best scores. Returns UNVISITED, the leaf being in the walk, or WIN or DRAW."""
    index, depth = 0, 0
    while True:
        node = nodes[index]
        if depth == 0 and knobs.considered > 0:
            move = choose_at_root(board, node, walk, knobs, schedule)
        else:
            move = choose(board, node, knobs)
        walk.path[depth], walk.moves[depth] = index, move
        depth += 1
        child = node.child[move]
        if child == UNVISITED:
            cell = legal(board, Position(node.mine, node.stones)) & column(board, move)
            child = outcome_after(board, node, cell)
            node.child[move] = child
            leaf = play(Position(node.mine, node.stones), cell)
            walk.mine, walk.stones = leaf.mine, leaf.stones
        if child < 0:
            walk.depth = depth
            return child
        index = child


@kernel
def back_up(nodes: Any, walk: Record, value: np.float32) -> None:
    """Add the value, for the player to move at the leaf, to every move on the path; signs alternate."""
    for depth in range(walk.depth - 1, -1, -1):
        value = -value
        node = nodes[walk.path[depth]]
        node.visit_counts[walk.moves[depth]] += ONE
        node.total_values[walk.moves[depth]] += value
    walk.simulations += 1


@kernel
def back_up_outcome(nodes: Any, walk: Record, child: int, blind: bool) -> None:
    """End a simulation at a finished game: the rules' word, or, blind, the parent's value in its place."""
    if blind:
        back_up(nodes, walk, -nodes[walk.path[walk.depth - 1]].value)
    else:
        back_up(nodes, walk, -ONE if child == WIN else np.float32(0))


@kernel
def expand(board: Board, nodes: Any, walk: Record, prior: Any, value: Any, flipped: bool) -> None:
    """Add the leaf as a node and back its value up. `flipped`: the prior is that of the mirror image."""
    node = nodes[walk.size]
    node.mine, node.stones, node.value = walk.mine, walk.stones, value
    moves = legal(board, Position(walk.mine, walk.stones))
    total = np.float32(1e-30)  # a prior of zeros stays zeros
    for move in range(board.columns):
        probability = prior[board.columns - 1 - move if flipped else move]
        allowed = moves & column(board, move) != 0
        node.prior[move] = probability if allowed else np.float32(-np.inf)
        total += probability if allowed else np.float32(0)
        node.visit_counts[move], node.total_values[move], node.child[move] = 0, 0, UNVISITED
    for move in range(board.columns):
        node.prior[move] /= total
    if walk.size == 0:
        walk.depth = 0
        add_noise(board, node, walk)
    else:
        nodes[walk.path[walk.depth - 1]].child[walk.moves[walk.depth - 1]] = walk.size
    walk.size += 1
    back_up(nodes, walk, value)


@kernel
def add_noise(board: Board, root: Record, walk: Record) -> None:
    """Mix Dirichlet(1) noise into the root's prior: independent exponentials, made to sum to one."""
    if walk.noise == 0:
        return
    total = 0.0
    for move in range(board.columns):
        if root.prior[move] >= 0:
            total += exponential(walk.key, move)
    for move in range(board.columns):
        if root.prior[move] >= 0:
            drawn = np.float32(exponential(walk.key, move) / total)
            root.prior[move] += walk.noise * (drawn - root.prior[move])


@kernel
def leaf_key(board: Board, walk: Record) -> tuple[int, bool]:
    """The canonical key of the leaf, and whether that is the mirror image's."""
    return canonical(board, Position(walk.mine, walk.stones))
