"""The game learned as language models learn to reason: games of the policy itself, and nothing is told but who won.

No search, no target for a move. A move's advantage is the game's outcome for whoever made it minus the value that the
network gave the position: REINFORCE with a learned baseline (Williams 1992, section 5; Mnih et al. 2016, section 4).
"""

import copy
from itertools import count
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float32, Int64
from torch import Tensor
from torch.nn import functional

from companion.alphazero.network import PolicyValueNet
from companion.alphazero.planes import to_planes
from companion.compiled import kernel
from companion.games import connect_four
from companion.games.board import CONNECT_THREE as BOARD
from companion.games.board import Board
from companion.lab.streams import Streams
from companion.one_shape.recipe import GameSettings, OutcomeSettings

Cells = Int64[np.ndarray, " n"]

COLUMNS = np.array([connect_four.column(BOARD, index) for index in range(BOARD.columns)])
"""The set of cells of each column."""

IMPOSSIBLE = -1e9
"""The logit of a move into a full column."""


class Played(NamedTuple):
    """Moves of finished games, as the player to move saw them."""

    mine: Cells
    stones: Cells
    column: Int64[np.ndarray, " n"]
    outcome: Float32[np.ndarray, " n"]  # for whoever moved: -1, 0 or 1


class After(NamedTuple):
    """Positions after one move each, seen by the other player."""

    mine: Cells
    stones: Cells
    won: Bool[np.ndarray, " n"]  # by whoever moved
    full: Bool[np.ndarray, " n"]  # no cell is left


@kernel
def fill_cells(
    board: Board,
    mine: Int64[np.ndarray, " n"],
    stones: Int64[np.ndarray, " n"],
    legal: Int64[np.ndarray, " n"],
    winning: Int64[np.ndarray, " n"],
) -> None:
    """Write the moves of each position, and those that win at once."""
    for i in range(len(mine)):
        position = connect_four.Position(mine[i], stones[i])
        legal[i] = connect_four.legal(board, position)
        winning[i] = connect_four.winning(board, position)


def cells_of(mine: Cells, stones: Cells) -> tuple[Cells, Cells]:
    """The moves of each position, and those that win at once, as sets of cells."""
    legal, winning = np.empty_like(mine), np.empty_like(mine)
    fill_cells(BOARD, mine, stones, legal, winning)
    return legal, winning


def open_columns(mine: Cells, stones: Cells) -> Bool[np.ndarray, "n columns"]:
    """Which columns take a stone."""
    return (cells_of(mine, stones)[0][:, None] & COLUMNS) != 0


def after(mine: Cells, stones: Cells, column: Int64[np.ndarray, " n"]) -> After:
    """Play a legal move in each position."""
    legal, winning = cells_of(mine, stones)
    cell = legal & COLUMNS[column]
    taken = stones | cell
    return After(mine ^ stones, taken, (winning & cell) != 0, taken == BOARD.cells)


def drawn_moves(
    network: PolicyValueNet, mine: Cells, stones: Cells, random: np.random.Generator
) -> Int64[np.ndarray, " n"]:
    """A legal move for each position, drawn from the network's policy."""
    with torch.inference_mode():
        logits = network(to_planes(BOARD, mine, stones)).logits.numpy()
    noisy = logits + random.gumbel(size=logits.shape)
    return np.where(open_columns(mine, stones), noisy, -np.inf).argmax(1)


def play_games(network: PolicyValueNet, games: int, opening: int, random: np.random.Generator) -> Played:
    """Games of the network against itself to their ends. Each begins with 0 to `opening` uniformly random moves, which
    are left out.
    """
    mine, stones = np.zeros(games, np.int64), np.zeros(games, np.int64)
    blind, game = random.integers(opening + 1, size=games), np.arange(games)
    outcomes = np.zeros((games, 2), np.float32)  # for whoever moves at even and at odd plies
    moves: list[tuple[np.ndarray, ...]] = []
    for ply in count():
        early = ply < blind[game]
        guess = np.where(open_columns(mine, stones), random.random((len(game), BOARD.columns)), -1).argmax(1)
        column = np.where(early, guess, drawn_moves(network, mine, stones, random))
        own = ~early
        moves.append((mine[own], stones[own], column[own], game[own], np.full(int(own.sum()), ply % 2)))
        mine, stones, won, full = after(mine, stones, column)
        outcomes[game[won], ply % 2], outcomes[game[won], 1 - ply % 2] = 1, -1
        on = ~(won | full)
        mine, stones, game = mine[on], stones[on], game[on]
        if len(game) == 0:
            break
    mine, stones, column, game, side = (np.concatenate(parts) for parts in zip(*moves, strict=True))
    return Played(mine, stones, column, outcomes[game, side])


def log_policy(logits: Tensor, possible: Tensor) -> Tensor:
    """Log-probabilities of the columns that take a stone."""
    return logits.masked_fill(~possible, IMPOSSIBLE).log_softmax(1)


def learn(
    network: PolicyValueNet,
    optimizer: torch.optim.Optimizer,
    played: Played,
    settings: OutcomeSettings,
    random: np.random.Generator,
) -> None:
    """One pass over the moves in an order at random.

    The games are those of the policy before the first step; later steps weigh a move by how much likelier it became.
    """
    planes = to_planes(BOARD, played.mine, played.stones)
    possible = torch.from_numpy(open_columns(played.mine, played.stones))
    column, outcome = torch.from_numpy(played.column)[:, None], torch.from_numpy(played.outcome)
    with torch.no_grad():
        before = network(planes)
        behavior = log_policy(before.logits, possible).gather(1, column)
        advantage = outcome - before.value
    for rows in torch.from_numpy(random.permutation(len(column))).split(settings.batch):
        prediction = network(planes[rows])
        found = log_policy(prediction.logits, possible[rows])
        ratio = (found.gather(1, column[rows]) - behavior[rows])[:, 0].exp()
        entropy = -(found.exp() * found).sum(1).mean()
        policy = -(advantage[rows] * ratio).mean() - settings.entropy * entropy
        optimizer.zero_grad()
        (policy + functional.mse_loss(prediction.value, outcome[rows])).backward()
        optimizer.step()


def rewarded(
    network: PolicyValueNet,
    moves: int,
    game: GameSettings,
    settings: OutcomeSettings,
    streams: Streams,
    *,
    shuffled: bool = False,
) -> PolicyValueNet:
    """A copy of the network that has learned from the outcomes of so many moves, or of a few more: games are played to
    their ends. `shuffled`: every move is told the outcome of another, as a control.
    """
    network = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(
        network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, foreach=True
    )
    network.requires_grad_(True).train()
    made = 0
    for step in count():
        if made >= moves:
            break
        random = streams.numpy(f"games {step}")
        played = play_games(network, settings.games, game.opening, random)
        if shuffled:
            played = played._replace(outcome=random.permutation(played.outcome))
        learn(network, optimizer, played, settings, random)
        made += len(played.column)
    return network.eval().requires_grad_(False)
