"""Outputs follow src/ and results/, and nothing else."""

import os
from unittest.mock import Mock

import pytest
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from companion.site import freshness


@pytest.fixture
def checkout(tmp_path):
    for name, text in {"src/a.py": "x = 1", "results/e/v1/full.json": "{}", "chapters/c.md": "# C"}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "moves"),
    [
        ("src/a.py", True),
        ("src/new.py", True),
        ("results/e/v1/full.json", True),
        ("declarations/e.v1.json", True),
        ("results/e/v1/attested.json", True),
        ("benchmarks/recorded/search.json", True),
        ("checkpoints/manifest.json", True),
        ("web/static/companion/live/piece.css", True),
        ("chapters/c.md", False),
        ("results/e/v1/units/0.json", False),
        ("src/__pycache__/a.pyc", False),
    ],
)
def test_the_digest_moves_with_code_and_results_alone(checkout, file, moves):
    before = freshness.digest(checkout)
    target = checkout / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("changed")
    assert (freshness.digest(checkout) != before) is moves


def test_renaming_a_source_moves_the_digest(checkout):
    before = freshness.digest(checkout)
    (checkout / "src/a.py").rename(checkout / "src/b.py")
    assert freshness.digest(checkout) != before


def test_few_old_outputs_are_kept(tmp_path):
    for age, name in enumerate(["new", "older", "oldest", "ancient"]):
        folder = tmp_path / ".executed" / name
        folder.mkdir(parents=True)
        os.utime(folder, (1e9 - age, 1e9 - age))
    kept = freshness.cache_folder(tmp_path, "now")
    assert kept.name == "now"
    assert {folder.name for folder in kept.parent.iterdir()} == {"now", "new", "older"}


def test_chapters_and_front_page_are_read_again_only_when_the_digest_moved():
    env = Mock(spec=BuildEnvironment, companion_digest_now="a", companion_digest=None)
    env.found_docs = {"index", "chapters/one", "book/methods"}

    def outdated():
        return set(freshness.outdated(Mock(spec=Sphinx), env, set(), set(), set()))

    assert outdated() == {"index", "chapters/one"}
    assert outdated() == set()
    env.companion_digest_now = "b"
    assert outdated() == {"index", "chapters/one"}
