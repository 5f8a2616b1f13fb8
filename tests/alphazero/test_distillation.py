"""A student learns what it is told, and only that."""

import numpy as np
import pytest
import torch

from companion.alphazero import distillation
from companion.alphazero.distillation import played, student_of
from companion.alphazero.network import NetworkSettings, PolicyValueNet
from companion.alphazero.planes import to_planes
from companion.alphazero.problems import own_games
from companion.alphazero.self_play import SelfPlaySettings
from companion.games.board import CONNECT_THREE
from companion.search.settings import SearchSettings
from tests.alphazero.referee import awake
from tests.search.positions import arbitrary

BOARD = CONNECT_THREE
PASSES = 10.0
RATE = 1e-2


@pytest.fixture(scope="module")
def lessons() -> np.ndarray:
    """Positions of games, with a policy and an outcome that one can see from the board.

    Emptier columns are visited more; who owns the middle of the bottom row wins.
    """
    settings = SelfPlaySettings(games=16, simulations=16)
    samples = own_games(BOARD, arbitrary(BOARD), 2500, settings, SearchSettings(), seed=0)
    mine, theirs = to_planes(BOARD, samples["mine"], samples["stones"]).numpy().swapaxes(0, 1)
    room = (4 - (mine + theirs).sum(axis=1)) ** 8
    samples["policy"] = room / room.sum(axis=1, keepdims=True)
    outcome = np.where(mine[:, 0, 2] > 0, 1, np.where(theirs[:, 0, 2] > 0, -1, 0))
    samples["outcome"] = np.where(np.isnan(samples["outcome"]), np.nan, outcome)
    return samples


@pytest.fixture(scope="module")
def teacher() -> PolicyValueNet:
    return awake(BOARD, NetworkSettings(8, 1, 16), 0).requires_grad_(False)


def student(teacher: PolicyValueNet, lessons: np.ndarray, target: str, seed: int = 0) -> PolicyValueNet:
    return student_of(BOARD, teacher, lessons, target, PASSES, RATE, np.random.default_rng(seed))


def divergence(network: PolicyValueNet, lessons: np.ndarray) -> float:
    """Of its policy from the visit shares, in nats."""
    with torch.no_grad():
        logits, _ = network(to_planes(BOARD, lessons["mine"], lessons["stones"]))
    powers = np.exp(logits.double().numpy())
    shares = lessons["policy"].astype(float)
    ratio = np.where(shares > 0, shares, 1) / (powers / powers.sum(axis=1, keepdims=True))
    return float((shares * np.log(np.where(shares > 0, ratio, 1))).sum(axis=1).mean())


def error(network: PolicyValueNet, lessons: np.ndarray) -> float:
    """Squared error of its value against the outcomes."""
    ended = lessons[~np.isnan(lessons["outcome"])]
    with torch.no_grad():
        _, value = network(to_planes(BOARD, ended["mine"], ended["stones"]))
    return float(((value.numpy() - ended["outcome"]) ** 2).mean())


@pytest.mark.parametrize("target", ["visit-counts", "played-moves"])
def test_told_of_moves_the_student_comes_to_play_like_the_search(
    target: str, teacher: PolicyValueNet, lessons: np.ndarray
) -> None:
    shuffled = student(teacher, lessons, "shuffled")
    told = student(teacher, lessons, target)
    assert divergence(told, lessons) < 0.7 * divergence(shuffled, lessons)
    assert divergence(told, lessons) < 0.7 * divergence(teacher, lessons)
    assert error(told, lessons) < error(shuffled, lessons) - 0.3


def test_told_outcomes_alone_the_policy_head_only_decays(
    teacher: PolicyValueNet, lessons: np.ndarray
) -> None:
    """Its rows get no gradient. AdamW's decay then multiplies them, each step, by 1 - rate * 0.01; the rate falls
    along a cosine to a fiftieth."""
    told = student(teacher, lessons, "outcomes")
    steps = round(PASSES * int((~np.isnan(lessons["outcome"])).sum()) / 256)
    rates = RATE * (0.02 + 0.98 * (1 + np.cos(np.pi * np.arange(steps) / steps)) / 2)
    decay = float(np.prod(1 - 0.01 * rates))
    assert decay < 0.9995
    for after, before in ((told.heads.weight, teacher.heads.weight), (told.heads.bias, teacher.heads.bias)):
        torch.testing.assert_close(after[:5], before[:5] * decay, rtol=2e-5, atol=1e-9)
        assert float((after[5] / before[5] - decay).abs().max()) > 0.01
    assert error(told, lessons) < error(teacher, lessons) - 0.1


def test_the_teacher_stays_as_it_was(teacher: PolicyValueNet, lessons: np.ndarray) -> None:
    before = {name: tensor.clone() for name, tensor in teacher.state_dict().items()}
    told = student(teacher, lessons, "visit-counts")
    assert all(torch.equal(tensor, before[name]) for name, tensor in teacher.state_dict().items())
    assert not any(parameter.requires_grad for parameter in told.parameters())
    assert not told.training


def test_with_a_rate_of_nearly_nothing_the_student_is_the_teacher(
    teacher: PolicyValueNet, lessons: np.ndarray
) -> None:
    told = student_of(BOARD, teacher, lessons, "visit-counts", 1.0, 1e-12, np.random.default_rng(0))
    for one, other in zip(told.parameters(), teacher.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-7, rtol=0)


@pytest.mark.parametrize(
    ("target", "shuffled"),
    [("visit-counts", False), ("played-moves", False), ("outcomes", False), ("shuffled", True)],
)
def test_what_is_drawn_from(
    target: str, shuffled: bool, teacher: PolicyValueNet, lessons: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finished games, the outcome as the value's target, each position about as often as there are passes."""
    calls = []
    draw = distillation.draw_examples

    def noted(board, replay, size, outcome_share, random, mixed=False):
        calls.append((replay, size, outcome_share, mixed))
        return draw(board, replay, size, outcome_share, random, mixed)

    before = lessons["policy"].copy()
    monkeypatch.setattr(distillation, "draw_examples", noted)
    student(teacher, lessons, target)
    replay, size, outcome_share, mixed = calls[0]
    ended = lessons[~np.isnan(lessons["outcome"])]
    assert len(ended) < len(lessons)
    assert np.array_equal(replay.samples["stones"], ended["stones"])
    assert np.array_equal(replay.samples["outcome"], ended["outcome"])
    assert replay.written[0] == len(ended)
    assert outcome_share == 1
    assert mixed == shuffled
    assert len(calls) * size == pytest.approx(PASSES * len(ended), rel=0.02)
    sure = (replay.samples["policy"].max(axis=1) == 1).all()
    assert sure == (target == "played-moves")
    assert np.array_equal(lessons["policy"], before)


def test_played_moves_follow_the_visit_shares() -> None:
    shares = np.array([0.1, 0.0, 0.55, 0.05, 0.3], np.float32)
    drawn = played(np.tile(shares, (20_000, 1)), np.random.default_rng(0))
    assert np.array_equal(drawn.sum(axis=1), np.ones(20_000))
    assert set(np.unique(drawn)) == {0, 1}
    counts = drawn.sum(axis=0)
    assert counts[1] == 0
    visited = shares > 0
    expected = 20_000 * shares[visited]
    assert ((counts[visited] - expected) ** 2 / expected).sum() < 16.3  # 3 degrees, once in 1,000 times


def test_shares_that_do_not_quite_sum_to_one_are_drawn_from_all_the_same() -> None:
    class Last(np.random.Generator):
        def random(self, size=None, dtype=np.float64, out=None):
            return np.full(size, 1 - 2.0**-53)

    shares = np.array([[0, 0.1, 0.7, 0.2, 0], [0, 0.3, 0.3, 0.3, 0]], np.float32)
    drawn = played(shares, Last(np.random.PCG64(0)))
    assert drawn.argmax(axis=1).tolist() == [3, 3]
