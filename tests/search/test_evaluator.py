"""Rollouts against the exact value of random play; what an evaluator may answer."""

import numpy as np
import pytest

from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.search.evaluator import is_sound, rollout_evaluator, uniform_evaluator
from tests.games.columns import State, dropped, open_columns, random_states, winner
from tests.search.positions import sampled


def value_of_random_play(board: Board, state: State) -> float:
    """For the player to move, every legal move being as likely."""
    if winner(board, state):
        return -1
    moves = open_columns(board, state)
    return -sum(value_of_random_play(board, dropped(state, i)) for i in moves) / len(moves) if moves else 0


@pytest.mark.parametrize(("board", "plies"), [(CONNECT_THREE, 14), (CONNECT_FOUR, 36)])
def test_rollouts_average_to_the_value_of_random_play(board: Board, plies: int) -> None:
    sample = random_states(board, plies, 12, seed=0)
    mine, stones = np.array([position for _, position in sample], np.int64).T.copy()
    exact = [value_of_random_play(board, state) for state, _ in sample]
    assert np.ptp(exact) > 0.3
    assert rollout_evaluator(board, 20_000, seed=0)(mine, stones).value == pytest.approx(
        exact, abs=4 / 20_000**0.5
    )


def test_a_rollout_belongs_to_its_seed_and_position_alone() -> None:
    mine, stones = sampled(CONNECT_FOUR, 0, 5, 9)
    together = rollout_evaluator(CONNECT_FOUR, 8, seed=3)(mine, stones).value
    alone = rollout_evaluator(CONNECT_FOUR, 8, seed=3)(mine[4:5], stones[4:5]).value
    assert together[4] == alone[0]
    assert not np.array_equal(together, rollout_evaluator(CONNECT_FOUR, 8, seed=4)(mine, stones).value)


def test_more_playouts_continue_fewer() -> None:
    """Playouts are drawn apart: four of them are not one game four times."""
    positions = sampled(CONNECT_FOUR, 6, count=40)
    means = rollout_evaluator(CONNECT_FOUR, 4, seed=0)(*positions).value
    assert set(np.unique(means * 4)) <= set(range(-4, 5))
    assert (np.abs(means) < 1).mean() > 0.5


def test_the_uniform_evaluator_knows_nothing() -> None:
    prior, value = uniform_evaluator(CONNECT_THREE)(*sampled(CONNECT_THREE, 0, 4))
    assert prior == pytest.approx(0.2)
    assert prior.shape == (6, 5)
    assert not value.any()


@pytest.mark.parametrize(
    ("prior", "value", "sound"),
    [
        ([0.5, 0.5], 0.0, True),
        ([0.0, 0.0], 1.0, True),
        ([1.1, -0.1], 0.0, False),
        ([np.nan, 1.0], 0.0, False),
        ([1.0, np.nan], 0.0, False),
        ([np.inf, 1.0], 0.0, False),
        ([0.5, 0.5], np.nan, False),
        ([0.5, 0.5], -np.inf, False),
    ],
)
def test_sound_answers_are_finite_and_no_probability_is_negative(
    prior: list, value: float, sound: bool
) -> None:
    assert is_sound(np.array(prior, np.float32), np.float32(value)) == sound
