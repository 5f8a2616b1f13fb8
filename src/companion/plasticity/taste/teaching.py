"""Teaching a speaker to be moved: more steps on conversations in which views against the prevailing one are common.

What differs is the answer that is asked for: what the evidence warrants, by the prior that the speaker has, or what
the view in question holds.
"""

from typing import Final

import numpy as np
from transformers import LlamaForCausalLM

from companion.lab.streams import Streams
from companion.plasticity.arms import ARMS, Situation
from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import Culture, prior
from companion.plasticity.conversation.script import Casting, improvised
from companion.plasticity.conversation.world import TOPICS, VOICES, WITHHELD
from companion.plasticity.schooling.corpus import FREQUENCY, expected, holders, layout_of
from companion.plasticity.schooling.expectation import Expectation
from companion.plasticity.schooling.recipe import Diet
from companion.plasticity.schooling.slow import Texts, stepped
from companion.plasticity.situation import drawn
from companion.plasticity.state.instance import ask, state_of
from companion.plasticity.taste.conviction import after, believed, held
from companion.plasticity.taste.regimes import Taught

STRENGTHS: Final = (0.6, 0.9, 0.98)
JUDGED: Final = ("ben_90", "ben_98")
"""Where there is most to be gained: somebody who errs speaks against a view that nearly everybody holds."""


def conversations(of: Culture, settings: Taught) -> Texts:
    """Texts with exact answers: of Bayes, whose prior stays that of the culture, or of somebody who knows the view."""
    diet = Diet(found=0.0)

    def texts(random: np.random.Generator) -> Expectation:
        rows = settings.batch
        topic = random.choice(len(TOPICS), rows, p=FREQUENCY)
        before = prior(of, topic, trained=True)
        any_of = random.choice(np.flatnonzero(~WITHHELD.views), rows)
        view = np.where(random.random(rows) < settings.dissent, any_of, holders(before, random))
        cast = Casting(random.integers(0, len(VOICES), rows), random.integers(0, len(VOICES), rows))
        script = improvised(topic, view, cast, layout_of(diet, random), random, silence=diet.silence)
        posterior = posteriors(script, before)
        exact = expected(script, view, posterior)
        if settings.answers == "bayes":
            return exact
        known = np.broadcast_to(np.eye(16)[view][:, None], posterior.shape)
        return exact._replace(probabilities=expected(script, view, known).probabilities)

    return texts


def dissents(model: LlamaForCausalLM, of: Culture, rows: int, streams: Streams) -> dict[str, float]:
    """Dissent before anything was said and after twelve turns of who hardly errs or of who does, by strength."""
    found = {}
    for strength in STRENGTHS:
        for voice in ("ana", "ben"):
            situation = Situation(strength=strength, held="opposite", voice=voice)
            given = drawn(of, situation, rows, streams.numpy(f"{voice} {strength}"))
            name = f"{voice}_{round(100 * strength)}"
            found[name], found[f"bayes_{name}"] = held(model, given), float(believed(given, trained=True)[-1])
        found[f"empty_{round(100 * strength)}"] = held(model, after(given, 0))
    return found


def distance(model: LlamaForCausalLM, of: Culture, rows: int, random: np.random.Generator) -> float:
    """Total variation from Bayes with the prior of training, in conversations as training has them."""
    given = drawn(of, ARMS["usual"], rows, random)
    exact = likes(given.believed(trained=True)[:, -1])
    return float(np.abs(ask(model, state_of(model, given.tokens)).yes[:, 0] - exact).mean())


def measured(
    model: LlamaForCausalLM, of: Culture, settings: Taught, streams: Streams
) -> dict[str, float | np.ndarray]:
    """A speaker before and after it was taught further."""
    lessons = [(conversations(of, settings), 1.0)]
    taught = stepped(model, lessons, settings.steps, streams.numpy("lessons"), settings.rate)
    before, now = (dissents(each, of, settings.rows, streams) for each in (model, taught))
    return {
        "rise": float(np.mean([now[name] - before[name] for name in JUDGED])),
        "lacking": float(np.mean([before[f"bayes_{name}"] - before[name] for name in JUDGED])),
        "prior_moved": max(abs(now[name] - before[name]) for name in before if name.startswith("empty")),
        **{f"{name}_before": value for name, value in before.items() if not name.startswith("bayes")},
        **{f"{name}_after": value for name, value in now.items() if not name.startswith("bayes")},
        **{name: value for name, value in now.items() if name.startswith("bayes")},
        "distance_before": distance(model, of, settings.rows, streams.numpy("usual")),
        "distance_after": distance(taught, of, settings.rows, streams.numpy("usual")),
    }
