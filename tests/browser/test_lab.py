"""JupyterLab as `make lab` starts it: a chapter opens as a notebook on double-click, runs, and a slider moves."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from companion.lab.paths import ROOT

# The header of every chapter, as JupyterLab writes it back.
CHAPTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3 (ipykernel)
  language: python
mystnb:
  execution_timeout: 60
---

# A clock

Move the hand.

```{code-cell} ipython3
import ipywidgets

def hand(minute):
    print(f"the hand stands at {minute}")

ipywidgets.interact(hand, minute=ipywidgets.IntSlider(value=5, min=0, max=59));
```
"""
HEADER = CHAPTER[: CHAPTER.index("# A clock")]
START_S = 60
PATIENCE_S = 40


def environment(home: Path) -> dict[str, str]:
    """The environment of `make lab` for somebody who has never configured Jupyter."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    return kept | {
        "JUPYTER_CONFIG_PATH": str(ROOT / ".jupyter"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def server_info(runtime: Path, process: subprocess.Popen[bytes]) -> dict[str, object]:
    """What the server says about itself (its address, its token), once it answers."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.2)
        with contextlib.suppress(StopIteration, ValueError, urllib.error.URLError):
            info = dict(json.loads(next(runtime.glob("jpserver-*.json")).read_text()))
            urllib.request.urlopen(f"{info['url']}api", timeout=5).close()
            return info
    raise RuntimeError(f"JupyterLab did not start; exit code {process.poll()}")


def laid_out(tmp_path: Path, chapter: str) -> Path:
    """A folder of chapters with this one in it."""
    folder = tmp_path / "chapters"
    folder.mkdir()
    (folder / "clock.md").write_text(chapter)
    return folder


@pytest.fixture
def chapters(tmp_path: Path) -> Path:
    """A folder of chapters with one chapter in it."""
    return laid_out(tmp_path, CHAPTER)


@pytest.fixture
def lab(tmp_path: Path, chapters: Path) -> Iterator[dict[str, object]]:
    """A running JupyterLab on those chapters; yields what the server says about itself."""
    command = [Path(sys.executable).with_name("jupyter"), "lab", chapters, "--no-browser", "--allow-root"]
    log = (tmp_path / "lab.log").open("wb")
    process = subprocess.Popen(command, env=environment(tmp_path), stdout=log, stderr=subprocess.STDOUT)
    try:
        info = server_info(tmp_path / "data" / "runtime", process)
        yield info
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page for one test, with patience for a busy machine."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(PATIENCE_S * 1000)
    expect.set_options(timeout=PATIENCE_S * 1000)
    yield context.new_page()
    context.close()


def open_chapter(page: Page, lab: dict[str, object]) -> Locator:
    """Double-click the chapter in the file browser; returns the notebook that opens."""
    page.goto(f"{lab['url']}lab?token={lab['token']}")
    page.locator(".jp-DirListing-item", has_text="clock.md").dblclick()
    notebook = page.locator(".jp-NotebookPanel")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    return notebook


def run(cell: Locator) -> Locator:
    """Run a cell of code; returns the place of its output."""
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("Control+Enter")
    return cell.locator(".jp-OutputArea")


def test_a_chapter_opens_as_a_notebook_and_a_slider_moves(lab: dict[str, object], page: Page) -> None:
    notebook = open_chapter(page, lab)
    expect(notebook.locator("h1")).to_contain_text("A clock")
    expect(page.get_by_text("official Jupyter news")).to_have_count(0)
    cell = notebook.locator(".jp-CodeCell")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    output = cell.locator(".jp-OutputArea-output pre")
    expect(output).to_have_text("the hand stands at 5\n")
    cell.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(output).to_have_text("the hand stands at 6\n")


def test_saving_a_chapter_changes_what_was_edited_and_nothing_else(
    lab: dict[str, object], page: Page, chapters: Path
) -> None:
    cell = open_chapter(page, lab).locator(".jp-CodeCell")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(cell.get_by_role("slider")).to_be_visible()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# edited\n")
    page.keyboard.press("Control+s")
    edited = CHAPTER.replace("import ipywidgets", "# edited\nimport ipywidgets")
    deadline = time.monotonic() + PATIENCE_S
    while "# edited" not in (chapters / "clock.md").read_text() and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert (chapters / "clock.md").read_text() == edited


def test_the_server_asks_for_its_token_and_stays_on_this_machine(lab: dict[str, object]) -> None:
    assert lab["hostname"] == "localhost"
    assert lab["token"]
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{lab['url']}api/contents")
    assert refusal.value.code == 403
