"""Connect Four in JupyterLab: played by keyboard, and Python knows the stones."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_lab import HEADER, lab, laid_out, open_chapter, page, run

__all__ = ["lab", "page"]  # fixtures

CELLS = """
```{code-cell} ipython3
from companion.alphazero.network import NetworkSettings, new_network
from companion.games.board import CONNECT_THREE
from companion.widgets.connect_four_game import connect_four_game

network = new_network(CONNECT_THREE, NetworkSettings(channels=4, blocks=1, hidden=8), 1)
game = connect_four_game({"new": network}, CONNECT_THREE, simulations=8)
game
```

```{code-cell} ipython3
print("stones", game.moves)
game.widget.simulations = 32
```
"""


@pytest.fixture
def chapters(tmp_path: Path) -> Path:
    """A folder with a chapter that holds the game."""
    return laid_out(tmp_path, f"{HEADER}# Live\n\n{CELLS}")


def test_it_is_played_in_jupyterlab_and_python_knows_the_stones(lab: dict[str, object], page: Page) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    cells = open_chapter(page, lab).locator(".jp-CodeCell")

    game = run(cells.nth(0))
    expect(game.locator(".four")).to_have_count(1)  # the widget, not the page's face as well
    game.locator(".column").nth(2).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(game.locator(".theirs")).to_have_count(1)
    page.keyboard.press("2")
    expect(game.locator(".theirs")).to_have_count(2)
    expect(run(cells.nth(1))).to_contain_text(re.compile(r"stones 4\d2\d"))
    expect(game.get_by_label("32", exact=True)).to_be_checked()  # what Python set, the piece shows
    expect(cells).to_have_count(2)  # keys were the game's: no cell was made, moved or opened
    assert complaints == []
