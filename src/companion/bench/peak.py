"""What the processor could do: the multiply-adds of a matrix product, which nothing but arithmetic slows down.

A network's evaluations a second against this say how much of the processor its forward pass uses.
"""

import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from companion.alphazero.inference import _has_bfloat16
from companion.alphazero.network import PolicyValueNet
from companion.alphazero.quantized import MOST_WEIGHT, has_integer_products
from companion.games.board import Board

SIDE = 1024


def multiply_adds(network: PolicyValueNet, board: Board) -> int:
    """In one evaluation, counted by torch from the layers' shapes; borders count as if they were inside."""
    device = next(network.parameters()).device
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        network(torch.zeros(1, 2, board.rows, board.columns, device=device))
    return int(counter.get_total_flops()) // 2


def product_multiply_adds_per_s(products: int = 25, integers: bool = False) -> float:
    """The fastest of a number of matrix products, in the precision in which frozen networks are evaluated."""
    product, left, right = _product_of_integers() if integers and has_integer_products() else _product()
    seconds = []
    for _ in range(products):
        begun = time.perf_counter()
        product(left, right)
        seconds.append(time.perf_counter() - begun)
    return SIDE**3 / min(seconds)


Product = tuple[Callable[[Tensor, Tensor], Tensor], Tensor, Tensor]


def _product() -> Product:
    precision = torch.bfloat16 if _has_bfloat16() else torch.float32
    left, right = torch.randn(2, SIDE, SIDE).to(precision)
    return torch.mm, left, right


def _product_of_integers() -> Product:
    left, right = torch.randint(-MOST_WEIGHT, MOST_WEIGHT + 1, (2, SIDE, SIDE), dtype=torch.int8)
    return torch._int_mm, left, right
