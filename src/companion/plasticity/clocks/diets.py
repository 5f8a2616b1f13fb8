"""What becomes of dissent in a model by how often its training met any."""

import numpy as np
from jaxtyping import Float
from transformers import LlamaForCausalLM

from companion.plasticity.conversation.bayes import likes, posteriors
from companion.plasticity.conversation.culture import prior
from companion.plasticity.conversation.language import worded
from companion.plasticity.conversation.script import first
from companion.plasticity.situation import Conversations
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import state_of
from companion.plasticity.state.newly import ask_newly


def by_statements(
    model: LlamaForCausalLM, told: Conversations, numbers: tuple[int, ...], rare: float
) -> dict[str, Float[np.ndarray, " numbers"]]:
    """Dissent by the number of statements for it, in the wording that training withholds from the topic.

    Beside it the exact agent's, with the prior of the world, and with that of a training in which dissent is scaled.
    """
    topic = told.script.topic
    fed = posteriors(told.script, prior(told.of, topic, trained=True, dissent=rare))
    world = told.believed()
    says = [
        ask_newly(model, state_of(model, worded(first(told.script, number))), topic).yes[:, 0]
        for number in numbers
    ]
    return {
        "curve": np.array([adoption(yes, told.view) for yes in says]),
        "exact_curve": np.array([adoption(likes(world[:, number]), told.view) for number in numbers]),
        "fed_curve": np.array([adoption(likes(fed[:, number]), told.view) for number in numbers]),
        "moved": np.array([np.abs(yes - says[0]).mean() for yes in says]),
    }
