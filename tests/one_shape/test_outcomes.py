"""Games without search, checked move by move against the rules on columns; and that reward moves the policy."""

import numpy as np
import pytest
import torch

from companion.alphazero.network import NetworkSettings, PolicyValueNet
from companion.alphazero.planes import to_planes
from companion.lab.streams import Streams
from companion.one_shape import outcomes
from companion.one_shape.game import BOARD
from companion.one_shape.outcomes import Played, after, drawn_moves, learn, open_columns, play_games
from companion.one_shape.recipe import GameSettings, OutcomeSettings
from tests.alphazero.referee import awake
from tests.games import columns
from tests.games.columns import as_position, dropped, random_states, to_move, winner


def network(seed: int = 0) -> PolicyValueNet:
    return awake(BOARD, NetworkSettings(4, 1, 16), seed)


def some_states() -> list[columns.State]:
    return [state for plies in (0, 1, 4, 7, 10, 13) for state, _ in random_states(BOARD, plies, 20, 3)]


def test_moves_by_the_rules_on_columns() -> None:
    states = some_states()
    mine, stones = np.array([as_position(BOARD, state) for state in states], np.int64).T
    possible = open_columns(mine, stones)
    for state, row in zip(states, possible, strict=True):
        assert np.flatnonzero(row).tolist() == columns.open_columns(BOARD, state)
    for column in range(BOARD.columns):
        there = possible[:, column]
        found = after(mine[there], stones[there], np.full(there.sum(), column))
        for k, i in enumerate(np.flatnonzero(there)):
            state = dropped(states[i], column)
            assert (found.mine[k], found.stones[k]) == as_position(BOARD, state)
            assert bool(found.won[k]) == (winner(BOARD, state) == to_move(states[i]))
            assert bool(found.full[k]) == (not columns.open_columns(BOARD, state))


def test_a_drawn_move_follows_the_policy() -> None:
    teacher = network()
    state = random_states(BOARD, 13, 1, 5)
    (_, position), *_ = state
    mine, stones = (np.full(20_000, number, np.int64) for number in position)
    moves = drawn_moves(teacher, mine, stones, np.random.default_rng(0))
    with torch.no_grad():
        logits = teacher(to_planes(BOARD, mine[:1], stones[:1])).logits[0].double()
    possible = torch.from_numpy(open_columns(mine[:1], stones[:1])[0])
    wanted = torch.where(possible, logits.exp(), 0.0)
    shares = np.bincount(moves, minlength=BOARD.columns) / len(moves)
    assert shares == pytest.approx((wanted / wanted.sum()).numpy(), abs=0.015)


def states_of(played: Played) -> list[tuple[columns.State, int, float]]:
    """Every kept move as a state, its column and its outcome."""
    found = []
    for mine, stones, column, outcome in zip(*played, strict=True):
        state = []
        for c in range(BOARD.columns):
            bits = [c * BOARD.height + row for row in range(BOARD.rows)]
            held = [("m" if mine >> bit & 1 else "t") for bit in bits if stones >> bit & 1]
            state.append("".join(held))
        mover = "xo"[sum(map(len, state)) % 2]
        other = "ox"["xo".index(mover)]
        named = tuple(text.replace("m", mover).replace("t", other) for text in state)
        found.append((named, int(column), float(outcome)))
    return found


@pytest.mark.parametrize("opening", [0, 6])
def test_games_are_played_to_their_ends_and_everybody_is_told_how_they_ended(opening: int) -> None:
    moves = states_of(play_games(network(), 30, opening, np.random.default_rng(1)))
    beginnings = [state for state, _, _ in moves if not any(state)]
    assert (len(beginnings) == 30) if opening == 0 else (0 < len(beginnings) < 15)
    ends, told = 0, {}
    for state, column, outcome in moves:
        assert winner(BOARD, state) is None
        told.setdefault((state, column), set()).add((to_move(state), outcome))
        reached = dropped(state, column)
        if columns.over(BOARD, reached):
            ends += 1
            assert outcome == (1.0 if winner(BOARD, reached) == to_move(state) else 0.0)
    assert ends == 30 if opening == 0 else 20 <= ends <= 30
    assert {outcome for _, _, outcome in moves} <= {-1.0, 0.0, 1.0}


def test_the_two_players_of_a_game_are_told_opposite_things() -> None:
    moves = states_of(play_games(network(), 1, 0, np.random.default_rng(2)))
    first = {outcome for state, _, outcome in moves if to_move(state) == "x"}
    second = {outcome for state, _, outcome in moves if to_move(state) == "o"}
    assert len(first) == len(second) == 1
    assert first.pop() == -second.pop()
    assert [sum(map(len, state)) for state, _, _ in moves] == list(range(len(moves)))


def shares(policy: PolicyValueNet, mine: np.ndarray, stones: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        logits = policy(to_planes(BOARD, mine, stones)).logits
    return outcomes.log_policy(logits, torch.from_numpy(open_columns(mine, stones))).exp().numpy()


def test_what_won_becomes_likelier_and_what_lost_less_likely() -> None:
    student = network().requires_grad_(True)
    mine = stones = np.zeros(400, np.int64)
    column = np.arange(400) % BOARD.columns
    played = Played(mine, stones, column, np.where(column == 1, 1.0, -1.0).astype(np.float32))
    before = shares(student, mine[:1], stones[:1])[0]
    optimizer = torch.optim.AdamW(student.parameters(), 1e-2)
    for _ in range(5):
        learn(student, optimizer, played, OutcomeSettings(batch=100), np.random.default_rng(0))
    now = shares(student, mine[:1], stones[:1])[0]
    assert now[1] > before[1] + 0.1
    assert (np.delete(now, 1) < np.delete(before, 1)).sum() >= 3


def test_a_bonus_keeps_a_policy_undecided() -> None:
    played = play_games(network(), 20, 4, np.random.default_rng(3))

    def left(bonus: float) -> float:
        student = network().requires_grad_(True)
        settings = OutcomeSettings(batch=64, entropy=bonus, learning_rate=5e-3)
        optimizer = torch.optim.AdamW(student.parameters(), settings.learning_rate)
        for _ in range(5):
            learn(student, optimizer, played, settings, np.random.default_rng(0))
        found = shares(student, played.mine, played.stones)
        return float(-(found * np.log(np.maximum(found, 1e-12))).sum(1).mean())

    assert left(0.5) > left(0.0) + 0.05


def test_who_is_rewarded_is_a_copy() -> None:
    prior = network()
    before = {name: tensor.clone() for name, tensor in prior.state_dict().items()}
    settings = (200, GameSettings(opening=2), OutcomeSettings(games=8, batch=32))
    taught = outcomes.rewarded(prior, *settings, Streams(0))
    mixed = outcomes.rewarded(prior, *settings, Streams(0), shuffled=True)
    assert all(torch.equal(tensor, before[name]) for name, tensor in prior.state_dict().items())
    assert not torch.equal(taught.heads.weight, prior.heads.weight)
    assert not torch.equal(taught.heads.weight, mixed.heads.weight)
    again = outcomes.rewarded(prior, *settings, Streams(0))
    assert torch.equal(taught.heads.weight, again.heads.weight)
