"""The import contracts bite, also for packages that do not exist yet."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from companion.lab.paths import ROOT


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [
        Path(sys.executable).with_name("lint-imports"),
        "--no-cache",
        "--config",
        tree / "pyproject.toml",
    ]
    return subprocess.run(command, cwd=tree / "src", capture_output=True, text=True, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package that a test may spoil."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "src" / "companion", tmp_path / "src" / "companion")
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("games/rules.py", "import torch"),
        ("lab/extra.py", "import companion.experiments"),
        ("figures/extra.py", "import companion.lab.paths"),
        ("fast_learners/extra.py", "import companion.reasoning.extra"),
        ("stray.py", "x = 1"),
    ],
)
def test_a_wrong_import_is_refused(tree: Path, module: str, line: str) -> None:
    for name in (module, "reasoning/extra.py"):
        file = tree / "src" / "companion" / name
        file.parent.mkdir(exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(f"{line}\n" if name == module else "")
    answer = lint(tree)
    assert answer.returncode == 1
    assert f"companion.{module.removesuffix('.py').replace('/', '.')}" in answer.stdout
