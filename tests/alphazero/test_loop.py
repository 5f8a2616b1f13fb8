"""The loop: the same run twice is the same to the last bit, and a few seconds of it beat no training."""

from dataclasses import replace

import numpy as np
import pytest

from companion.alphazero.evaluator import network_evaluator
from companion.alphazero.learning import LearningSettings
from companion.alphazero.loop import LoopSettings, iterate, new_run, remaining
from companion.alphazero.network import NetworkSettings
from companion.alphazero.problems import Problems, off_policy
from companion.alphazero.self_play import SelfPlaySettings
from companion.alphazero.strength import accuracies
from companion.games.board import CONNECT_THREE
from companion.games.connect_four import Position
from companion.games.notation import drop
from companion.lab.streams import Streams
from tests.alphazero.runs import SMALL, finished, weights_of


def test_two_runs_of_a_seed_are_the_same_and_another_seed_is_another_run() -> None:
    first, again, other = (finished(SMALL, seed) for seed in (1, 1, 2))
    assert weights_of(first.network) == weights_of(again.network)
    assert first.replay.samples["stones"].tobytes() == again.replay.samples["stones"].tobytes()
    assert weights_of(first.network) != weights_of(other.network)


def test_it_goes_around_as_often_as_the_settings_say_and_reports_each_time() -> None:
    streams = Streams(1)
    run = new_run(SMALL, streams)
    reports = list(remaining(run, SMALL, streams))
    assert [report.iteration for report in reports] == [1, 2, 3, 4]
    assert run.replay.written[0] == 4 * 150
    assert all(report.tally.moves >= 150 for report in reports)
    assert list(remaining(run, SMALL, streams)) == []
    assert reports[-1].policy_loss < np.log(5)
    assert reports[-1].value_loss < reports[0].value_loss + 0.5


def test_the_rate_of_an_iteration_is_that_of_its_place_in_the_run() -> None:
    streams, rates = Streams(1), []
    run = new_run(SMALL, streams)
    while run.iteration < SMALL.iterations:
        iterate(run, SMALL, streams)
        rates.append(run.optimizer.param_groups[0]["lr"])
    angles = np.pi * np.arange(4) / 4
    assert rates == pytest.approx(2e-3 * (0.02 + 0.98 * (1 + np.cos(angles)) / 2))


def test_iterations_do_not_draw_the_same_examples_or_play_the_same_games() -> None:
    streams = Streams(1)
    run = new_run(SMALL, streams)
    drawn = [streams.numpy(f"learning {i}").integers(1 << 60) for i in range(2)]
    assert drawn[0] != drawn[1]
    for _ in remaining(run, SMALL, streams):
        pass
    assert run.games["number"].max() > 16
    assert len(np.unique(run.games["number"])) == 16


def test_a_position_is_drawn_as_often_as_reuse_says() -> None:
    assert SMALL.steps == 7  # 150 positions, three times each, 64 at a time
    assert replace(SMALL, learning=LearningSettings(batch=4096)).steps == 1


@pytest.mark.parametrize("wrong", [{"iterations": 0}, {"positions": 0}, {"window": 2 * 16 * 20 - 1}])
def test_an_impossible_run_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="a window of at least 640"):
        replace(SMALL, **wrong)


LEARNING = LoopSettings(
    board=CONNECT_THREE,
    network=NetworkSettings(16, 2, 32),
    play=SelfPlaySettings(games=64, simulations=32, quick_simulations=8, random_opening=6),
    learning=LearningSettings(batch=128, reuse=6.0, learning_rate=1e-2),
    iterations=6,
    positions=800,
    window=20_000,
)


@pytest.fixture(scope="module")
def problems() -> Problems:
    """All that a game can come to in its first five plies: there most moves are wrong."""
    return off_policy(CONNECT_THREE, 1500, (1, 5), seed=1)


def replies(problems: Problems) -> tuple[np.ndarray, np.ndarray]:
    """The positions after a best move of each problem."""
    after = [
        drop(CONNECT_THREE, Position(int(mine), int(stones)), int(best.argmax()))
        for mine, stones, best in zip(problems.mine, problems.stones, problems.optimal, strict=True)
    ]
    mine, stones = np.array(after, np.int64).T
    return mine.copy(), stones.copy()


@pytest.mark.parametrize("seed", [0, 1])
def test_some_seconds_of_it_teach_which_moves_are_best_and_who_wins(seed: int, problems: Problems) -> None:
    """Measured against the solver. The margins are half of what every one of four seeds gained."""
    before, after = (
        network_evaluator(CONNECT_THREE, network)
        for network in (new_run(LEARNING, Streams(seed)).network, finished(LEARNING, seed).network)
    )
    untrained, trained = (
        accuracies(CONNECT_THREE, problems, evaluate, (0, 16)) for evaluate in (before, after)
    )
    assert trained[0] > max(untrained[0], problems.chance) + 0.15
    assert trained[1] > untrained[1] + 0.25
    won = problems.outcome == 1
    assert won.mean() > 0.9
    here, there = after(problems.mine[won], problems.stones[won]).value, after(*replies(problems)).value[won]
    assert (here > 0).mean() + (there < 0).mean() > 1.4  # one, if a position and the reply to it look alike
