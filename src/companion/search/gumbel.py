"""Gumbel root selection: sample moves without replacement, then halve the field (Danihelka et al. 2022, "Policy
improvement by planning with Gumbel", sections 2 to 4 and appendix D).

With few simulations visit counts are a poor improved policy; this root gives one that improves in expectation at any
number. Only the root differs from PUCT.
"""

from typing import Any

import numpy as np
from jaxtyping import Float32, Int32

from companion.compiled import kernel
from companion.games.board import Board
from companion.search.randomness import gumbel
from companion.search.settings import Knobs

Record = Any

C_VISIT = np.float32(50)


def halving_schedule(considered: int, simulations: int) -> Int32[np.ndarray, "{considered}+1 {simulations}"]:
    """[m, t]: how often a move must have been visited to be a candidate at simulation t, when m moves are in the race.

    Sequential halving (Karnin, Koren and Somekh 2013): every round visits each move left equally often, then the
    worse half drops out. Row 0 is unused.
    """
    schedule = np.zeros((considered + 1, simulations), np.int32)
    for contestants in range(1, considered + 1):
        row: list[int] = []
        left, visited = contestants, 0
        rounds = max(1, int(np.ceil(np.log2(contestants))))
        while len(row) < simulations:
            for _ in range(max(1, simulations // (rounds * left))):
                row += [visited] * left
                visited += 1
            left = max(2, left // 2) if contestants > 1 else 1
        schedule[contestants] = row[:simulations]
    return schedule


@kernel
def improved_values(board: Board, node: Record, knobs: Knobs) -> Float32[np.ndarray, " columns"]:
    """logits + sigma(completed Q): the logits of the improved policy. -inf for illegal moves.

    Unvisited moves take the value of the root itself, estimated from its own value and the visited moves'
    (the paper's v_mix, appendix D).
    """
    visits, likely, weighted, most = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
    for move in range(board.columns):
        if node.visit_counts[move] > 0:
            visits += node.visit_counts[move]
            likely += node.prior[move]
            weighted += node.prior[move] * node.total_values[move] / node.visit_counts[move]
            most = max(most, node.visit_counts[move])
    mixed = node.value
    if visits > 0 and likely > 0:
        mixed = (node.value + visits * weighted / likely) / (np.float32(1) + visits)
    improved = np.empty(board.columns, np.float32)
    for move in range(board.columns):
        q = node.total_values[move] / node.visit_counts[move] if node.visit_counts[move] > 0 else mixed
        prior = node.prior[move]
        logit = np.log(max(prior, np.float32(1e-12))) if prior >= 0 else np.float32(-np.inf)
        improved[move] = logit + (C_VISIT + most) * knobs.value_scale * q
    return improved


@kernel
def choose_at_root(board: Board, root: Record, walk: Record, knobs: Knobs, schedule: Any) -> int:
    """The best candidate by gumbel + logits + sigma(q) among those visited as often as the schedule asks."""
    contestants = 0
    for move in range(board.columns):
        contestants += root.prior[move] >= 0
    wanted = schedule[min(contestants, knobs.considered), walk.simulations]
    return best_candidate(board, root, walk, knobs, wanted)


@kernel
def best_candidate(board: Board, root: Record, walk: Record, knobs: Knobs, wanted: int) -> int:
    """The move to play in the end, when `wanted` is the largest visit count."""
    improved = improved_values(board, root, knobs)
    best, best_score = -1, -np.inf
    for move in range(board.columns):
        score = improved[move] + gumbel(walk.key, board.columns + move)
        if root.visit_counts[move] == wanted and score > best_score:
            best, best_score = move, score
    return best


@kernel
def improved_policy(
    board: Board, root: Record, knobs: Knobs, policy: Float32[np.ndarray, " columns"]
) -> None:
    """Write softmax(logits + sigma(completed Q)) into `policy`: what the network should learn."""
    improved = improved_values(board, root, knobs)
    policy[:] = np.exp(improved - improved.max())
    policy /= policy.sum()
