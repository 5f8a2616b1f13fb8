"""A run that is killed goes on to the same weights; a file that is not what it should be is refused in a sentence."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from companion.alphazero import training
from companion.alphazero.checkpoint import load_run, save_run
from companion.alphazero.loop import iterate, new_run
from companion.alphazero.training import Training, train
from companion.lab.errors import LabError
from companion.lab.paths import ROOT
from companion.lab.streams import Streams
from companion.tensors import belongs, digest, pack, unpack
from tests.alphazero.runs import LONG, SMALL, finished, weights_of
from tests.toy_checkout import one_sentence

STREAMS = Streams(1)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A run of two iterations in a file, with one further tensor."""
    run = new_run(SMALL, STREAMS)
    for _ in range(2):
        iterate(run, SMALL, STREAMS)
    save_run(tmp_path / "run.safetensors", run, SMALL, {"more": torch.arange(3)})
    return tmp_path / "run.safetensors"


def refusal(path: Path, settings: object = SMALL) -> str:
    with pytest.raises(LabError) as refused:
        load_run(path, settings, STREAMS)
    assert one_sentence(str(refused.value))
    assert path.name in str(refused.value)
    return str(refused.value)


def test_a_loaded_run_goes_on_as_if_it_had_never_stopped(saved: Path) -> None:
    run, also = load_run(saved, SMALL, STREAMS)
    assert run.iteration == 2
    assert also["more"].tolist() == [0, 1, 2]
    while run.iteration < SMALL.iterations:
        iterate(run, SMALL, STREAMS)
    whole = finished(SMALL, 1)
    assert weights_of(run.network) == weights_of(whole.network)
    for name in whole.replay.samples.dtype.names:
        assert np.array_equal(run.replay.samples[name], whole.replay.samples[name], equal_nan=True)
    assert run.games.tobytes() == whole.games.tobytes()


def test_all_that_changes_in_a_run_is_in_the_file(saved: Path) -> None:
    """Leave out any part of the state, and the run ends elsewhere."""
    whole = weights_of(finished(SMALL, 1).network)
    for spoil in ("network", "optimizer", "replay", "games"):
        run, _ = load_run(saved, SMALL, STREAMS)
        setattr(run, spoil, getattr(new_run(SMALL, STREAMS), spoil))
        if spoil == "network":
            run.network.load_state_dict(new_run(SMALL, Streams(2)).network.state_dict())
        if spoil == "optimizer":
            state = run.optimizer.state_dict()["param_groups"]
            run.optimizer = torch.optim.AdamW(run.network.parameters(), foreach=True)
            run.optimizer.load_state_dict({"state": {}, "param_groups": state})
        while run.iteration < SMALL.iterations:
            iterate(run, SMALL, STREAMS)
        assert weights_of(run.network) != whole


def test_a_truncated_file_is_refused(saved: Path) -> None:
    data = saved.read_bytes()
    for length in (0, 5, 200, len(data) // 2, len(data) - 1):
        saved.write_bytes(data[:length])
        assert "not a readable checkpoint" in refusal(saved)


def test_a_file_of_something_else_is_refused(saved: Path) -> None:
    saved.write_bytes(b"a letter to my grandmother" * 100)
    assert "not a readable checkpoint" in refusal(saved)
    save_file({"x": torch.ones(3)}, saved)
    assert "damaged" in refusal(saved)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.999])
def test_a_flipped_bit_is_noticed(saved: Path, share: float) -> None:
    data = bytearray(saved.read_bytes())
    header = 8 + int.from_bytes(data[:8], "little")
    data[header + int(share * (len(data) - header))] ^= 4
    saved.write_bytes(data)
    load_file(saved)  # safetensors itself notices nothing
    assert "damaged" in refusal(saved)


def test_tensors_that_changed_names_are_noticed(saved: Path) -> None:
    tensors = load_file(saved)
    with safe_open(saved, "pt") as file:
        metadata = file.metadata()
    names = "network.stem.weight", "optimizer.0.exp_avg"
    tensors[names[0]], tensors[names[1]] = tensors[names[1]], tensors[names[0]]
    save_file(tensors, saved, metadata)
    assert "damaged" in refusal(saved)


@pytest.mark.parametrize(
    "other",
    [
        replace(SMALL, iterations=5),
        replace(SMALL, play=replace(SMALL.play, noise=0.2)),
        replace(SMALL, network=replace(SMALL.network, hidden=17)),
    ],
)
def test_a_run_with_other_settings_is_refused(saved: Path, other: object) -> None:
    assert not belongs(saved, other)
    assert belongs(saved, SMALL)
    assert "other settings" in refusal(saved, other)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "not a readable checkpoint" in refusal(tmp_path / "nothing.safetensors")


def test_tensors_of_any_kind_come_back_as_they_were(tmp_path: Path) -> None:
    tensors = {
        "transposed": torch.rand(3, 4).T,
        "nothing": torch.zeros(0, 2),
        "scalar": torch.tensor(5),
        "half": torch.rand(7).bfloat16(),
        "flags": torch.tensor([True, False]),
        "undefined": torch.tensor([torch.nan, -0.0]),
    }
    (tmp_path / "x.safetensors").write_bytes(pack(tensors, SMALL))
    back = unpack(tmp_path / "x.safetensors", SMALL)
    assert back.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert back[name].dtype == tensor.dtype
        torch.testing.assert_close(back[name], tensor, rtol=0, atol=0, equal_nan=True)
    assert back["undefined"].signbit().tolist()[1]


def test_a_digest_tells_settings_apart_and_is_the_same_tomorrow() -> None:
    assert digest(SMALL) == digest(replace(SMALL))
    assert len({digest(SMALL), digest(LONG), digest(replace(SMALL, window=701))}) == 3
    assert re.fullmatch("[0-9a-f]{64}", digest(SMALL))


def test_a_write_that_fails_leaves_the_old_file(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError("no space left")

    before = saved.read_bytes()
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        save_run(saved, new_run(SMALL, STREAMS), SMALL)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


TRAIN = """
from pathlib import Path
import sys

from companion.alphazero import training
from tests.alphazero.runs import LONG

def save_and_say(file, run, *rest):
    save_run(file, run, *rest)
    print(run.iteration, flush=True)

save_run, training.save_run = training.save_run, save_and_say
training.SCRATCH = Path(sys.argv[1])
training.train(training.Training(LONG, (0, 3, 24)), 1, every=1)
"""


def iterations_saved(folder: Path) -> int:
    """What a run has on disk while another process writes it: files are replaced whole."""
    for path in folder.glob("*.safetensors"):
        with safe_open(path, "pt") as file:
            return int(file.get_tensor("iteration"))
    return 0


@pytest.mark.slow
def test_a_killed_training_goes_on_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = subprocess.Popen(
        [sys.executable, "-c", TRAIN, str(killed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert any(int(line) == 4 for line in process.stdout)  # the gate: four iterations are on disk
    finally:
        process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    reached = iterations_saved(killed)
    assert 4 <= reached < LONG.iterations

    done: list[int] = []
    remaining = training.remaining

    def noted(*arguments):
        for report in remaining(*arguments):
            done.append(report.iteration)
            yield report

    monkeypatch.setattr(training, "remaining", noted)
    monkeypatch.setattr(training, "SCRATCH", killed)
    resumed = train(Training(LONG, (0, 3, 24)), 1)
    assert done == list(range(reached + 1, 25))
    monkeypatch.setattr(training, "SCRATCH", whole)
    uninterrupted = train(Training(LONG, (0, 3, 24)), 1)
    assert done[-24:] == list(range(1, 25))
    assert resumed.keys() == uninterrupted.keys() == {0, 3, 24}
    for moment, weights in uninterrupted.items():
        for name, tensor in weights.items():
            assert torch.equal(resumed[moment][name], tensor)
    assert [path for path in killed.iterdir() if path.suffix == ".safetensors" and path.name[0] != "."] == []
