"""What the rules say of recorded games, by tests/games/columns.py; and networks and games that are quick to make."""

import itertools
from collections import Counter
from collections.abc import Iterator

import numpy as np
import torch

from companion.alphazero.network import NetworkSettings, PolicyValueNet, Prediction, new_network
from companion.alphazero.replay import Replay, new_replay
from companion.alphazero.self_play import SelfPlaySettings, Tally, new_games, self_play
from companion.games.board import Board
from companion.search.evaluator import Evaluate
from companion.search.settings import SearchSettings
from tests.games.columns import State, as_position, dropped, open_columns, over, winner
from tests.search.positions import arbitrary

PARTS = ("stem.bias", "blocks.1.first.weight", "blocks.2.second.bias", "squeeze.bias")
"""Parts of a network of three blocks, one of each kind."""


def awake(board: Board, settings: NetworkSettings, seed: int) -> PolicyValueNet:
    """A network without a zero among its weights: no block is silent, no bias idle."""
    network = new_network(board, settings, seed)
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            size = (2 / parameter[0].numel()) ** 0.5 if parameter.ndim > 1 else 0.4
            parameter.copy_(size * torch.randn(parameter.shape, generator=random))
    return network


def boards_full_of_stones(board: Board, count: int) -> torch.Tensor:
    """Planes in channels-last layout, as planes.py makes them."""
    random = np.random.default_rng(count)
    marks = random.integers(0, 3, (count, board.rows, board.columns, 1))
    return torch.from_numpy((marks == [0, 1]).astype(np.float32)).permute(0, 3, 1, 2)


def apart(one: Prediction, other: Prediction) -> float:
    """The largest difference of two logits or values; the tanh makes no difference larger."""
    return max(float((a - b).abs().max()) for a, b in zip(one, other, strict=True))


def step(network: PolicyValueNet, planes: torch.Tensor) -> None:
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.1)
    sum(part.sum() for part in network(planes)).backward()
    optimizer.step()


def played(
    board: Board,
    settings: SelfPlaySettings,
    positions: int,
    seed: int = 0,
    evaluate: Evaluate | None = None,
    search: SearchSettings = SearchSettings(),  # noqa: B008  frozen
    capacity: int | None = None,
) -> tuple[Replay, Tally]:
    """Self-play from the first game on."""
    replay = new_replay(board, capacity or positions)
    games = new_games(board, settings, seed)
    evaluate = arbitrary(board) if evaluate is None else evaluate
    return replay, self_play(board, games, replay, evaluate, positions, settings, search, seed)


def state_of(board: Board, mine: int, stones: int) -> State:
    """The columns of a position; a floating stone, a sentinel or a wrong number of stones is an assertion."""
    mark = "xo"[stones.bit_count() % 2]
    other = "ox"[stones.bit_count() % 2]
    columns = []
    for index in range(board.columns):
        bits = [index * (board.rows + 1) + row for row in range(board.rows + 1)]
        taken = [bool(stones >> bit & 1) for bit in bits]
        assert taken == sorted(taken, reverse=True)
        assert not taken[-1]
        columns.append("".join(mark if mine >> bit & 1 else other for bit in bits if stones >> bit & 1))
    state = tuple(columns)
    assert "".join(state).count("x") - "".join(state).count("o") == stones.bit_count() % 2
    assert as_position(board, state) == (mine, stones)
    return state


def games_of(samples: np.ndarray) -> list[np.ndarray]:
    """The games of one board played game after game: a new one begins where there are no more stones than before."""
    plies = np.bitwise_count(samples["stones"]).astype(int)
    return np.split(samples, np.flatnonzero(np.diff(plies) <= 0) + 1)


def moves_of(board: Board, game: np.ndarray) -> Iterator[tuple[np.void, int]]:
    """Each position of a game with the move that leads to the next; that there is one is asserted."""
    for before, after in itertools.pairwise(game):
        state = state_of(board, int(before["mine"]), int(before["stones"]))
        assert not over(board, state)
        there = (int(after["mine"]), int(after["stones"]))
        (move,) = (i for i in open_columns(board, state) if as_position(board, dropped(state, i)) == there)
        yield before, move


def endings(board: Board, sample: np.void) -> set[int]:
    """How a game can end with the next stone, for the player who places it."""
    state = state_of(board, int(sample["mine"]), int(sample["stones"]))
    after = [dropped(state, index) for index in open_columns(board, state)]
    return {int(winner(board, there) is not None) for there in after if over(board, there)}


def counted(samples: np.ndarray) -> Counter[bytes]:
    """How often each finished sample occurs, to the last bit."""
    finished = samples[~np.isnan(samples["outcome"])]
    parts = [finished[name] for name in finished.dtype.names]
    return Counter(b"".join(part.tobytes() for part in sample) for sample in zip(*parts, strict=True))
