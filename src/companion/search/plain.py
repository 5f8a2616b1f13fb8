"""Monte Carlo tree search as a reader can hold it in the head: one tree, one leaf at a time.

Each simulation walks from the root to a position not seen before, asks for its prior and value, and carries the value
back along the path (Silver et al. 2018, "A general reinforcement learning algorithm ...", supplement, "Search").
batched.py does the same for many games at once; a test binds the two, to the last bit of the visit counts.
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float32

from companion.games.board import Board
from companion.games.connect_four import Position, column, full, has_line, legal, play
from companion.games.notation import legal_columns, require_unfinished
from companion.search.evaluator import Evaluate
from companion.search.settings import SearchSettings


@dataclass
class Node:
    """A position with what the search knows of its moves. Values are for the player to move here."""

    position: Position
    prior: Float32[np.ndarray, " columns"]  # zero for illegal moves; sums to one
    value: np.float32  # what the evaluator said
    legal: np.ndarray
    visit_counts: Float32[np.ndarray, " columns"]
    total_values: Float32[np.ndarray, " columns"]
    children: dict[int, "Node"] = field(default_factory=dict)


def expand(board: Board, position: Position, evaluate: Evaluate) -> Node:
    """A new node: ask the evaluator once, leave illegal moves out."""
    prior, value = evaluate(np.array([position.mine]), np.array([position.stones]))
    allowed = legal_columns(board, position)
    masked = np.where(allowed, prior[0], np.float32(0))
    total = np.float32(1e-30)  # a prior of zeros stays zeros
    for probability in masked:  # in order, as the batched search adds them
        total += probability
    zeros = np.zeros(board.columns, np.float32)
    return Node(position, masked / total, value[0], allowed, zeros.copy(), zeros.copy())


def puct_scores(node: Node, settings: SearchSettings) -> Float32[np.ndarray, " columns"]:
    """Q + U for each move: the mean value found so far, and a bonus for moves likely a priori and little visited."""
    visits = node.visit_counts
    visited = visits > 0
    explored = np.float32(0)
    for move in np.flatnonzero(visited):
        explored += node.prior[move]
    unvisited_value = node.value - np.float32(settings.reduction) * np.sqrt(explored)
    q = np.where(visited, node.total_values / np.maximum(visits, 1), unvisited_value)
    u = np.float32(settings.c_puct) * np.sqrt(1 + visits.sum()) * node.prior / (1 + visits)
    return np.where(node.legal, q + u, -np.inf).astype(np.float32)


def simulate(board: Board, node: Node, evaluate: Evaluate, settings: SearchSettings) -> np.float32:
    """One simulation below this node; returns the value it found, for the player to move here."""
    move = int(puct_scores(node, settings).argmax())
    if move in node.children:
        value = -simulate(board, node.children[move], evaluate, settings)
    else:
        cell = legal(board, node.position) & column(board, move)
        after = play(node.position, cell)
        won = has_line(board, after.mine ^ after.stones)
        if won or full(board, after):
            value = node.value if settings.blind else np.float32(won)
        else:
            node.children[move] = expand(board, after, evaluate)
            value = -node.children[move].value
    node.visit_counts[move] += 1
    node.total_values[move] += value
    return value


def search(
    board: Board,
    position: Position,
    evaluate: Evaluate,
    simulations: int,
    settings: SearchSettings = SearchSettings(),  # noqa: B008  frozen
) -> Node:
    """The root after this many simulations; its visit counts, made to sum to one, are the improved policy.

    Raises ValueError where the game is over. Root noise and Gumbel selection are options of the batched search alone.
    """
    require_unfinished(board, position)
    root = expand(board, position, evaluate)
    for _ in range(simulations):
        simulate(board, root, evaluate, settings)
    return root
