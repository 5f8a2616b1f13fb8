"""A bandit to play beside the frozen network of RL² and the Bayes-optimal player, in JupyterLab and in the page.

The network's weights travel as float32; page and kernel agree on its policy to about 1e-6 (a test compares them).
"""

import base64
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from companion.fast_learners import rl2
from companion.fast_learners.bandits import SAFE_ARM, Bandit, blind_optimum
from companion.widgets import pieces
from companion.widgets.faces import TwoFaces

_ARRAYS = ("embedding.weight", "memory.weight", "memory.bias", "policy.weight", "policy.bias")
_EPISODES = 2000  # for the table that stands where scripts are off


class _Piece(anywidget.AnyWidget):
    """The piece in JupyterLab: its scripts, and the state that Python and the page share."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    world = traitlets.Dict().tag(sync=True)
    width = traitlets.Int().tag(sync=True)
    weights = traitlets.Unicode().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    wiped = traitlets.Bool().tag(sync=True)
    averages = traitlets.Dict().tag(sync=True)


class BanditGame(TwoFaces):
    """The game as the value of a cell."""

    widget: _Piece

    @property
    def averages(self) -> dict[str, dict[str, dict[str, float]]]:
        """What has been played so far: ["yours" or "many"][player] -> {"episodes": n, "mean": reward}."""
        return self.widget.averages


def bandit_game(learner: rl2.FastLearner | Path, bandit: Bandit = SAFE_ARM, seed: int = 7) -> BanditGame:
    """The game on bandits of this kind, with a trained learner or the file of one; `seed` fixes all luck.

    Raises ValueError where the learner was made for another number of arms, or an arm's prior is not uniform.
    """
    learner = learner if isinstance(learner, rl2.FastLearner) else rl2.load(learner)
    state = initial_state(learner, bandit, seed)
    widget = _Piece(_esm=pieces.module("bandit"), _css=pieces.style("bandit"), **state)
    return BanditGame(widget, pieces.in_page("bandit", state, _table(learner, bandit, seed)))


def initial_state(learner: rl2.FastLearner, bandit: Bandit, seed: int) -> dict[str, Any]:
    """What the piece starts from: the world, the weights in base64, the seed, nothing played."""
    if learner.arms != bandit.arms:
        raise ValueError(f"the learner was made for {learner.arms} arms, the bandit has {bandit.arms}")
    if any(prior != (1.0, 1.0) for prior in bandit.priors):
        raise ValueError(f"the game knows uniform priors only, not {bandit.priors}")
    world = {"unknown": len(bandit.priors), "pulls": bandit.pulls, "safe": bandit.safe}
    return {
        "world": world,
        "width": learner.width,
        "weights": packed(learner),
        "seed": seed,
        "wiped": False,
        "averages": {},
    }


def packed(learner: rl2.FastLearner) -> str:
    """The weights that play (the critic stays at home), one array after the other, float32 in base64."""
    arrays = learner.state_dict()
    flat = np.concatenate([arrays[name].detach().numpy().reshape(-1) for name in _ARRAYS])
    return base64.b64encode(flat.astype("<f4").tobytes()).decode()


def _table(learner: rl2.FastLearner, bandit: Bandit, seed: int) -> str:
    """For a reader without scripts: who gets how much."""
    rows = {
        "One arm, over and over": blind_optimum(bandit),
        "The network, its state wiped before every pull": _mean_return(learner, bandit, seed, "wiped"),
        "The network": _mean_return(learner, bandit, seed, "kept"),
    }
    body = "".join(
        f'<tr><th scope="row">{name}</th><td class="number">{paid:.2f}</td></tr>'
        for name, paid in rows.items()
    )
    return (
        f"<p>With scripts on, this is a bandit of {bandit.arms} arms and {bandit.pulls} pulls to play.</p>"
        f'<table><thead><tr><th scope="col">Player</th><th scope="col" class="number">paid per bandit, on '
        f"average</th></tr></thead><tbody>{body}</tbody></table>"
    )


def _mean_return(learner: rl2.FastLearner, bandit: Bandit, seed: int, state: rl2.State) -> float:
    rng = np.random.default_rng(seed)
    return float(rl2.rewards_by_pull(learner, bandit, _EPISODES, rng, state=state).sum())
