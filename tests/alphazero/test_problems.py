"""Problems against brute force: every move tried to the end, on columns of strings."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.alphazero import problems
from companion.alphazero.problems import (
    Problems,
    accuracy,
    drawn_cell,
    first,
    label,
    off_policy,
    on_policy,
    own_games,
    without,
)
from companion.alphazero.self_play import SelfPlaySettings
from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.games.connect_four import Position, mirror
from companion.lab.experiment import Share
from companion.search.settings import SearchSettings
from tests.alphazero.referee import state_of
from tests.games.columns import State, best_score, dropped, open_columns, over, to_move, winner
from tests.search.positions import arbitrary, sampled

THREE, FOUR = CONNECT_THREE, CONNECT_FOUR


def states_of(board: Board, found: Problems) -> list[State]:
    return [state_of(board, int(m), int(s)) for m, s in zip(found.mine, found.stones, strict=True)]


def signs(board: Board, state: State, memory: dict[State, int]) -> dict[int, int]:
    """How each move ends under perfect play, for the player who makes it."""
    moves = open_columns(board, state)
    return {index: -int(np.sign(best_score(board, dropped(state, index), memory))) for index in moves}


def images(board: Board, mine: np.ndarray, stones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    pairs = [mirror(board, Position(m, s)) for m, s in zip(mine.tolist(), stones.tolist(), strict=True)]
    flipped = np.array(pairs, np.int64)
    return flipped[:, 0].copy(), flipped[:, 1].copy()


@pytest.fixture(scope="module")
def late() -> Problems:
    """So late that brute force takes no time."""
    return off_policy(THREE, 400, (9, 16), seed=3)


@pytest.mark.parametrize(("board", "count", "plies"), [(THREE, 400, (9, 16)), (FOUR, 200, (33, 38))])
def test_optimal_moves_are_those_of_brute_force(board: Board, count: int, plies: tuple[int, int]) -> None:
    """The large board when it is nearly full, and the small one: wins to find and draws to hold."""
    found, memory = off_policy(board, count, plies, seed=3), {}
    assert len(found.mine) > 30
    for i, state in enumerate(states_of(board, found)):
        expected = signs(board, state, memory)
        best = max(expected.values())
        assert np.flatnonzero(found.legal[i]).tolist() == list(expected)
        assert np.flatnonzero(found.optimal[i]).tolist() == [
            c for c, sign in expected.items() if sign == best
        ]
        assert found.outcome[i] == best
    assert set(found.outcome.tolist()) == {0, 1}


def test_a_problem_has_a_choice_that_matters_and_no_win_at_once(late: Problems) -> None:
    assert (late.optimal.sum(axis=1) < late.legal.sum(axis=1)).all()
    assert (late.optimal.sum(axis=1) > 0).all()
    assert (late.outcome >= 0).all()  # where the best move loses, every move does
    for state in states_of(THREE, late):
        assert not over(THREE, state)
        won = [winner(THREE, dropped(state, index)) for index in open_columns(THREE, state)]
        assert to_move(state) not in won


def test_no_problem_is_left_out() -> None:
    """Of all positions looked at: those that fit the definition, each once."""
    mine, stones = sampled(THREE, 9, 10, count=80)
    found, memory = label(THREE, mine, stones), {}
    expected = set()
    for state in {state_of(THREE, int(m), int(s)) for m, s in zip(mine, stones, strict=True)}:
        immediate = any(winner(THREE, dropped(state, index)) for index in open_columns(THREE, state))
        if not immediate and len(set(signs(THREE, state, memory).values())) > 1:
            expected.add(min(state, state[::-1]))
    assert {min(state, state[::-1]) for state in states_of(THREE, found)} == expected
    assert len(found.mine) == len(expected) > 5


def test_each_position_is_there_once_and_never_with_its_mirror_image(late: Problems) -> None:
    mine, stones = (
        np.concatenate(pair) for pair in zip(images(THREE, late.mine, late.stones), late[:2], strict=True)
    )
    again = label(THREE, mine, stones)
    states = [min(state, state[::-1]) for state in states_of(THREE, again)]
    assert len(set(states)) == len(states) == len(late.mine)


def test_a_mirror_image_has_the_mirrored_moves(late: Problems) -> None:
    mirrored = label(THREE, *images(THREE, late.mine, late.stones))
    assert np.array_equal(mirrored.optimal[:, ::-1], late.optimal)
    assert np.array_equal(mirrored.outcome, late.outcome)


def test_there_may_be_no_problem_at_all() -> None:
    nothing = np.zeros(0, np.int64)
    none = label(THREE, nothing, nothing)
    assert none.optimal.shape == (0, 5)
    assert without(THREE, none, nothing, nothing).optimal.shape == (0, 5)


def test_semi_random_positions_can_be_reached_and_lie_in_the_plies_asked_for() -> None:
    states = states_of(FOUR, off_policy(FOUR, 60, (26, 30), seed=1))
    plies = [len("".join(state)) for state in states]
    assert min(plies) == 26
    assert max(plies) == 30
    assert set(plies) == set(range(26, 31))
    assert not any(over(FOUR, state) for state in states)


def test_a_seed_fixes_the_problems() -> None:
    one, again, other = (off_policy(THREE, 100, (6, 12), seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.isin(other.stones, one.stones).all()


def test_more_candidates_add_problems_and_change_none() -> None:
    few, many = (off_policy(THREE, count, (6, 12), 1) for count in (100, 300))
    assert np.array_equal(many.stones[: len(few.stones)], few.stones)
    assert len(many.stones) > len(few.stones)


@pytest.mark.parametrize("plies", [(0, 5), (7, 6), (3, 20)])
def test_plies_at_which_there_is_no_position_are_refused(plies: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"^plies lie between 1 and 19 in rising order"):
        off_policy(THREE, 10, plies, seed=0)


@given(st.sets(st.integers(0, 48), min_size=1), st.floats(0, 1, exclude_max=True))
def test_a_cell_is_drawn_by_its_place(bits: set[int], number: float) -> None:
    assert drawn_cell(sum(1 << bit for bit in bits), number) == 1 << sorted(bits)[int(number * len(bits))]


def games_on(board: Board, seed: int) -> np.ndarray:
    settings = SelfPlaySettings(games=8, simulations=4, full_share=0.1)
    return own_games(board, arbitrary(board), 200, settings, SearchSettings(), seed)


def test_own_games_keep_every_position() -> None:
    samples = games_on(THREE, 0)
    assert len(samples) == 200
    assert samples["policy"].sum(axis=1) == pytest.approx(1, abs=1e-6)
    plies = np.bitwise_count(samples["stones"])
    assert all((plies == ply).any() for ply in range(8))


def test_on_policy_problems_come_from_the_plies_asked_for_and_from_every_collection(
    late: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is looked at, before `label` picks the problems."""
    collections, asked = [games_on(THREE, seed) for seed in (0, 1)], []
    monkeypatch.setattr(problems, "label", lambda board, mine, stones: asked.append((mine, stones)) or late)
    on_policy(THREE, collections, 30, (5, 8), np.random.default_rng(0))
    ((mine, stones),) = asked
    assert set(np.bitwise_count(stones).tolist()) == {5, 6, 7, 8}
    assert len(mine) == 60
    for samples, part in zip(collections, (slice(30), slice(30, 60)), strict=True):
        held = Counter(zip(samples["mine"].tolist(), samples["stones"].tolist(), strict=True))
        assert Counter(zip(mine[part].tolist(), stones[part].tolist(), strict=True)) <= held


def test_on_policy_problems_are_problems() -> None:
    found = on_policy(THREE, [games_on(THREE, 0)], 500, (3, 8), np.random.default_rng(0))
    again = label(THREE, found.mine, found.stones)
    assert len(found.mine) > 5
    assert all(np.array_equal(a, b) for a, b in zip(found, again, strict=True))


def test_without_leaves_out_positions_and_their_mirror_images(late: Problems) -> None:
    mine, stones = images(THREE, late.mine[:10], late.stones[:10])
    seen = np.concatenate([mine[:5], late.mine[5:10]]), np.concatenate([stones[:5], late.stones[5:10]])
    left = without(THREE, late, *seen)
    assert all(np.array_equal(a, b[10:]) for a, b in zip(left, late, strict=True))
    nothing = np.zeros(0, np.int64)
    assert np.array_equal(without(THREE, late, nothing, nothing).mine, late.mine)


def test_the_first_problems(late: Problems) -> None:
    assert all(np.array_equal(a, b[:3]) for a, b in zip(first(late, 3), late, strict=True))


def test_accuracy_counts_optimal_moves_and_chance_is_that_of_a_random_legal_one(late: Problems) -> None:
    best, worst = late.optimal.argmax(axis=1), (late.legal & ~late.optimal).argmax(axis=1)
    assert accuracy(late, best) == Share(len(best), len(best))
    assert accuracy(late, worst) == Share(0, len(best))
    assert accuracy(late, np.where(np.arange(len(best)) < 7, best, worst)) == Share(7, len(best))
    random = np.random.default_rng(0)
    moves = [[random.choice(np.flatnonzero(row)) for row in late.legal] for _ in range(400)]
    hits = np.mean([accuracy(late, np.array(drawn)).hits for drawn in moves]) / len(best)
    assert late.chance == pytest.approx(hits, abs=0.02)
