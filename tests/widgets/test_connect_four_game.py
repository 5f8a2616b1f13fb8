"""What Python hands to the Connect Four piece, and what it refuses."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from sphinx.application import Sphinx

from companion.alphazero.network import NetworkSettings, PolicyValueNet, new_network
from companion.figures import ink
from companion.games.board import CONNECT_FOUR, CONNECT_THREE
from companion.games.notation import from_digits, to_planes
from companion.lab.paths import ROOT
from companion.widgets import loading, pieces
from companion.widgets.connect_four_game import (
    SIMULATIONS,
    connect_four_game,
    evaluator_of_the_page,
    halves,
)

SMALL = NetworkSettings(channels=4, blocks=1, hidden=8)


@pytest.fixture
def networks() -> dict[str, PolicyValueNet]:
    return {name: new_network(CONNECT_THREE, SMALL, seed) for seed, name in enumerate(("early", "late"))}


def state_in(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json">(.*?)</script>', html)
    assert found is not None
    return json.loads(found[1])


def test_every_weight_arrives_rounded_to_half_precision(networks):
    packed = connect_four_game(networks, CONNECT_THREE).widget.networks[1]
    arrived = np.frombuffer(base64.b64decode(packed["weights"]), "<f2").astype(np.float32)
    kept = torch.cat([weights.reshape(-1) for weights in networks["late"].state_dict().values()]).numpy()
    assert arrived.shape == kept.shape
    assert np.abs(arrived - kept).max() < 2**-11  # weights below 1: half a unit in the last place
    assert packed["shape"] == {
        "rows": 4, "columns": 5, "channels": 4, "blocks": 1, "squeezed": 8, "hidden": 8,
    }  # fmt: skip


def test_the_page_holds_the_state_of_the_widget_and_the_weights_beside_it(networks):
    game = connect_four_game(networks, CONNECT_THREE, network="early", simulations=32, opening="33")
    state = state_in(game.html)
    assert (state["network"], state["simulations"], state["opening"], game.moves) == ("early", 32, "33", "33")
    for light, full in zip(state["networks"], game.widget.networks, strict=True):
        assert light == full | {"weights": ""}
        assert game.html.count(f'data-shared="{full["digest"]}">{full["weights"]}</script>') == 1
    del state["networks"]
    assert state == {name: getattr(game.widget, name) for name in state}
    assert state["simulations"] in SIMULATIONS


def test_equal_networks_are_carried_once(networks):
    html = connect_four_game({"a": networks["late"], "b": networks["late"]}, CONNECT_THREE).html
    assert html.count("data-shared") == 1


def test_without_scripts_a_table_says_what_weights_and_search_would_play(networks):
    html = connect_four_game(networks, CONNECT_THREE, simulations=8).html
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', html)
    assert [name for name, _ in rows] == [
        "early, weights", "early, 8 simulations", "late, weights", "late, 8 simulations",
    ]  # fmt: skip
    for _, cells in rows:
        assert abs(sum(map(float, re.findall(r">([\d.]+)<", cells))) - 1) < 0.03
    assert "simulations</th>" not in connect_four_game(networks, CONNECT_THREE, simulations=0).html


def test_the_evaluator_of_the_page_rounds_the_weights_and_nothing_else(networks):
    network, position = networks["late"], from_digits(CONNECT_THREE, "3321")
    stones = [np.array([cells]) for cells in position]
    said = evaluator_of_the_page(CONNECT_THREE, network)(*stones)
    with torch.no_grad():
        start, flat = 0, torch.from_numpy(halves(network).astype(np.float32))
        for weights in network.state_dict().values():
            weights.copy_(flat[start : (start := start + weights.numel())].reshape(weights.shape))
        logits, value = network(torch.from_numpy(to_planes(CONNECT_THREE, *stones)))
    assert np.allclose(said.prior, logits.softmax(1).numpy(), atol=1e-6)
    assert np.allclose(said.value, value.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ({"networks": {}}, "at least one network"),
        ({"board": CONNECT_FOUR}, "'early' was made for 5 columns and 20 cells, the board has 7 and 42"),
        ({"network": "middle"}, "no network 'middle' among 'early', 'late'"),
        ({"simulations": 100}, "one of 0, 8, 32, 128, 512, not 100"),
        ({"opening": "9"}, "digits from 1 to 5"),
        ({"opening": "12121"}, "the game is over after 5 stones"),
    ],
)
def test_what_cannot_be_played_is_refused_in_a_sentence(networks, change, objection):
    arguments = {"networks": networks, "board": CONNECT_THREE} | change
    with pytest.raises(ValueError, match=objection):
        connect_four_game(**arguments)


def test_weights_that_half_precision_cannot_hold_are_refused(networks):
    with torch.no_grad():
        networks["late"].heads.bias[0] = 1e6
    with pytest.raises(ValueError, match="'late' has weights that are not numbers, or too large"):
        connect_four_game(networks, CONNECT_THREE)


def test_the_piece_is_one_module_in_jupyterlab():
    module = pieces.module("connect_four")
    assert module.endswith("export default globalThis.companionLive.pieces.connect_four;\n")
    assert not re.search(r"\b(import|fetch)\b\s*\(?[\"'{(]", module)


def test_the_style_says_the_colors_that_figures_have():
    inks = {ink.WEIGHTS, ink.CONTEXT, ink.CHANCE, ink.INK, ink.FAINT, ink.PAPER}
    said = set(re.findall(r"#[0-9a-f]{6}", pieces.style("connect_four")))
    quiet = {"#5f5b52", "#f7f5ef"}  # interface, in tokens.css alone
    assert said - quiet <= inks | set(ink.DARK.values())
    assert inks <= said


def test_a_shared_datum_stands_where_it_is_first_needed():
    first, second, other = (pieces.shared(name, data) for name, data in ("ax", "ax", "by"))
    assert pieces.shared_once(f"1{first}2{second}3{other}4") == f"1{first}23{other}4"


CHAPTER = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
# Live

```{code-cell} ipython3
from companion.alphazero.network import NetworkSettings, new_network
from companion.games.board import CONNECT_THREE
from companion.widgets.connect_four_game import connect_four_game

small = NetworkSettings(channels=4, blocks=1, hidden=8)
networks = {"early": new_network(CONNECT_THREE, small, 1), "late": new_network(CONNECT_THREE, small, 2)}
connect_four_game(networks, CONNECT_THREE)
```

```{code-cell} ipython3
connect_four_game(networks, CONNECT_THREE, opening="33")
```
"""


@pytest.mark.slow
def test_a_page_with_two_games_carries_each_network_once(tmp_path: Path):
    source, out = tmp_path / "source", tmp_path / "out"
    book = yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]
    source.mkdir()
    (source / "index.md").write_text(CHAPTER)
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
    page = (out / "index.html").read_text()
    assert page.count('data-live="connect_four"') == 2
    assert page.count("data-shared=") == 2
    assert page.index("live/puct.js") < page.index("live/connect_four.js") < page.index("live/page.js")
    assert "live/connect_four.css" in page
    assert "bandit" not in page
