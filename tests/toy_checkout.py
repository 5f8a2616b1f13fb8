"""A small checkout of its own, with one toy experiment, on which the real command line is tried from outside."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from companion.lab.paths import ROOT

TOY = '''
"""A toy: is the mean of noise around `center` above a half?"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from companion.lab.criteria import Above
from companion.lab.experiment import Quantity, Share, experiment
from companion.lab.streams import Streams


@dataclass(frozen=True)
class Settings:
    center: float = 1.0
    items: int = 100
    gate: str = ""  # all seeds but the first wait until this file exists


def draw(result):
    raise AssertionError("nobody draws here")


@experiment(
    id="{id}", version=1, title="A toy", claim="C1.1", chapter="two-clocks", question="Is it?", hypothesis="It is.",
    refuted_when="It is not.", criterion=Above("mean", margin=0.5), arms={{"noise": {{}}, "none": {{"center": 0.0}}}},
    sabotage="none", informed_by="none",
    scales={{"smoke": Settings(items=10), "live": Settings(items=30), "full": Settings(gate={gate!r})}},
    seeds=4, live_seeds=3,
    quantities={{"mean": Quantity("1", "mean of the noise"), "hits": Quantity("share", "items above zero")}},
    toy="noise", lineage="none", cost="nothing", figure=draw,
)
def measure(settings: Settings, streams: Streams):
    while settings.gate and streams.root and not Path(settings.gate).exists():
        time.sleep(0.02)
    noise = settings.center + 0.1 * streams.numpy("noise").standard_normal(settings.items)
    return {{"mean": noise.mean(), "hits": Share(int((noise > 0).sum()), settings.items), "curve": noise[:5]}}
'''


class Checkout:
    """A git checkout with the real laboratory and command line and one toy experiment."""

    def __init__(self, root: Path, id: str = "toy-mean", gated: bool = False) -> None:
        self.root, self.id, self.gate = root, id, root / ".git" / "gate"
        package = root / "src" / "companion"
        shutil.copytree(
            ROOT / "src" / "companion" / "lab",
            package / "lab",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for name in ("src/companion/__init__.py", "src/companion/cli.py", "CITATION.cff", "_config.yml"):
            shutil.copy(ROOT / name, root / name)
        self.toy = package / "experiments" / "toy_mean.py"
        self.toy.parent.mkdir()
        self.toy.write_text(TOY.format(id=id, gate=str(self.gate) if gated else ""))
        (self.toy.parent / "__init__.py").write_text('MODULES = ("toy_mean",)\n')
        (root / "declarations").mkdir()
        (root / ".gitignore").write_text("_build/\n__pycache__/\n*.lock\n")
        self.git("init", "-q")
        self.commit("Start")

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=self.root, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        environment = {**os.environ, "PYTHONPATH": str(self.root / "src")}
        environment.pop("COMPANION_WORKTREE", None)
        command = [sys.executable, "-m", "companion.cli", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=environment,
            stdout=pipe,
            stderr=pipe,
            text=True,
            preexec_fn=_hear_interrupts,
        )

    def companion(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def record(self) -> None:
        """Declare, commit, run at full scale, commit."""
        assert self.companion("declare", self.id).returncode == 0
        self.commit("Declare")
        done = self.companion("run", self.id, "--scale", "full")
        assert done.returncode == 0, done.stderr
        self.commit("Record")

    @property
    def folder(self) -> Path:
        return self.root / "results" / self.id / "v1"

    @property
    def result(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "full.json").read_text())
        return document


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture
def gated_checkout(tmp_path: Path) -> Checkout:
    """A full run here finishes its first seed and then waits for `gate`, however busy the machine is."""
    return Checkout(tmp_path, gated=True)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout with a recorded result, made once; tests that change it work on a copy."""
    made = Checkout(tmp_path_factory.mktemp("recorded"))
    made.record()
    return made


@pytest.fixture
def copy_of_recorded(recorded: Checkout, tmp_path: Path) -> Checkout:
    shutil.copytree(recorded.root, tmp_path / "copy", ignore=shutil.ignore_patterns("_build"))
    made = object.__new__(Checkout)
    made.root, made.id = tmp_path / "copy", recorded.id
    made.toy = made.root / recorded.toy.relative_to(recorded.root)
    made.git("worktree", "prune")
    return made


def _hear_interrupts() -> None:
    """As at a terminal: a shell starts background jobs deaf to Ctrl-C, and their children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def one_sentence(text: str) -> bool:
    """Whether a refusal is a single line that ends like a sentence and shows no traceback."""
    line = text.strip()
    return "\n" not in line and line.endswith(".") and "Traceback" not in line


@pytest.fixture
def is_one_sentence() -> Callable[[str], bool]:
    return one_sentence
