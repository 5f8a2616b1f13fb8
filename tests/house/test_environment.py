"""requirements.lock and environment.yml follow pyproject.toml; what is installed is what the lock names."""

import importlib.util
import re
import sys
from importlib.metadata import version

import pytest

from companion.lab.paths import ROOT

spec = importlib.util.spec_from_file_location("lock", ROOT / ".ci" / "lock.py")
assert spec is not None
lock = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lock)
TEXT = lock.LOCK.read_text()


def test_the_lock_fulfils_pyproject() -> None:
    assert lock.objections(TEXT) == []


def test_environment_yml_is_up_to_date() -> None:
    assert lock.CONDA.read_text() == lock.conda_environment()


def test_the_lock_holds_pins_and_hashes_and_nothing_else() -> None:
    lines = [line for line in TEXT.splitlines() if not line.startswith("#")]
    assert all(
        re.match(r"[a-z0-9.-]+==[\w.]+( ; .+)? \\$|    --hash=sha256:[0-9a-f]{64}( \\)?$", line)
        for line in lines
    )
    assert "://" not in TEXT


@pytest.mark.parametrize(
    ("before", "after", "objection"),
    [
        ("numpy==2.", "numpy==1.", "asks for <3,>=2"),
        ("mypy==", "mypyless==", "lacks mypy"),
        ("numpy==", "torch==2.13.0\nnumpy==", "holds torch"),
        ("scipy==", "left-pad==1.0\nscipy==", "no hash for left-pad"),
    ],
)
def test_a_spoiled_lock_is_found_out(before: str, after: str, objection: str) -> None:
    assert any(
        objection in sentence for sentence in lock.objections(TEXT.replace(f"\n{before}", f"\n{after}"))
    )


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="only Python 3.11 is locked")
def test_the_environment_is_the_locked_one() -> None:
    installed_here = [
        pin
        for pin in map(lock.read, lock.entries(TEXT))
        if pin.requirement.marker is None or pin.requirement.marker.evaluate()
    ]
    assert len(installed_here) > 150
    assert {pin.name: version(pin.name) for pin in installed_here} == {
        pin.name: pin.version for pin in installed_here
    }
