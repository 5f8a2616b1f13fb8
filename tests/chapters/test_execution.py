"""Every chapter runs from top to bottom in a fresh kernel, live cells and folded solutions included."""

from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

from companion.lab.paths import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))


@pytest.mark.slow
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_runs(path: Path) -> None:
    notebook = jupytext.read(path)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    ran = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert ran
    assert all(cell.execution_count for cell in ran)
    warned = [output for cell in ran for output in cell.outputs if output.get("name") == "stderr"]
    assert not [output for output in warned if "Warning" in output["text"]]


def test_there_are_chapters() -> None:
    assert CHAPTERS
