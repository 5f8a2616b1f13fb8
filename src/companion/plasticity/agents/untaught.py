"""Where training's own prior and the true one part: does behavior reach views that no training conversation was about?

Training never holds two of the sixteen views. The best predictor of its texts gives them no probability, and explains
what is said in their favor by errors of the voice. Whoever takes the traits one by one comes to such a view like to
any other. The two disagree in conversations about a withheld view, and a model has to side with one of them.
"""

from typing import Final

import numpy as np
from jaxtyping import Bool, Float
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import first
from companion.plasticity.situation import Conversations
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import ask, state_of

CLEAR: Final = 0.1
"""An answer is clear when it is at least so far from an even chance."""
AFTER: Final = (2, 4, 8, 12, 24)
"""Turns after which answers are held against the two priors; training ends after twelve."""

Answers = Float[np.ndarray, "rows 16"]


def opposed(true: Answers, trained: Answers) -> Bool[np.ndarray, "rows 16"]:
    """Where Bayes with the one prior clearly says yes and with the other no."""
    return ((true - 0.5) * (trained - 0.5) < 0) & (np.minimum(abs(true - 0.5), abs(trained - 0.5)) > CLEAR)


def sides(yes: Answers, true: Answers, trained: Answers) -> float:
    """Of the answers in question, the share on the side of the true prior; an even chance where there are none."""
    apart = opposed(true, trained)
    return float(((yes > 0.5) == (true > 0.5))[apart].mean()) if apart.any() else 0.5


def reach(yes: Answers, true: Answers, trained: Answers) -> float:
    """How far along the way from training's prior (0) to the true one (1) answers are, by least squares."""
    way = true - trained
    return float(((yes - trained) * way).sum() / max((way**2).sum(), 1e-12))


def siding(model: LlamaForCausalLM, given: Conversations, *, another: bool = False) -> dict[str, float]:
    """Whom a model sides with; where it is asked about `another`, it has heard the next conversation instead."""
    yes = ask(model, state_of(model, given.tokens)).yes[:, 0]
    yes = np.roll(yes, 1, 0) if another else yes
    true, trained = (likes(given.believed(trained=of_training)[:, -1]) for of_training in (False, True))
    return {
        "sides": sides(yes, true, trained),
        "reach": reach(yes, true, trained),
        "reach_of_chance": reach(np.full_like(yes, 0.5), true, trained),
        "apart": float(opposed(true, trained).mean()),
        "own": adoption(yes, given.view),
        "bayes": adoption(true, given.view),
        "bayes_of_training": adoption(trained, given.view),
    }


def by_turns(model: LlamaForCausalLM, given: Conversations) -> dict[str, Float[np.ndarray, " turns"]]:
    """Answers as who holds the view after so many turns, the model's and those of the two Bayes agents."""
    asked = [ask(model, state_of(model, worded(first(given.script, number)))).yes[:, 0] for number in AFTER]
    found = {"own_by_turns": asked}
    for name, trained in {"bayes_by_turns": False, "bayes_of_training_by_turns": True}.items():
        believed = given.believed(trained=trained)
        found[name] = [likes(believed[:, number]) for number in AFTER]
    return {name: np.array([adoption(yes, given.view) for yes in each]) for name, each in found.items()}
