"""A kept checkpoint is used only with the bytes that were kept."""

from pathlib import Path

import pytest

from companion.lab import checkpoints
from companion.lab.errors import LabError, UsageError


def test_kept_and_found_again(tmp_path: Path) -> None:
    checkpoints.keep("first-net", b"weights", "make it", tmp_path)
    checkpoints.keep("second-net", b"others", "make it", tmp_path)
    assert checkpoints.checked("first-net", tmp_path).read_bytes() == b"weights"
    assert checkpoints.checked("second-net", tmp_path).read_bytes() == b"others"


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = checkpoints.keep("net", b"weights", "make it", tmp_path)
    path.write_bytes(b"weightr")
    with pytest.raises(LabError, match="does not have the bytes"):
        checkpoints.checked("net", tmp_path)


def test_absent_ones_and_names_that_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="no checkpoint 'net'"):
        checkpoints.checked("net", tmp_path)
    with pytest.raises(UsageError):
        checkpoints.keep("../net", b"", "make it", tmp_path)
