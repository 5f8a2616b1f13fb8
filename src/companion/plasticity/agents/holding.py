"""Lessons in which what is said can be read in its own turn alone: who is to know it later has to hold it elsewhere.

The texts are those of training. A mask hides the words that are evidence from all words of later turns, so that what
is known of them has to pass through the words in between.
"""

import copy

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from transformers import DynamicCache, LlamaForCausalLM

from companion.plasticity.conversation.bayes import posteriors
from companion.plasticity.conversation.culture import Culture, prior
from companion.plasticity.conversation.language import HEAD, LENGTH
from companion.plasticity.conversation.script import Casting, Layout, Script, improvised, turns
from companion.plasticity.conversation.world import TOPICS, VOICES
from companion.plasticity.schooling.corpus import FREQUENCY, expected, holders
from companion.plasticity.schooling.expectation import Expectation
from companion.plasticity.schooling.lessons import learner, rising_and_falling
from companion.plasticity.state.instance import State
from companion.plasticity.state.interventions import evicted
from companion.transformer.forward import KeysValues

LAYOUT: Layout = (*turns(12), *turns(3, "nothing"))
RATE = 0.005


def evidence(layout: Layout) -> list[int]:
    """The places of what is said."""
    return np.flatnonzero(_turns_and_evidence(layout)[1]).tolist()


def readable(layout: Layout) -> Bool[np.ndarray, "reader word"]:
    """Which words each word can read: none that come later, and evidence in its own turn alone."""
    turn, said = _turns_and_evidence(layout)
    earlier = np.tri(len(turn), dtype=bool)
    return earlier & ~(said & (turn < turn[:, None]))


def _turns_and_evidence(layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """For each word its turn, and whether it is evidence."""
    turn, said = [-1] * HEAD, [False] * HEAD
    for number, (opening, closing) in enumerate(layout):
        turn += [number] * (LENGTH[opening] + LENGTH[closing])
        said += [True] * LENGTH[opening] + [False] * LENGTH[closing]
    return np.array(turn), np.array(said)


def _mask(layout: Layout) -> Float[Tensor, "1 1 time time"]:
    """What the library adds to the scores of attention."""
    return torch.from_numpy(np.where(readable(layout), 0.0, -1e30)).float()[None, None]


def lesson(of: Culture, rows: int, random: np.random.Generator) -> Expectation:
    """Conversations on all topics with all voices, which end in questions alone."""
    topic = random.choice(len(TOPICS), rows, p=FREQUENCY)
    before = prior(of, topic, trained=True)
    view = holders(before, random)
    cast = Casting(random.integers(0, len(VOICES), rows), random.integers(0, len(VOICES), rows))
    script = improvised(topic, view, cast, LAYOUT, random, silence=0.2)
    return expected(script, view, posteriors(script, before))


def taught(
    model: LlamaForCausalLM, of: Culture, steps: int, rows: int, random: np.random.Generator
) -> LlamaForCausalLM:
    """A copy after so many lessons; the model itself stays as it is."""
    pupil = copy.deepcopy(model).requires_grad_(True).train()
    learning, mask = learner(pupil, RATE, RATE), _mask(LAYOUT)
    for step in range(steps):
        texts = lesson(of, rows, random)
        read = pupil.model(input_ids=torch.from_numpy(texts.tokens), attention_mask=mask, use_cache=False)
        logits = pupil.lm_head(read.last_hidden_state[:, torch.from_numpy(texts.places)])
        chosen = logits.log_softmax(-1).gather(2, torch.from_numpy(texts.words))
        loss = -(chosen * torch.from_numpy(texts.probabilities).float()).sum(2).mean()
        learning.descend(loss, rising_and_falling(step / steps, step, warmup=30, falling=0.3))
    return pupil.eval().requires_grad_(False)


@torch.no_grad()
def remembered(model: LlamaForCausalLM, script: Script, tokens: np.ndarray) -> State:
    """What is left of a conversation that was read so, without the words that were evidence."""
    cache = DynamicCache(config=model.config)
    mask = _mask(script.layout)
    model.model(
        input_ids=torch.from_numpy(tokens), attention_mask=mask, past_key_values=cache, use_cache=True
    )
    kept = [KeysValues(layer.keys, layer.values) for layer in cache.layers]  # type: ignore[union-attr, arg-type]
    return evicted(State(kept, tokens.shape[1]), evidence(script.layout))
