"""The make targets of the contract exist, and what cannot work says so in one sentence."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from companion.lab.paths import ROOT

CONTRACT = ["book", "test", "lab", "serve", "check", "bench", "record", "lock", "browser", "clean"]


def run(tree: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = os.environ | environment
    return subprocess.run(command, cwd=tree, env=settings, capture_output=True, text=True, check=False)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout without an environment, with what `make` needs and nothing else."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    return tmp_path


@pytest.mark.parametrize("target", CONTRACT)
def test_a_target_of_the_contract_exists(target: str) -> None:
    assert run(ROOT, "make", "--dry-run", target).returncode == 0


def test_make_alone_explains_the_targets() -> None:
    explained = run(ROOT, "make").stdout
    assert [target for target in CONTRACT if f"make {target} " not in explained] == []


def test_a_wrong_python_is_named_and_leaves_nothing(bare: Path) -> None:
    answer = run(bare, "make", "book", PYTHON="/bin/false")
    assert answer.returncode == 2
    assert "needs Python 3.11, 3.12 or 3.13 and /bin/false is none of them" in answer.stderr
    assert not (bare / ".venv").exists()


def test_serving_nothing_says_what_to_build(bare: Path) -> None:
    (bare / ".venv").mkdir()
    (bare / ".venv" / ".ready").touch()
    answer = run(bare, "make", "serve")
    assert answer.returncode == 2
    assert "run make book first" in answer.stderr
