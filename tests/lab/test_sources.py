"""The digest moves with what can change a number, and with nothing else."""

from pathlib import Path

import pytest

from companion.lab import sources
from tests.lab.test_experiment import toy


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "experiments/__init__.py": "",
        "experiments/toy.py": "from companion.worlds import rules\nimport companion.lab.streams\n"
        "def draw():\n    from companion.figures import plots\n",
        "worlds/__init__.py": "",
        "worlds/rules.py": "def f():\n    from companion.worlds.deep import depth\n",
        "worlds/deep.py": "from companion.worlds import rules\ndepth = 1\n",
        "worlds/unused.py": "",
        "figures/plots.py": "",
        "lab/streams.py": "",
        "lab/store.py": "",
    }
    for name, text in files.items():
        path = tmp_path / "companion" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def experiment_there():
    def measure(settings, streams):
        return {}

    measure.__module__ = "companion.experiments.toy"
    return toy(measure=measure)


def test_the_closure_of_imports(tree: Path) -> None:
    names = [
        file.relative_to(tree / "companion").as_posix()
        for file in sources.source_files(experiment_there(), tree)
    ]
    assert names == [
        "experiments/toy.py",
        "lab/streams.py",
        "worlds/__init__.py",
        "worlds/deep.py",
        "worlds/rules.py",
    ]


@pytest.mark.parametrize(
    ("file", "moves"),
    [
        ("worlds/deep.py", True),
        ("experiments/toy.py", True),
        ("lab/streams.py", True),
        ("lab/store.py", False),
        ("figures/plots.py", False),
        ("worlds/unused.py", False),
    ],
)
def test_what_moves_the_digest(tree: Path, file: str, moves: bool) -> None:
    before = sources.digest(experiment_there(), tree)
    with (tree / "companion" / file).open("a") as text:
        text.write("# changed\n")
    assert (sources.digest(experiment_there(), tree) != before) == moves
