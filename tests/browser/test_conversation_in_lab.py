"""The conversation in JupyterLab: a voice speaks by keyboard, and Python knows it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_lab import HEADER, lab, laid_out, open_chapter, page, run

__all__ = ["lab", "page"]  # fixtures

IMPORT_S = 150  # torch and transformers, in a fresh kernel on a busy machine
CELLS = """
```{code-cell} ipython3
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.transformer.model import ModelSettings, new_model
from companion.widgets.conversation import conversation

model = new_model(ModelSettings(8, 1, 1, 12, 128), VOCABULARY, 1)
talk = conversation(model, culture(0))
talk
```

```{code-cell} ipython3
print(talk.said, talk.instance, len(talk.answers), all(0 < yes < 1 for yes in talk.answers.values()))
talk.widget.said = ["eve-likes-age", "nobody-speaks"]
```
"""


@pytest.fixture
def chapters(tmp_path: Path) -> Path:
    """A folder with a chapter that holds the piece."""
    return laid_out(tmp_path, f"{HEADER}# Live\n\n{CELLS}")


def test_a_voice_speaks_in_jupyterlab_and_python_knows_it(lab: dict[str, object], page: Page) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    cells = open_chapter(page, lab).locator(".jp-CodeCell")

    output = run(cells.nth(0))
    expect(output.locator(".conversation")).to_have_count(1, timeout=IMPORT_S * 1000)  # the widget alone
    output.get_by_role("button", name="Ana likes brevity").focus()
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(output.locator(".told li")).to_have_text(["Ben likes brevity"])
    expect(run(cells.nth(1))).to_contain_text("['ben-likes-brevity'] 1 16 True")
    expect(output.locator(".told li")).to_have_text(["Eve likes age", "Nobody speaks"])  # as Python set it
    output.get_by_role("button", name="Ben likes brevity").focus()
    for key in "sznhacde":
        page.keyboard.press(key)
    expect(output.locator(".talk-head span")).to_have_text("instance 2, 2 of 24 turns")
    expect(cells).to_have_count(2)  # keys were the piece's: no cell was made, moved or opened
    assert complaints == []
