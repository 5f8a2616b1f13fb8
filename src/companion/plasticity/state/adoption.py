"""How far a view is taken up, read off answers: those of an instance or of an exact agent."""

import numpy as np
from jaxtyping import Float, Int

from companion.plasticity.conversation.world import STANCES


def adoption(yes: Float[np.ndarray, "rows *framings 16"], view: Int[np.ndarray, " rows"]) -> float:
    """The mean probability of answering as who holds the view would, over all qualities and framings."""
    own = np.expand_dims(STANCES[view] > 0, tuple(range(1, yes.ndim - 1)))
    return float(np.where(own, yes, 1 - yes).mean())
