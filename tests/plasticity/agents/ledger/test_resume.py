"""A process that is killed at half leaves behind all that another needs to go on as if nothing had happened."""

from pathlib import Path

import numpy as np
import pytest
import torch

from companion.lab.errors import LabError
from companion.plasticity.agents.ledger import resume
from companion.plasticity.agents.ledger.agent import play
from companion.plasticity.agents.ledger.resume import main, prepare, resumed, uninterrupted
from tests.plasticity.agents.ledger.agents import episodes, novice

MODEL, EPISODES = novice(), episodes(3)


def test_a_cache_gives_the_same_streams_as_reading_anew() -> None:
    assert np.allclose(uninterrupted(MODEL, EPISODES).earned, play(MODEL, EPISODES).earned)


def test_in_one_process_the_disk_holds_all_that_is_needed(tmp_path: Path) -> None:
    whole = uninterrupted(MODEL, EPISODES)
    prepare(MODEL, EPISODES, tmp_path, kill=False)
    found = resumed(tmp_path, "cache", kill=False)
    assert (found.earned == whole.earned).all()
    assert all(torch.equal(a, b) for a, b in zip(found.logits, whole.logits, strict=True))
    words = resumed(tmp_path, "transcript", kill=False)
    assert all(torch.allclose(a, b, atol=1e-3) for a, b in zip(words.logits, whole.logits, strict=True))


def test_the_context_of_another_stream_is_another_stream(tmp_path: Path) -> None:
    whole = uninterrupted(MODEL, EPISODES)
    prepare(MODEL, EPISODES, tmp_path, kill=False)
    found = resumed(tmp_path, "exchanged", kill=False)
    assert not any(torch.equal(a[0], b[0]) for a, b in zip(found.logits, whole.logits, strict=True))


@pytest.mark.slow
def test_a_killed_process_and_a_new_one_are_one_agent(tmp_path: Path) -> None:
    prepare(MODEL, EPISODES, tmp_path)  # raises unless the process died of SIGKILL
    found, whole = resumed(tmp_path, "cache"), uninterrupted(MODEL, EPISODES)
    assert (found.earned == whole.earned).all()
    assert all(torch.equal(a, b) for a, b in zip(found.logits, whole.logits, strict=True))


def test_a_process_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="go on from cache failed"):
        resumed(tmp_path, "cache")


def test_a_process_that_lives_on_is_no_death(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = resume.subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(resume, "_process", lambda folder, way: ended)
    with pytest.raises(LabError, match="ended otherwise"):
        prepare(MODEL, EPISODES, tmp_path)


@pytest.mark.parametrize("arguments", [[], ["folder"], ["folder", "never"]])
def test_wrong_use_is_told_the_right_one(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="usage: python -m"):
        main(arguments)
