"""Questions in the framing that training never used for a topic: these answers were not learned as answers."""

import numpy as np
from jaxtyping import Int
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.world import WITHHELD
from companion.plasticity.state.instance import Answers, State, ask, some

FRAMING: Int[np.ndarray, " topics"] = WITHHELD.framings.argmax(1)
"""The framing that each topic is never asked about in."""


def ask_newly(model: LlamaForCausalLM, state: State, topic: Int[np.ndarray, " rows"]) -> Answers:
    """All sixteen qualities, each instance in the framing withheld from its topic: yes rows 1 16."""
    yes, level = np.empty((state.rows, 1, 16), np.float32), np.empty((state.rows, 1, 16, 5), np.float32)
    for framing in np.unique(FRAMING[topic]):
        rows = np.flatnonzero(FRAMING[topic] == framing)
        yes[rows], level[rows] = ask(model, some(state, rows), (int(framing),))
    return Answers(yes, level)
