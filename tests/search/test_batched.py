"""Many trees at once are the plain tree many times; nothing that should not matter matters."""

from dataclasses import replace

import numpy as np
import pytest

from companion.games.board import CONNECT_FOUR, CONNECT_THREE, Board
from companion.games.connect_four import Position, mirror
from companion.games.notation import from_digits, legal_columns
from companion.games.solver import OUTCOME, move_scores
from companion.search import plain
from companion.search.batched import SearchResult, anytime, search
from companion.search.cache import new_cache
from companion.search.evaluator import Evaluation, rollout_evaluator, uniform_evaluator
from companion.search.settings import SearchSettings
from tests.search.positions import arbitrary, recorded, sampled, symmetric

FOUR, THREE = CONNECT_FOUR, CONNECT_THREE
EVALUATORS = {
    "uniform": uniform_evaluator,
    "rollouts": lambda board: symmetric(board, rollout_evaluator(board, 2, seed=1)),
    "arbitrary": arbitrary,
}
SETTINGS = {
    "default": SearchSettings(),
    "blind": SearchSettings(blind=True),
    "other constants": SearchSettings(c_puct=0.7, reduction=0.0),
}


def one(board: Board, digits: str) -> tuple[np.ndarray, np.ndarray]:
    mine, stones = from_digits(board, digits)
    return np.array([mine]), np.array([stones])


def same(first: SearchResult, second: SearchResult) -> bool:
    """Whether two results agree to the last bit, whatever they cost."""
    return all(
        np.array_equal(a, b, equal_nan=True)
        for a, b in zip(first._replace(evaluations=0), second._replace(evaluations=0), strict=True)
    )


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("board", [FOUR, THREE])
def test_it_is_the_plain_search_to_the_last_bit(
    board: Board, evaluator: str, settings: SearchSettings
) -> None:
    evaluate = EVALUATORS[evaluator](board)
    mine, stones = sampled(board, 0, 5, 10, 13, count=2)
    budgets = [0, 1, 7, 60]
    for budget, found in zip(budgets, anytime(board, mine, stones, evaluate, budgets, settings), strict=True):
        for i, position in enumerate(zip(mine.tolist(), stones.tolist(), strict=True)):
            tree = plain.search(board, Position(*position), evaluate, budget, settings)
            assert np.array_equal(found.visit_counts[i], tree.visit_counts)
            visited = tree.visit_counts > 0
            assert np.array_equal(np.isnan(found.q[i]), ~visited)
            means = tree.total_values[visited] / tree.visit_counts[visited]
            assert np.array_equal(found.q[i][visited], means)
            assert np.array_equal(found.prior[i], tree.prior)
            assert found.value[i] == tree.value


def test_what_is_reported_on_the_way_is_what_a_shorter_search_finds() -> None:
    positions, evaluate = sampled(THREE, 0, 7, 12), arbitrary(THREE)
    for budget, found in zip([3, 20, 90], anytime(THREE, *positions, evaluate, [3, 20, 90]), strict=True):
        alone = search(THREE, *positions, evaluate, budget)
        assert same(found, alone)
        assert (found.visit_counts.sum(axis=1) == budget).all()


def test_the_order_of_the_games_does_not_matter() -> None:
    (mine, stones), evaluate = sampled(FOUR, 0, 8, 15), arbitrary(FOUR)
    order = np.random.default_rng(0).permutation(len(mine))
    straight = search(FOUR, mine, stones, evaluate, 80)
    shuffled = search(FOUR, mine[order], stones[order], evaluate, 80)
    assert same(shuffled, SearchResult(*(array[order] for array in straight[:-1]), 0))


@pytest.mark.parametrize("settings", [SearchSettings(noise=0.25), SearchSettings(considered=4)])
@pytest.mark.parametrize("threads", [2, 3, 20])
def test_the_number_of_threads_does_not_matter(settings: SearchSettings, threads: int) -> None:
    positions, evaluate = sampled(FOUR, 0, 8, 15), arbitrary(FOUR)
    one_thread = search(FOUR, *positions, evaluate, 50, settings, seed=5)
    assert same(one_thread, search(FOUR, *positions, evaluate, 50, settings, seed=5, threads=threads))


def test_no_positions_have_a_result_all_the_same() -> None:
    nothing = np.zeros(0, np.int64)
    assert search(FOUR, nothing, nothing, uniform_evaluator(FOUR), 10).visit_counts.shape == (0, 7)


def test_a_mirror_image_is_searched_alike() -> None:
    """A prior without ties: among equal moves the search takes the leftmost."""
    (mine, stones), evaluate = sampled(FOUR, 5, 9, 15), arbitrary(FOUR)
    images = [mirror(FOUR, Position(m, s)) for m, s in zip(mine.tolist(), stones.tolist(), strict=True)]
    straight = search(FOUR, mine, stones, evaluate, 40)
    mirrored = search(FOUR, *np.array(images, np.int64).T.copy(), evaluate, 40)
    assert np.array_equal(straight.visit_counts, mirrored.visit_counts[:, ::-1])


@pytest.mark.parametrize("log2_entries", [0, 3, 18])
def test_a_cache_of_any_size_changes_the_cost_alone(log2_entries: int) -> None:
    positions, evaluate = sampled(THREE, 0, 4, 8), arbitrary(THREE)
    cache = new_cache(THREE, log2_entries)
    (first,) = anytime(THREE, *positions, evaluate, [70], cache=cache)
    (again,) = anytime(THREE, *positions, evaluate, [70], cache=cache)
    assert same(first, search(THREE, *positions, evaluate, 70))
    assert same(first, again)
    assert again.evaluations <= first.evaluations
    assert (again.evaluations == 0) == (log2_entries == 18)


def test_the_larger_the_cache_the_fewer_the_evaluations() -> None:
    positions, evaluate = sampled(THREE, 2, 3, count=8), arbitrary(THREE)
    asked = [
        anytime(THREE, *positions, evaluate, [70], cache=new_cache(THREE, size))[0].evaluations
        for size in (0, 8, 18)
    ]
    assert asked[0] > asked[1] > asked[2]


def test_a_position_is_asked_about_once_in_a_batch_and_never_with_its_mirror_image() -> None:
    evaluate, batches = recorded(arbitrary(FOUR))
    mine, stones = sampled(FOUR, 0, 4, 6, count=4)
    found = search(FOUR, np.tile(mine, 2), np.tile(stones, 2), evaluate, 50)
    assert found.evaluations == sum(len(batch) for batch in batches)
    for batch in batches:
        asked = {tuple(position) for position in batch.tolist()}
        images = {tuple(mirror(FOUR, Position(*position))) for position in asked}
        assert len(asked) == len(batch)
        assert all(position == tuple(mirror(FOUR, Position(*position))) for position in asked & images)


def test_an_evaluator_that_fails_leaves_nothing_half_done_in_the_cache() -> None:
    positions, evaluate, cache = sampled(THREE, 0, 4, 8), arbitrary(THREE), new_cache(THREE)
    calls = iter(range(5))

    def failing(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return evaluate(mine, stones)

    with pytest.raises(KeyboardInterrupt):
        anytime(THREE, *positions, failing, [70], cache=cache)
    (after,) = anytime(THREE, *positions, evaluate, [70], cache=cache)
    assert same(after, search(THREE, *positions, evaluate, 70))


@pytest.mark.parametrize(
    ("prior", "value"), [(0.2, np.nan), (np.nan, 0), (-0.1, 0), (np.inf, 0), (0.2, -np.inf)]
)
def test_an_evaluator_without_a_sound_answer_is_refused(prior: float, value: float) -> None:
    def unsound(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        n = len(mine)
        priors = np.full((n, 5), 0.2, np.float32)
        priors[:, 3] = prior
        return Evaluation(priors, np.full(n, value, np.float32))

    with pytest.raises(ValueError, match="the evaluator returned"):
        search(THREE, *one(THREE, ""), unsound, 100)


def test_a_prior_of_zeros_is_searched_by_values() -> None:
    def nothing(mine: np.ndarray, stones: np.ndarray) -> Evaluation:
        return Evaluation(np.zeros((len(mine), 5), np.float32), np.zeros(len(mine), np.float32))

    found = search(THREE, *one(THREE, "1111"), nothing, 200)
    assert found.visit_counts.sum() == 200
    assert found.visit_counts[0, 0] == 0


def test_a_win_is_found_without_knowing_anything() -> None:
    found = search(FOUR, *one(FOUR, "112233"), uniform_evaluator(FOUR), 100)
    assert found.best[0] == 3
    assert found.q[0, 3] == 1
    assert found.policy[0].argmax() == 3


def test_a_threat_is_parried_without_knowing_anything() -> None:
    found = search(FOUR, *one(FOUR, "11223"), uniform_evaluator(FOUR), 400)
    assert found.best[0] == 3


def test_long_searches_play_what_the_solver_calls_best() -> None:
    mine, stones = sampled(THREE, 4, 6, 8, count=15)
    found = search(THREE, mine, stones, uniform_evaluator(THREE), 3000)
    scores = move_scores(THREE, mine, stones, OUTCOME)
    chosen = scores[np.arange(len(mine)), found.best]
    best = scores.max(axis=1)
    assert (chosen == best).mean() > 0.95
    assert (scores[:, 2] < best).mean() > 0.3  # the middle column would not do


def test_a_blind_search_has_no_unit_of_its_own() -> None:
    """Half of every value, half of every constant: the same visits. An outcome of one would not be halved."""
    positions = sampled(THREE, 6, 9, 12, count=8)
    seeing = SearchSettings(c_puct=1.0, reduction=0.25)
    halved = replace(seeing, c_puct=0.5, reduction=0.125)

    def visits(settings: SearchSettings, scale: float) -> np.ndarray:
        return search(THREE, *positions, arbitrary(THREE, scale), 100, settings).visit_counts

    blind = replace(seeing, blind=True)
    assert np.array_equal(visits(blind, 0.5), visits(replace(halved, blind=True), 0.25))
    assert not np.array_equal(visits(seeing, 0.5), visits(halved, 0.25))


def test_a_blind_search_sees_a_win_as_worth_what_the_position_before_it_was_worth() -> None:
    found = search(
        FOUR, *one(FOUR, "112233"), arbitrary(FOUR, 0.1), 200, SearchSettings(blind=True, c_puct=5.0)
    )
    assert found.q[0, 3] == pytest.approx(found.value[0], abs=1e-6)
    assert np.nanmax(np.abs(found.q)) < 0.1


def noisy(count: int, noise: float, seed: int = 0, first: int = 0) -> SearchResult:
    mine, stones = (np.repeat(array, count) for array in one(FOUR, "1111112"))
    return anytime(FOUR, mine, stones, arbitrary(FOUR), [0], SearchSettings(noise=noise), seed, None, first)[
        0
    ]


def test_noise_is_a_share_of_the_prior_drawn_evenly_from_all_mixtures_of_legal_moves() -> None:
    quiet = noisy(1, 0.0).prior[0]
    drawn = (noisy(4000, 0.25).prior - 0.75 * quiet) / 0.25
    assert drawn[:, 1:].sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert (drawn[:, 0] == 0).all()
    assert drawn[:, 1:].min() > -1e-5
    # Dirichlet(1) over six moves: mean 1/6, mean square 2 / (6 * 7)
    assert drawn[:, 1:].mean(axis=0) == pytest.approx(1 / 6, abs=0.01)
    assert (drawn[:, 1:] ** 2).mean(axis=0) == pytest.approx(2 / 42, abs=0.005)


def test_noise_belongs_to_the_seed_and_the_number_of_the_game() -> None:
    together = noisy(6, 0.25).prior
    assert np.array_equal(together[4:], noisy(2, 0.25, first=4).prior)
    assert len(np.unique(together[:, 1])) == 6
    assert not np.isin(noisy(6, 0.25, seed=1).prior[:, 1], together[:, 1]).any()


@pytest.mark.parametrize("budgets", [[], [3, 3], [5, 2], [-1]])
def test_budgets_that_do_not_rise_are_refused(budgets: list[int]) -> None:
    with pytest.raises(ValueError, match="rising order"):
        anytime(FOUR, *one(FOUR, ""), uniform_evaluator(FOUR), budgets)


def test_gumbel_selection_has_one_budget() -> None:
    with pytest.raises(ValueError, match="one budget"):
        anytime(FOUR, *one(FOUR, ""), uniform_evaluator(FOUR), [2, 4], SearchSettings(considered=2))


def test_a_finished_game_is_refused() -> None:
    mine, stones = (np.concatenate(pair) for pair in zip(one(FOUR, ""), one(FOUR, "1212121"), strict=True))
    with pytest.raises(ValueError, match="the game is over"):
        search(FOUR, mine, stones, uniform_evaluator(FOUR), 5)


def test_illegal_moves_have_no_prior() -> None:
    position = from_digits(THREE, "1111")
    found = search(THREE, *one(THREE, "1111"), arbitrary(THREE), 0)
    assert np.array_equal(found.prior[0] > 0, legal_columns(THREE, position))
