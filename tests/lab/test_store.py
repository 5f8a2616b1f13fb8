"""A stored result is whole or absent, and every way of breaking it is one sentence."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.lab import store
from companion.lab.errors import LabError, UsageError

RESULT = Path("toy-mean/v1/full.json")


@pytest.fixture
def results(recorded: Any, tmp_path: Path) -> Path:
    """A copy of a recorded results folder, to be broken."""
    shutil.copytree(recorded.root / "results", tmp_path / "results")
    return tmp_path / "results"


def load(results: Path) -> store.Result | None:
    return store.load("toy-mean", 1, results=results)


def edit(results: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads((results / RESULT).read_text())
    change(document)
    (results / RESULT).write_text(json.dumps(document))


def test_a_stored_result_comes_back(results: Path) -> None:
    result = load(results)
    assert result is not None
    assert result.verdict == "supported"
    assert result.document["sabotage_verdict"] == "refuted"
    assert result.scalar("mean").shape == (4,)
    assert result.scalar("mean", "none").mean() == pytest.approx(0, abs=0.05)
    assert result.array("curve").shape == (4, 5)
    assert result.document["measurements"]["noise.hits"]["trials"] == [100] * 4


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a JSON file"),
        (b"{", "not a JSON file"),
        (b"\xff\x00garbage", "not a JSON file"),
        (b'{"schema": 1, "mean": NaN}', "NaN"),
        (b"[]", "not a result file"),
        (b'{"schema": 1}', "not a result file"),
        (b'{"schema": 2}', "newer version of the book"),
    ],
)
def test_broken_files(results: Path, data: bytes, said: str, is_one_sentence: Callable[[str], bool]) -> None:
    (results / RESULT).write_bytes(data)
    with pytest.raises(LabError, match=said) as refusal:
        load(results)
    assert is_one_sentence(str(refusal.value))


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_a_truncated_file_never_loads(
    recorded: Any, tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    data = (recorded.root / "results" / RESULT).read_bytes()
    broken = tmp_path_factory.mktemp("broken")
    (broken / RESULT).parent.mkdir(parents=True)
    (broken / RESULT).write_bytes(data[: cut % (len(data) - 2)])
    with pytest.raises(LabError):
        load(broken)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("verdict"),
        lambda d: d.update(verdict="proved"),
        lambda d: d.update(extra=1),
        lambda d: d["provenance"].update(environment={"HOME": "x"}),
        lambda d: d["measurements"]["noise.mean"].update(per_seed="many"),
        lambda d: d.update(scale="huge"),
    ],
)
def test_wrong_schema(results: Path, change: Callable[[dict[str, Any]], object]) -> None:
    edit(results, change)
    with pytest.raises(LabError, match="not a result file"):
        load(results)


def test_one_flipped_byte_in_the_arrays_is_noticed(results: Path) -> None:
    arrays = (results / RESULT).with_suffix(".npz")
    data = bytearray(arrays.read_bytes())
    data[len(data) // 2] ^= 1
    arrays.write_bytes(data)
    with pytest.raises(LabError, match="does not have the bytes"):
        load(results)


def test_an_absent_result_is_none_and_a_missing_array_file_is_not(results: Path) -> None:
    assert store.load("never-run", 1, results=results) is None
    (results / RESULT).with_suffix(".npz").unlink()
    with pytest.raises(LabError, match="cannot be read"):
        load(results)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.json"
    store.write_atomically(path, b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        store.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="choose another folder"):
        store.write_atomically(tmp_path / "file" / "below" / "x.json", b"")


def test_nan_is_refused_and_the_same_arrays_give_the_same_bytes() -> None:
    with pytest.raises(ValueError, match="JSON"):
        store.dump({"mean": float("nan")})
    arrays = {"b": np.arange(6.0).reshape(2, 3), "a": np.zeros(1)}
    assert store.pack(arrays) == store.pack(arrays)
