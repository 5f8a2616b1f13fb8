"""The trace editor in JupyterLab: an edit by keyboard, and Python knows it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_lab import HEADER, lab, laid_out, open_chapter, page, run

__all__ = ["lab", "page"]  # fixtures

IMPORT_S = 150  # torch and transformers, in a fresh kernel on a busy machine
CELLS = """
```{code-cell} ipython3
from companion.reasoning.word_problem import WordProblem
from companion.transformer.model import ModelSettings, new_model
from companion.widgets.trace_editor import trace_editor

task = WordProblem((3,))
model = new_model(ModelSettings(8, 1, 1, 12, 16), task.vocabulary, 1)
editor = trace_editor({"new": model}, task, (2, 1, 5), opening="think")
editor
```

```{code-cell} ipython3
print(editor.problem, "edited", editor.edited, "of", len(editor.trace))
editor.widget.opening = "answer"
```
"""


@pytest.fixture
def chapters(tmp_path: Path) -> Path:
    """A folder with a chapter that holds the piece."""
    return laid_out(tmp_path, f"{HEADER}# Live\n\n{CELLS}")


def test_a_trace_is_edited_in_jupyterlab_and_python_knows_it(lab: dict[str, object], page: Page) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    cells = open_chapter(page, lab).locator(".jp-CodeCell")

    editor = run(cells.nth(0))
    piece = editor.locator(".trace-editor")
    expect(piece).to_have_count(1, timeout=IMPORT_S * 1000)  # the widget, not the page's face as well
    editor.locator(".said").first.focus()
    page.keyboard.press("ArrowDown")
    expect(editor.locator(".said.edit")).to_have_count(1)
    expect(run(cells.nth(1))).to_contain_text("['BAC', 'ACB', 'CBA'] edited [1] of 1")
    expect(editor.get_by_label("forbidden")).to_be_checked()  # what Python set, the piece shows
    expect(editor.locator(".said.edit")).to_have_count(0)
    editor.locator(".said").first.focus()
    for key in "snzw":
        page.keyboard.press(key)
    expect(cells).to_have_count(2)  # keys were the piece's: no cell was made, moved or opened
    assert complaints == []
