"""What Python hands to the bandit game, and what the game may not be made of."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from companion.fast_learners import rl2
from companion.fast_learners.bandits import SAFE_ARM, Bandit
from companion.figures import ink
from companion.widgets import pieces
from companion.widgets.bandit_game import bandit_game, initial_state, packed

SMALL = Bandit(priors=((1.0, 1.0),) * 2, pulls=3, safe=0.6)


@pytest.fixture
def learner() -> rl2.FastLearner:
    return rl2.FastLearner(3, 5, torch.Generator().manual_seed(1))


def test_the_weights_arrive_as_they_are(learner):
    flat = np.frombuffer(base64.b64decode(packed(learner)), "<f4")
    sizes = [7 * 15, 15 * 5, 15, 3 * 5, 3]
    assert len(flat) == sum(sizes)
    embedding, *_, bias = np.split(flat, np.cumsum(sizes)[:-1])
    assert (embedding.reshape(7, 15) == learner.embedding.weight.detach().numpy()).all()
    assert (bias == learner.policy.bias.detach().numpy()).all()


def test_a_saved_learner_is_read_with_its_own_shapes(learner, tmp_path: Path):
    rl2.save(learner, tmp_path / "learner.safetensors")
    game = bandit_game(tmp_path / "learner.safetensors", SMALL)
    assert game.widget.width == 5
    assert game.widget.weights == packed(learner)


def test_the_page_holds_the_same_state_as_the_widget_and_a_table(learner):
    game = bandit_game(learner, SMALL, seed=4)
    found = re.search(r'<script type="application/json">(.*)</script>', game.html)
    assert found is not None
    state = json.loads(found[1])
    assert state == {name: getattr(game.widget, name) for name in state}
    assert state["world"] == {"unknown": 2, "pulls": 3, "safe": 0.6}
    assert game.html.count("<tr>") == 4
    assert "One arm, over and over" in game.html


def test_state_cannot_end_its_script():
    assert "</script><b>" not in pieces.in_page("bandit", {"x": "</script><b>"}, "")


def test_a_learner_for_other_arms_is_refused(learner):
    with pytest.raises(ValueError, match="made for 3 arms, the bandit has 4"):
        initial_state(learner, SAFE_ARM, 1)


def test_a_bandit_with_other_priors_is_refused(learner):
    with pytest.raises(ValueError, match="uniform priors"):
        initial_state(learner, Bandit(priors=((2.0, 1.0),) * 3), 1)


def test_the_piece_is_one_module_in_jupyterlab():
    module = pieces.module("bandit")
    assert module.endswith("export default globalThis.companionLive.pieces.bandit;\n")
    assert not re.search(r"\b(import|fetch)\b\s*\(?[\"'{(]", module)


def test_the_style_says_the_colors_that_figures_have():
    inks = {ink.WEIGHTS, ink.CONTEXT, ink.EXACT, ink.CHANCE, ink.INK, ink.FAINT, ink.PAPER}
    said = set(re.findall(r"#[0-9a-f]{6}", pieces.style("bandit")))
    quiet = {"#5f5b52", "#f7f5ef"}  # interface, in tokens.css alone
    assert said - quiet <= inks | set(ink.DARK.values())
    assert inks <= said
