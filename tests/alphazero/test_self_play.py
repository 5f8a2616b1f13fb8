"""Games against oneself before an independent referee; whatever should not matter does not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.alphazero.replay import new_replay
from companion.alphazero.self_play import (
    SelfPlaySettings,
    begin_moves,
    drawn_move,
    new_games,
    self_play,
)
from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.search.batched import search
from companion.search.evaluator import Evaluation, uniform_evaluator
from companion.search.settings import SearchSettings
from companion.search.trees import new_trees
from tests.alphazero.referee import counted, endings, games_of, moves_of, played, state_of
from tests.games.columns import over
from tests.search.positions import arbitrary, recorded

BOARD = CONNECT_THREE
ALONE = SelfPlaySettings(games=1, simulations=8, full_share=1.0)
"""One game after the other, every position kept: the record of the games themselves."""
MANY = SelfPlaySettings(games=8, simulations=8, quick_simulations=2, full_share=0.3, random_opening=3)


@pytest.mark.parametrize("board", [CONNECT_THREE, CONNECT_FOUR, Board(3, 3, 3)])
@pytest.mark.parametrize("opening", [0, 4])
def test_the_rules_allow_every_move_and_the_winner_is_who_wins(board: Board, opening: int) -> None:
    replay, tally = played(board, replace(ALONE, random_opening=opening), 400)
    games = games_of(replay.samples)
    finished = [game for game in games if not np.isnan(game["outcome"][0])]
    assert tally.games == len(finished) >= 8
    for game in games:
        for before, move in moves_of(board, game):
            assert before["policy"][move] > 0
    for game in finished:
        assert game["outcome"][-1] in endings(board, game[-1])
        signs = (-1.0) ** np.arange(len(game))[::-1]
        assert np.array_equal(game["outcome"], game["outcome"][-1] * signs)
    assert {abs(game["outcome"][-1]) for game in finished} >= ({0, 1} if board.size == 9 else {1})


def test_a_game_that_goes_on_has_no_outcome() -> None:
    replay, _ = played(BOARD, ALONE, 405)
    *finished, last = games_of(replay.samples)
    assert np.isnan(last["outcome"]).all()
    assert not np.isnan(np.concatenate(finished)["outcome"]).any()


def test_every_kept_position_is_one_in_which_a_move_is_due() -> None:
    replay, _ = played(CONNECT_FOUR, MANY, 500)
    for sample in replay.samples:
        state = state_of(CONNECT_FOUR, int(sample["mine"]), int(sample["stones"]))
        assert not over(CONNECT_FOUR, state)
        closed = [len(column) == 6 for column in state]
        assert not sample["policy"][closed].any()
        assert sample["policy"].sum() == pytest.approx(1, abs=1e-6)


def test_what_is_kept_is_what_a_search_of_the_position_finds() -> None:
    replay, _ = played(BOARD, replace(ALONE, games=5, noise=0.0), 200)
    found = search(BOARD, replay.samples["mine"], replay.samples["stones"], arbitrary(BOARD), 8)
    assert np.array_equal(replay.samples["policy"], found.policy)
    means = np.nansum(found.q * found.visit_counts, axis=1) / 8
    assert replay.samples["search_value"] == pytest.approx(means, abs=1e-6)


def test_noise_changes_what_a_full_search_finds() -> None:
    quiet, loud = (played(BOARD, replace(ALONE, noise=noise), 200)[0].samples for noise in (0.0, 0.25))
    assert not np.array_equal(quiet["policy"], loud["policy"])


def test_quick_searches_are_without_noise_and_have_their_own_budget() -> None:
    settings = replace(MANY, games=400, noise=0.25)
    games, trees = new_games(BOARD, settings, 0), new_trees(BOARD, 400, 8)
    begin_moves(games, trees, settings.knobs(0))
    searched = games["full"] == 1
    assert searched.mean() == pytest.approx(0.3, abs=4 * (0.3 * 0.7 / 400) ** 0.5)
    assert np.array_equal(trees.walks["budget"], np.where(searched, 8, 2))
    assert np.array_equal(trees.walks["noise"], np.where(searched, np.float32(0.25), 0))


def test_the_tally_counts() -> None:
    evaluate, batches = recorded(arbitrary(BOARD))
    replay, tally = played(BOARD, MANY, 600, evaluate=evaluate)
    assert replay.written[0] == 600
    assert tally.simulations == 600 * 8 + (tally.moves - 600) * 2
    assert tally.evaluations == sum(len(batch) for batch in batches)
    assert 600 / tally.moves == pytest.approx(0.3, abs=0.04)
    assert all(len(batch) <= 8 for batch in batches)


def test_how_often_one_stops_does_not_matter() -> None:
    whole, _ = played(BOARD, ALONE, 300)
    replay, games = new_replay(BOARD, 300), new_games(BOARD, ALONE, 0)
    tallies = [
        self_play(BOARD, games, replay, arbitrary(BOARD), n, ALONE, SearchSettings(), 0) for n in (7, 93, 200)
    ]
    assert counted(replay.samples) == counted(whole.samples)
    assert np.array_equal(replay.samples["stones"], whole.samples["stones"])
    assert sum(tally.moves for tally in tallies) == 300


@pytest.mark.parametrize("split", [[700], [50, 350, 300]])
def test_how_many_games_are_played_at_a_time_does_not_matter(split: list[int]) -> None:
    """A game is a matter of seed and number: together or one by one, finished positions are the same."""
    alone, _ = played(BOARD, replace(ALONE, random_opening=3), 1500)
    together = replace(ALONE, random_opening=3, games=16)
    replay, games = new_replay(BOARD, 700), new_games(BOARD, together, 0)
    for positions in split:
        self_play(BOARD, games, replay, arbitrary(BOARD), positions, together, SearchSettings(), 0)
    found = counted(replay.samples)
    assert found.total() > 500
    assert found <= counted(alone.samples)


def test_a_seed_plays_the_same_games_again_and_another_seed_others() -> None:
    first, again, other = (counted(played(CONNECT_FOUR, MANY, 300, seed)[0].samples) for seed in (5, 5, 6))
    assert first == again
    assert (first & other).total() < 0.1 * first.total()


def test_games_with_neighboring_numbers_differ() -> None:
    replay, _ = played(CONNECT_FOUR, ALONE, 400)
    lines = {tuple(game["stones"].tolist()) for game in games_of(replay.samples)}
    assert len(lines) == len(games_of(replay.samples))


def test_random_openings_are_played_and_not_kept() -> None:
    settings = replace(ALONE, games=2000, random_opening=4)
    games = new_games(CONNECT_FOUR, settings, 1)
    plies = np.bitwise_count(games["stones"]).astype(int)
    assert ((np.bincount(plies, minlength=5) - 400) ** 2 / 400).sum() < 18.5  # 4 degrees, once in 1,000 times
    ones = games["stones"][plies == 1]
    columns = np.bincount([int(stones).bit_length() - 1 for stones in ones], minlength=49)[::7]
    expected = len(ones) / 7
    assert columns.sum() == len(ones)
    assert ((columns - expected) ** 2 / expected).sum() < 22.5  # 6 degrees
    kept = games_of(played(CONNECT_FOUR, replace(settings, games=1), 600, seed=1)[0].samples)
    assert [game["stones"][0] for game in kept] == games["stones"][: len(kept)].tolist()


@pytest.mark.parametrize("opening", [20, 100])
def test_no_opening_ends_a_game(opening: int) -> None:
    games = new_games(BOARD, replace(ALONE, games=500, random_opening=opening), 2)
    states = [state_of(BOARD, int(game["mine"]), int(game["stones"])) for game in games]
    assert not any(over(BOARD, state) for state in states)
    assert np.bitwise_count(games["stones"]).max() > 12


def test_without_simulations_the_prior_is_player_and_target() -> None:
    settings = replace(ALONE, simulations=0, quick_simulations=0, noise=0.0, sampled_plies=0)
    replay, tally = played(BOARD, settings, 200)
    prior, value = arbitrary(BOARD)(replay.samples["mine"], replay.samples["stones"])
    for sample, likely, worth in zip(replay.samples, prior, value, strict=True):
        state = state_of(BOARD, int(sample["mine"]), int(sample["stones"]))
        allowed = np.where([len(column) < 4 for column in state], likely, 0)
        assert sample["policy"] == pytest.approx(allowed / allowed.sum(), abs=1e-6)
        assert sample["search_value"] == worth
    for game in games_of(replay.samples):
        assert all(move == before["policy"].argmax() for before, move in moves_of(BOARD, game))
    assert tally.simulations == 0


def test_moves_are_drawn_from_the_policy_up_to_a_ply_and_then_the_most_visited_is_played() -> None:
    replay, _ = played(BOARD, replace(ALONE, sampled_plies=6), 3000)
    pairs = [pair for game in games_of(replay.samples) for pair in moves_of(BOARD, game)]
    late = [pair for pair in pairs if int(pair[0]["stones"]).bit_count() >= 6]
    assert len(late) > 300
    assert all(move == before["policy"].argmax() for before, move in late)
    early = [pair for pair in pairs if int(pair[0]["stones"]).bit_count() < 6]
    policy = np.array([before["policy"] for before, _ in early], float)
    chosen = np.eye(5)[[move for _, move in early]]
    deviation = (chosen - policy).sum(axis=0) / np.sqrt((policy * (1 - policy)).sum(axis=0))
    assert np.abs(deviation).max() < 4
    assert (chosen.argmax(axis=1) == policy.argmax(axis=1)).mean() < 0.9


@given(st.lists(st.integers(0, 5), min_size=5, max_size=5).filter(any), st.floats(0, 1, exclude_max=True))
def test_a_move_is_drawn_where_the_running_sum_passes_the_number(visits: list[int], number: float) -> None:
    policy = np.array(visits, np.float32) / np.float32(sum(visits))
    move = drawn_move(BOARD, policy, number)
    assert policy[move] > 0
    below = policy[:move].sum(dtype=float)
    assert below - 1e-6 <= number
    assert number < below + policy[move] + 1e-6


def test_rounding_cannot_draw_past_the_last_move() -> None:
    short = np.array([0.5, 0.0, 0.4999, 0.0, 0.0], np.float32)
    assert drawn_move(BOARD, short, 0.99999) == 2


def test_a_run_whose_positions_are_all_cached_ends() -> None:
    """Three by three has few positions: soon no game waits for the evaluator any more."""
    evaluate, batches = recorded(arbitrary(Board(3, 3, 3)))
    replay, tally = played(Board(3, 3, 3), replace(MANY, games=4), 20_000, evaluate=evaluate)
    assert replay.written[0] == 20_000
    assert not np.isnan(replay.samples["stones"]).any()
    asked = np.concatenate(batches)
    assert len(np.unique(asked, axis=0)) == len(asked) == tally.evaluations
    assert tally.moves > 20 * tally.evaluations


@pytest.mark.parametrize("capacity", [40, 100, 320])
def test_the_ring_holds_the_most_recent_positions_each_with_its_own_outcome(capacity: int) -> None:
    """Also where a game lasts longer than the ring remembers its beginning."""
    settings = replace(ALONE, games=8, simulations=4)
    everything, _ = played(BOARD, settings, 700)
    ring, _ = played(BOARD, settings, 700, capacity=capacity)
    recent = ring.samples[np.arange(700 - capacity, 700) % capacity]
    for name in recent.dtype.names:
        assert np.array_equal(recent[name], everything.samples[name][-capacity:], equal_nan=True)


@pytest.mark.parametrize("considered", [2, 4])
def test_with_gumbel_selection_the_improved_policy_is_kept(considered: int) -> None:
    settings = replace(ALONE, quick_simulations=8)
    replay, _ = played(BOARD, settings, 200, search=SearchSettings(considered=considered))
    assert replay.samples["policy"].sum(axis=1) == pytest.approx(1, abs=1e-5)
    for game in games_of(replay.samples):
        for before, move in moves_of(BOARD, game):
            assert before["policy"][move] > 0
    visit_shares = replay.samples["policy"] * 8
    assert (np.abs(visit_shares - visit_shares.round()) > 0.01).any()


def test_gumbel_selection_has_one_budget() -> None:
    with pytest.raises(ValueError, match=r"^Gumbel selection plans for one budget.*simulations$"):
        played(BOARD, MANY, 10, search=SearchSettings(considered=2))


def test_blind_games_end_by_the_rules_all_the_same() -> None:
    replay, _ = played(BOARD, ALONE, 300, search=SearchSettings(blind=True))
    for game in games_of(replay.samples)[:-1]:
        assert game["outcome"][-1] in endings(BOARD, game[-1])


def test_an_unsound_evaluator_stops_the_games_and_leaves_them_playable() -> None:
    def unsound(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        prior, value = uniform_evaluator(BOARD)(mine, stones)
        return Evaluation(prior, value * np.float32(np.nan))

    replay, games = new_replay(BOARD, 100), new_games(BOARD, MANY, 0)
    with pytest.raises(ValueError, match="the evaluator returned"):
        self_play(BOARD, games, replay, unsound, 100, MANY, SearchSettings(), 0)
    self_play(BOARD, games, replay, arbitrary(BOARD), 100, MANY, SearchSettings(), 0)
    assert counted(replay.samples) == counted(played(BOARD, MANY, 100)[0].samples)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"games": 0}, "at least 1 game"),
        ({"simulations": -1}, "no negative number of simulations"),
        ({"quick_simulations": -1}, "no negative number of simulations"),
        ({"full_share": 0.0}, "full_share lies above 0"),
        ({"full_share": 1.1}, "full_share lies above 0"),
        ({"noise": 1.0}, "noise from 0 to below 1"),
        ({"noise": -0.1}, "noise from 0 to below 1"),
        ({"sampled_plies": -1}, "numbers of plies"),
        ({"random_opening": -1}, "numbers of plies"),
    ],
)
def test_impossible_settings_are_refused_in_one_sentence(wrong: dict, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        SelfPlaySettings(**wrong)
    assert "\n" not in str(refused.value)
