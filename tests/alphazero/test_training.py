"""Training: what is kept when, and what is left on disk."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from companion.alphazero import learning, training
from companion.alphazero.evaluator import network_evaluator
from companion.alphazero.inference import _has_bfloat16, half_precision
from companion.alphazero.loop import new_run
from companion.alphazero.training import Training, flatten, restored, snapshot, train, unflatten
from companion.games.board import CONNECT_THREE
from companion.lab.errors import LabError
from companion.lab.streams import Streams
from tests.alphazero.referee import awake
from tests.alphazero.runs import SMALL, finished
from tests.search.positions import sampled


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(training, "SCRATCH", tmp_path / "scratch")
    return tmp_path / "scratch"


def same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(
        torch.equal(one[i][name], other[i][name]) for i in one for name in one[i]
    )


def test_the_network_is_kept_at_the_moments_asked_for(scratch: Path) -> None:
    kept = train(Training(SMALL, (0, 1, 4)), 1)
    assert list(kept) == [0, 1, 4]
    assert same({0: kept[0]}, {0: snapshot(new_run(SMALL, Streams(1)).network)})
    assert same({1: kept[4]}, {1: snapshot(finished(SMALL, 1).network)})
    assert not same({0: kept[0]}, {0: kept[1]})
    assert list(scratch.iterdir()) == []


def test_asking_for_moments_does_not_change_the_run() -> None:
    assert same({4: train(Training(SMALL, (0, 2, 4)), 1)[4]}, train(Training(SMALL, (4,)), 1, every=1))


def test_a_snapshot_answers_as_the_network_did() -> None:
    """On a processor that searches in bfloat16, to the last bit: its numbers were rounded before they were kept."""
    network, positions = awake(CONNECT_THREE, SMALL.network, 1), sampled(CONNECT_THREE, 0, 4, 9)
    again = restored(SMALL, snapshot(network))
    twins = half_precision(network).parameters(), half_precision(again).parameters()
    assert all(torch.equal(one, other) for one, other in zip(*twins, strict=True))
    first, second = (network_evaluator(CONNECT_THREE, n)(*positions) for n in (network, again))
    assert np.ptp(first.value) > 0.05
    for one, other in zip(first, second, strict=True):
        assert np.abs(one - other).max() <= (0 if _has_bfloat16() else 0.02)


def test_a_snapshot_keeps_the_last_layer_whole_and_rounds_the_others() -> None:
    network = awake(CONNECT_THREE, SMALL.network, 1)
    for name, tensor in snapshot(network).items():
        exact = network.get_parameter(name)
        if name.startswith("heads"):
            assert torch.equal(tensor, exact)
        else:
            assert tensor.dtype == torch.bfloat16
            torch.testing.assert_close(tensor.float(), exact, rtol=2**-8, atol=0)


def test_a_restored_network_learns_no_more() -> None:
    again = restored(SMALL, snapshot(new_run(SMALL, Streams(1)).network))
    assert not again.training
    assert not any(parameter.requires_grad for parameter in again.parameters())


def test_a_snapshot_does_not_follow_the_network() -> None:
    network = new_run(SMALL, Streams(1)).network
    kept = snapshot(network)
    before = {name: tensor.clone() for name, tensor in kept.items()}
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(1.0)
    assert same({0: kept}, {0: before})


def test_flat_snapshots_unfold_to_what_they_were() -> None:
    snapshots = {0: {"a.weight": torch.ones(2)}, 12: {"a.weight": torch.zeros(2), "b": torch.ones(1)}}
    flat = flatten(snapshots)
    assert set(flat) == {"0/a.weight", "12/a.weight", "12/b"}
    assert same(unflatten(flat), snapshots)


def test_a_run_that_diverges_leaves_its_last_save_to_go_on_from(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, rate_at = Training(SMALL, (0, 4)), learning.rate_at

    def too_high(settings: learning.LearningSettings, progress: float) -> float:
        return 1e30 if progress >= 0.5 else rate_at(settings, progress)

    monkeypatch.setattr(learning, "rate_at", too_high)
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        train(plan, 1, every=1)
    (file,) = scratch.iterdir()
    monkeypatch.setattr(learning, "rate_at", rate_at)
    begun = []
    monkeypatch.setattr(training, "new_run", lambda *a: begun.append(1))
    resumed = train(plan, 1)
    assert not begun
    assert not file.exists()
    assert same({4: resumed[4]}, {4: snapshot(finished(SMALL, 1).network)})


def test_seeds_and_settings_have_files_of_their_own(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*arguments: object) -> None:
        raise KeyboardInterrupt

    def interrupted(plan: Training, seed: int) -> None:
        with pytest.raises(KeyboardInterrupt):
            train(plan, seed, every=1)

    monkeypatch.setattr(training, "snapshot", stopped)
    plans = [Training(SMALL, (3,)), Training(SMALL, (2,)), Training(replace(SMALL, positions=160), (3,))]
    for plan in plans:
        interrupted(plan, 1)
    interrupted(plans[0], 2)
    assert len(list(scratch.iterdir())) == 4


def test_a_damaged_save_is_refused_and_not_trained_over(scratch: Path) -> None:
    plan = Training(SMALL, (4,))
    scratch.mkdir()
    file = scratch / f"{training.digest(plan)[:16]}-1.safetensors"
    file.write_bytes(b"damaged")
    with pytest.raises(
        LabError, match=f"^{file.name} is not a readable checkpoint .*: delete it to start anew.$"
    ):
        train(plan, 1)
    assert file.read_bytes() == b"damaged"


@pytest.mark.parametrize("moments", [(2, 1), (1, 1), (-1, 2)])
def test_moments_out_of_order_are_refused(moments: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="rising order"):
        Training(SMALL, moments)


def test_a_moment_after_the_end_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after 4 iterations, before 5"):
        Training(SMALL, (0, 5))
