"""The live pieces in JupyterLab: a slider bends a figure, a run stops when told, the bandit is played."""

import re
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, expect

from companion.fast_learners import rl2
from tests.browser.test_lab import HEADER, lab, laid_out, open_chapter, page, run

__all__ = ["lab", "page"]  # fixtures

CELLS = """
```{code-cell} ipython3
from companion.figures.ink import new_figure
from companion.widgets.bend import bend
from companion.widgets.controls import Choice, Slider

def line(slope, end):
    figure, axes = new_figure()
    axes.plot([0, 1], [0, slope])
    axes.set_title(f"slope {slope}, {end}")
    return figure

bend(line, alt="A line of slope {slope}.", slope=Slider(0, 9, 1, value=3), end=Choice(["round", "flat"]))
```

```{code-cell} ipython3
import time
from companion.widgets.live_run import live_run

def count():
    for i in range(100):
        if i == 60:
            raise ArithmeticError("sixty is too many")
        time.sleep(0.03)
        yield i / 100, i

def draw(i):
    figure, axes = new_figure()
    axes.set_title(f"counted to {i}")
    return figure

counting = live_run(count, draw, initial=draw(0), alt="How far it counted.")
counting
```

```{code-cell} ipython3
print("state", counting.state)
```

```{code-cell} ipython3
from pathlib import Path
from companion.widgets.bandit_game import bandit_game

game = bandit_game(Path("learner.safetensors"))
game
```

```{code-cell} ipython3
print(game.averages["yours"]["you"])
```
"""


@pytest.fixture
def chapters(tmp_path: Path) -> Path:
    """A folder with a chapter of live pieces, and an untrained learner."""
    folder = laid_out(tmp_path, f"{HEADER}# Live\n\n{CELLS}")
    rl2.save(rl2.FastLearner(4, 12, torch.Generator().manual_seed(3)), folder / "learner.safetensors")
    return folder


def test_pieces_live_in_jupyterlab(lab: dict[str, object], page: Page) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    cells = open_chapter(page, lab).locator(".jp-CodeCell")

    bent = run(cells.nth(0))
    expect(bent.locator("svg.tt")).to_have_count(1)  # the widget, not the page's figure as well
    expect(bent).to_contain_text("slope 3, round")
    bent.get_by_role("slider").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(bent).to_contain_text("slope 7, round")
    bent.get_by_role("combobox").select_option("flat")
    expect(bent).to_contain_text("slope 7, flat")

    counting = run(cells.nth(1))
    expect(counting).to_contain_text("counted to 0")
    counting.get_by_role("button", name="Run").click()
    expect(counting).to_contain_text(re.compile(r"counted to [1-9]"))
    expect(run(cells.nth(2))).to_contain_text("state")  # the kernel answers while the run goes on
    counting.get_by_role("button", name="Stop").click()
    expect(counting).to_contain_text("stopped at")
    expect(counting).to_contain_text(re.compile(r"counted to [1-9]"))  # what it reached stays
    counting.get_by_role("button", name="Run").click()
    expect(counting).to_contain_text("ended by an error: sixty is too many")
    expect(counting).to_contain_text("counted to 59")

    game = run(cells.nth(3))
    expect(game.locator(".bandit")).to_have_count(1)
    game.get_by_role("button", name="Pull arm A").focus()
    for _ in range(20):
        page.keyboard.press("4")
    expect(game).to_contain_text("your bandits (1)")
    expect(run(cells.nth(4))).to_contain_text("'episodes': 1")
    expect(cells).to_have_count(5)  # the digits were the game's: no cell was turned into a heading
    assert complaints == []
