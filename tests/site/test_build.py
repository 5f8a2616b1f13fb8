"""A small book, built as the real one is: strictly, again after an edit in prose, again after the code has moved."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from companion.lab.paths import ROOT

CHAPTER = """\
---
jupytext: {{text_representation: {{extension: .md, format_name: myst}}}}
kernelspec: {{name: python3, display_name: Python 3, language: python}}
---
# A chapter

{prose} Mathematics: $x^2$.

```{{margin}} A note
Beside the text.
```

## A section

```{{code-cell}} python
from pathlib import Path
runs = Path("runs.txt")
runs.write_text(runs.read_text() + "run " if runs.exists() else "run ")
print("printed by", "the cell")
```
"""
TOC = "format: jb-book\nroot: index\nparts:\n  - caption: Chapters\n    chapters: [{file: chapters/one}]\n"
# The command of `make book`, with a digest of the code that the test can move.
DRIVER = """
import os, sys
from companion.site import freshness
freshness.digest = lambda *which, **named: os.environ["CODE"]
from jupyter_book.cli.main import main
sys.argv = ["jupyter-book", "build", ".", "-W", "-n", "--keep-going"]
main()
"""


def build(book: Path, code: str) -> str:
    """Build strictly; return what was printed."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=book,
        env={**os.environ, "CODE": code},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def runs(book: Path) -> int:
    return len((book / "chapters" / "runs.txt").read_text().split())


@pytest.mark.slow
def test_a_strict_build_follows_prose_and_code(tmp_path):
    book = tmp_path / "book"
    (book / "chapters").mkdir(parents=True)
    (book / "book").mkdir()
    shutil.copy(ROOT / "_config.yml", book)
    (book / "book" / "references.bib").touch()
    (book / "_toc.yml").write_text(TOC)
    (book / "index.md").write_text(
        "# A book\n\n```{essay-outcome}\n```\n\n```{essay-map}\n```\n\n```{verdict-key}\n```\n"
    )
    chapter = book / "chapters" / "one.md"
    chapter.write_text(CHAPTER.format(prose="First words."))
    html = book / "_build" / "html"

    build(book, code="a")
    page = (html / "chapters" / "one.html").read_text()
    assert "printed by the cell" in page
    assert '<aside class="margin sidebar">' in page
    assert "mathjax/tex-chtml.js" in page
    assert "mathjax/" not in (html / "index.html").read_text()
    assert 'id="c1-2"' in (html / "index.html").read_text()
    assert "printed by the cell" in (html / "chapters" / "one.ipynb").read_text()
    assert runs(book) == 1

    chapter.write_text(CHAPTER.format(prose="Other words."))
    build(book, code="a")
    assert "Other words." in (html / "chapters" / "one.html").read_text()
    assert "printed by the cell" in (html / "chapters" / "one.ipynb").read_text()
    assert runs(book) == 1

    build(book, code="b")
    assert runs(book) == 2
    build(book, code="a")  # the outputs of an earlier state are still there
    assert runs(book) == 2
