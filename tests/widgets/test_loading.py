"""A built page loads the pieces that it holds, and shows figures in place of widgets."""

import json
from pathlib import Path

import pytest
import torch
import yaml
from sphinx.application import Sphinx

from companion.fast_learners import rl2
from companion.lab.paths import ROOT
from companion.widgets import loading

CHAPTER = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
# Live

```{code-cell} ipython3
from pathlib import Path
from companion.fast_learners.bandits import Bandit
from companion.figures.ink import new_figure
from companion.widgets.bandit_game import bandit_game
from companion.widgets.bend import bend
from companion.widgets.controls import Slider

def line(slope):
    figure, axes = new_figure()
    axes.set_title(f"slope {slope}")
    return figure

bend(line, alt="A line.", slope=Slider(0, 9, 1, value=3))
```

```{code-cell} ipython3
bandit_game(Path("learner.safetensors"), Bandit(priors=((1.0, 1.0),) * 2, pulls=3, safe=0.6))
```
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages, one of them with pieces, built under the book's own setting for what a page prefers."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("out")
    book = yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]
    (source / "chapters").mkdir()
    (source / "chapters" / "live.md").write_text(CHAPTER)
    (source / "index.md").write_text("# Plain\n\n```{toctree}\nchapters/live\n```\n")
    rl2.save(
        rl2.FastLearner(3, 5, torch.Generator().manual_seed(1)), source / "chapters" / "learner.safetensors"
    )
    settings = {
        "extensions": ["myst_nb"],
        "nb_execution_mode": "force",
        "nb_execution_raise_on_error": True,
        "nb_ipywidgets_js": {},
        "nb_mime_priority_overrides": book["nb_mime_priority_overrides"],
        "html_static_path": [str(ROOT / "web" / "static")],
    }
    app = Sphinx(source, None, out, out / ".doctrees", "html", confoverrides=settings, status=None)
    app.connect("html-page-context", loading.load)
    app.build()
    return out


@pytest.mark.slow
def test_a_page_with_a_piece_loads_it_and_shows_figures_for_widgets(site: Path):
    page = (site / "chapters" / "live.html").read_text()
    assert 'src="../_static/companion/live/page.js' in page
    assert page.index("live/luck.js") < page.index("live/bandit.js") < page.index("live/page.js")
    assert "../_static/companion/live/bandit.css" in page
    assert page.count('data-live="bandit"') == 1
    assert "slope 3" in page
    assert "widget-state" not in page
    assert "widget-view" not in page
    state = page.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(state)["width"] == 5


@pytest.mark.slow
def test_a_page_without_pieces_loads_nothing_for_them(site: Path):
    assert "live/" not in (site / "index.html").read_text().replace("chapters/live", "")
