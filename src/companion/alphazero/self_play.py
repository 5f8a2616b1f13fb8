"""Many games against oneself, each move found by a search (Silver et al. 2017, methods, "Self-play").

Most moves are found by a quick search and only played; a random share is searched in full, with noise at the root, and
kept to learn from (playout cap randomization, Wu 2019, section 3.1). Games go on from one call to the next.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from companion.alphazero.replay import Replay
from companion.compiled import kernel
from companion.games.board import Board
from companion.games.connect_four import EMPTY, Position, column, full, legal, play, ply, winning
from companion.games.instructions import popcount
from companion.search.batched import Batch, advance, enqueue, move_to_play, read_root, scatter
from companion.search.cache import new_cache
from companion.search.evaluator import Evaluate
from companion.search.gumbel import halving_schedule
from companion.search.randomness import key_of, uniform
from companion.search.settings import Knobs, SearchSettings
from companion.search.trees import Trees, new_trees, plant

IS_FULL, MOVE, OPENING = (
    101,
    102,
    103,
)  # which of a ply's random numbers decides what; the search uses those below

Record = Any


class PlayKnobs(NamedTuple):
    """The settings of self-play as kernels take them."""

    simulations: int
    quick_simulations: int
    full_share: float
    noise: np.float32
    sampled_plies: int
    random_opening: int
    seed: int


@dataclass(frozen=True)
class SelfPlaySettings:
    """How the games are played."""

    games: int = 256
    """Games at a time."""
    simulations: int = 64
    """In a full search; without any, the prior is both player and target."""
    quick_simulations: int = 16
    full_share: float = 0.25
    noise: float = 0.25
    """Share of Dirichlet noise at the root of a full search."""
    sampled_plies: int = 14
    """Up to this ply moves are drawn from the search's policy; later its best move is played."""
    random_opening: int = 0
    """A game starts with 0 to this many uniformly random moves, which are not learned from."""

    def __post_init__(self) -> None:
        if not 0 < self.full_share <= 1 or not 0 <= self.noise < 1:
            raise ValueError("full_share lies above 0 and up to 1, noise from 0 to below 1")
        if self.games < 1 or min(self.simulations, self.quick_simulations) < 0:
            raise ValueError("there must be at least 1 game, and no negative number of simulations")
        if min(self.sampled_plies, self.random_opening) < 0:
            raise ValueError("sampled_plies and random_opening are numbers of plies, not negative")

    def knobs(self, seed: int) -> PlayKnobs:
        """For the kernels; the seed keys everything random in the games."""
        noise = np.float32(self.noise)
        return PlayKnobs(
            self.simulations,
            self.quick_simulations,
            self.full_share,
            noise,
            self.sampled_plies,
            self.random_opening,
            seed,
        )


class Tally(NamedTuple):
    """What a stretch of self-play produced and took."""

    games: int  # finished
    moves: int
    simulations: int
    evaluations: int  # positions the network was asked about


def game_type(board: Board) -> np.dtype:
    """A game under way: its position and number, and where its positions lie in the replay."""
    return np.dtype(
        [
            ("mine", np.int64),
            ("stones", np.int64),
            ("number", np.int64),
            ("kept", np.int64),  # positions kept so far; their numbers in the replay follow
            ("places", np.int64, board.size),
            ("full", np.int64),  # whether the search under way is a full one
        ]
    )


@kernel
def begin_game(board: Board, game: Record, number: int, knobs: PlayKnobs) -> None:
    """The empty board, or a short random opening from it that neither wins nor fills the board."""
    key = key_of(knobs.seed, number, board.size)
    position = EMPTY
    plies = min(int(uniform(key, OPENING) * (knobs.random_opening + 1)), board.size - 1)
    for draw in range(plies):
        moves = legal(board, position)
        for _ in range(int(uniform(key, draw) * popcount(moves))):
            moves &= moves - 1
        if moves & -moves & winning(board, position):
            break
        position = play(position, moves & -moves)
    game.mine, game.stones, game.number, game.kept = position.mine, position.stones, number, 0


@kernel
def begin_move(game: Record, walk: Record, knobs: PlayKnobs) -> None:
    """Decide whether this move is searched in full or quickly, and plant its tree."""
    position = Position(game.mine, game.stones)
    key = key_of(knobs.seed, game.number, ply(position))
    game.full = uniform(key, IS_FULL) < knobs.full_share
    if game.full:
        plant(walk, position, knobs.simulations, knobs.noise, key)
    else:
        plant(walk, position, knobs.quick_simulations, np.float32(0), key)


@kernel
def drawn_move(board: Board, policy: Any, number: float) -> int:
    """The column where the running sum of the policy passes a uniform random number."""
    passed = 0.0
    for move in range(board.columns):
        passed += policy[move]
        if policy[move] > 0:
            chosen = move
            if number < passed:
                break
    return chosen


@kernel
def keep(board: Board, replay: Replay, game: Record, root: Record, policy: Any) -> None:
    """Write the position into the replay; the outcome follows when the game is over."""
    place = replay.written[0]
    replay.written[0] += 1
    sample = replay.samples[place % len(replay.samples)]
    sample.mine, sample.stones, sample.outcome = game.mine, game.stones, np.nan
    visits = root.visit_counts.sum()
    sample.search_value = root.total_values.sum() / visits if visits > 0 else root.value
    for move in range(board.columns):
        sample.policy[move] = policy[move]
    game.places[game.kept] = place
    game.kept += 1


@kernel
def record_outcome(replay: Replay, game: Record, winner: int) -> None:
    """Give the game's outcome to its positions. `winner`: parity of the plies at which the winner moved; -1: a draw."""
    for index in range(game.kept):
        place = game.places[index]
        if place < replay.written[0] - len(replay.samples):
            continue  # a newer position has taken its row
        sample = replay.samples[place % len(replay.samples)]
        if winner < 0:
            sample.outcome = 0
        else:
            sample.outcome = 1 if popcount(sample.stones) & 1 == winner else -1


@kernel
def finish_move(
    board: Board, game: Record, root: Record, walk: Record, replay: Replay, search: Knobs, knobs: PlayKnobs
) -> bool:
    """Keep the position if it was searched in full, play the move; True, and a new outcome, where it ends the game."""
    position = Position(game.mine, game.stones)
    now = ply(position)
    policy = np.empty(board.columns, np.float32)
    read_root(board, root, walk, search, policy)
    if game.full:
        keep(board, replay, game, root, policy)
    move = move_to_play(board, root, walk, search)
    if now < knobs.sampled_plies and search.considered == 0:
        move = drawn_move(board, policy, uniform(walk.key, MOVE))
    cell = legal(board, position) & column(board, move)
    after = play(position, cell)
    game.mine, game.stones = after.mine, after.stones
    won = winning(board, position) & cell != 0
    if won or full(board, after):
        record_outcome(replay, game, now & 1 if won else -1)
        return True
    return False


@kernel
def gather_moves(
    board: Board,
    games: Any,
    trees: Trees,
    replay: Replay,
    cache: Any,
    batch: Batch,
    schedule: Any,
    counts: Any,
    goal: int,
    search: Knobs,
    knobs: PlayKnobs,
) -> int:
    """Play every game on until it needs the network, or `goal` positions have been kept in all.

    Returns the number of leaves to evaluate.
    counts: games finished in this call and moves and simulations made, and the number of the next new game.
    """
    rows = 0
    for index in range(len(games)):
        game, walk, nodes = games[index], trees.walks[index], trees.nodes[index]
        while not advance(board, nodes, walk, cache, search, schedule):
            counts[1] += 1
            counts[2] += walk.simulations
            if finish_move(board, game, nodes[0], walk, replay, search, knobs):
                counts[0] += 1
                begin_game(board, game, counts[3], knobs)
                counts[3] += 1
            begin_move(game, walk, knobs)
            if replay.written[0] >= goal:  # where all is cached, games would go on for ever
                return rows
        rows = enqueue(board, walk, cache, batch, rows)
    return rows


@kernel
def begin_games(board: Board, games: Any, knobs: PlayKnobs) -> None:
    """Games number 0, 1, ..."""
    for index in range(len(games)):
        begin_game(board, games[index], index, knobs)


@kernel
def begin_moves(games: Any, trees: Trees, knobs: PlayKnobs) -> None:
    """Search anew in every game: a search under way belongs to an older network."""
    for index in range(len(games)):
        begin_move(games[index], trees.walks[index], knobs)


def new_games(board: Board, settings: SelfPlaySettings, seed: int) -> np.ndarray:
    """Game records at their openings."""
    games = np.zeros(settings.games, game_type(board))
    begin_games(board, games, settings.knobs(seed))
    return games


def self_play(
    board: Board,
    games: np.ndarray,
    replay: Replay,
    evaluate: Evaluate,
    positions: int,
    settings: SelfPlaySettings,
    search: SearchSettings,
    seed: int,
) -> Tally:
    """Play until this many more positions lie in the replay. The games go on where an earlier call left them."""
    if search.considered and settings.quick_simulations != settings.simulations:
        raise ValueError("Gumbel selection plans for one budget: set quick_simulations to simulations")
    trees, cache = (
        new_trees(board, settings.games, max(settings.simulations, settings.quick_simulations)),
        new_cache(board),
    )
    batch = Batch(np.zeros(settings.games, np.int64), np.zeros(settings.games, np.int64))
    schedule = halving_schedule(search.considered, settings.simulations)
    knobs = settings.knobs(seed)
    counts = np.array([0, 0, 0, games["number"].max() + 1])
    begin_moves(games, trees, knobs)
    goal, asked = int(replay.written[0]) + positions, 0
    while True:
        rows = gather_moves(
            board, games, trees, replay, cache, batch, schedule, counts, goal, search.knobs, knobs
        )
        if replay.written[0] >= goal:
            return Tally(int(counts[0]), int(counts[1]), int(counts[2]), asked)
        scatter(board, trees, cache, batch, evaluate(batch.mine[:rows], batch.stones[:rows]), rows)
        asked += rows
