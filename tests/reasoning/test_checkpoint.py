"""A run that is killed goes on to the same weights; a file of another run is refused."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from companion.lab.errors import LabError
from companion.lab.streams import Streams
from companion.reasoning import checkpoint
from companion.reasoning.checkpoint import load_run, save_run, trained
from companion.reasoning.grpo import Run, Step, new_run, remaining
from tests.reasoning.runs import SETTINGS, SHUFFLES, shuffler, weights

STREAMS = Streams(3)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(checkpoint, "SCRATCH", tmp_path / "scratch")
    return tmp_path / "scratch"


class Stop(Exception):
    """Somebody pulls the plug."""


def begun(steps: int) -> tuple[Run, list[Step]]:
    run, history = new_run(shuffler(), SETTINGS), []

    def after(run: Run, step: Step) -> None:
        history.append(step)
        if run.steps == steps:
            raise Stop

    with pytest.raises(Stop):
        remaining(run, SHUFFLES, SETTINGS, STREAMS, after)
    return run, history


def whole() -> tuple[Run, list[Step]]:
    run, history = new_run(shuffler(), SETTINGS), []
    remaining(run, SHUFFLES, SETTINGS, STREAMS, lambda _, step: history.append(step))
    return run, history


def test_a_loaded_run_goes_on_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    save_run(tmp_path / "run.safetensors", *begun(3)[:1], SETTINGS, begun(3)[1])
    other = shuffler()
    with torch.no_grad():
        other.lm_head.weight.zero_()  # what the file holds replaces it
    run, history = load_run(tmp_path / "run.safetensors", other, SETTINGS)
    assert run.steps == len(history) == 3
    remaining(run, SHUFFLES, SETTINGS, STREAMS, lambda _, step: history.append(step))
    expected, steps = whole()
    assert weights(run.model) == weights(expected.model)
    assert history == steps


def test_the_momentum_of_the_optimizer_is_part_of_a_run(tmp_path: Path) -> None:
    """Without it the run ends elsewhere."""
    save_run(tmp_path / "run.safetensors", begun(3)[0], SETTINGS, [])
    run, _ = load_run(tmp_path / "run.safetensors", shuffler(), SETTINGS)
    forgetful = new_run(run.model, SETTINGS)
    forgetful.steps = 3
    remaining(forgetful, SHUFFLES, SETTINGS, STREAMS)
    assert weights(forgetful.model) != weights(whole()[0].model)


def test_a_run_with_other_settings_is_refused(tmp_path: Path, is_one_sentence) -> None:
    save_run(tmp_path / "run.safetensors", begun(2)[0], SETTINGS, [])
    for other in (
        replace(SETTINGS, learning_rate=1e-3),
        replace(SETTINGS, rollouts=replace(SETTINGS.rollouts, flipped=0.5)),
    ):
        with pytest.raises(LabError, match="other settings") as refused:
            load_run(tmp_path / "run.safetensors", shuffler(), other)
        assert is_one_sentence(str(refused.value))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    save_run(path, begun(2)[0], SETTINGS, [])
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    with pytest.raises(LabError, match="damaged"):
        load_run(path, shuffler(), SETTINGS)


def test_a_killed_training_goes_on_from_its_last_saved_step(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = shuffler()
    history = trained(expected, SHUFFLES, SETTINGS, STREAMS, "run", every=2)
    assert weights(expected) == weights(whole()[0].model)
    assert list(scratch.iterdir()) == []

    save = checkpoint.save_run

    def die(path, run, *rest):
        save(path, run, *rest)
        if run.steps == 4:
            raise Stop

    monkeypatch.setattr(checkpoint, "save_run", die)
    with pytest.raises(Stop):
        trained(shuffler(), SHUFFLES, SETTINGS, STREAMS, "run", every=2)
    monkeypatch.setattr(checkpoint, "save_run", save)
    assert len(list(scratch.iterdir())) == 1
    starts, go_on = [], checkpoint.remaining

    def noted(run, *rest):
        starts.append(run.steps)
        return go_on(run, *rest)

    monkeypatch.setattr(checkpoint, "remaining", noted)
    resumed = shuffler()
    assert trained(resumed, SHUFFLES, SETTINGS, STREAMS, "run", every=2) == history
    assert starts == [4]
    assert weights(resumed) == weights(expected)
    assert list(scratch.iterdir()) == []


def test_runs_of_other_names_seeds_and_settings_do_not_meet(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = set()

    def die(path, *rest):
        files.add(path.name)
        raise Stop

    monkeypatch.setattr(checkpoint, "save_run", die)
    for name, seed, settings in (
        ("one", 3, SETTINGS),
        ("two", 3, SETTINGS),
        ("one", 4, SETTINGS),
        ("one", 3, replace(SETTINGS, learning_rate=1e-3)),
    ):
        with pytest.raises(Stop):
            trained(shuffler(), SHUFFLES, settings, Streams(seed), name, every=1)
    assert len(files) == 4
