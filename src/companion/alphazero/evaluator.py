"""The network in the search's hole."""

import numpy as np
import torch
from jaxtyping import Int64

from companion.alphazero.inference import Forward, frozen
from companion.alphazero.network import PolicyValueNet
from companion.alphazero.planes import to_planes
from companion.games.board import Board
from companion.search.evaluator import Evaluate, Evaluation

SMALLEST = 1e-6
"""No move's prior is less, so that a search can always find its way to it."""


def network_evaluator(board: Board, network: PolicyValueNet) -> Evaluate:
    """Evaluates with a frozen copy of the network, on the network's device: later learning does not change it."""
    return evaluator_of(board, frozen(network))


def evaluator_of(board: Board, forward: Forward) -> Evaluate:
    """Evaluates with this forward pass."""

    @torch.inference_mode()
    def evaluate(mine: Int64[np.ndarray, " n"], stones: Int64[np.ndarray, " n"]) -> Evaluation:
        logits, value = forward(to_planes(board, mine, stones))
        prior = logits.softmax(1).clamp_min(SMALLEST)
        return Evaluation(prior.cpu().numpy(), value.cpu().numpy())

    return evaluate
