"""What experiments on taste do to a speaker or an instance: plain numbers, so that listing experiments loads fast."""

from dataclasses import dataclass
from typing import Literal

from companion.plasticity.arms import Probe


@dataclass(frozen=True)
class Feedback(Probe):
    """How feedback is given, and after how many turns of it items are rated."""

    reasons: bool = True  # for each verdict the quality that decided it, in place of the item
    after: tuple[int, ...] = (0, 1, 2, 4, 6, 8, 12, 24)


@dataclass(frozen=True)
class Heard(Probe):
    """After how many turns instances say what they think."""

    after: tuple[int, ...] = (0, 2, 4, 8, 12, 24)


@dataclass(frozen=True)
class Pressed(Probe):
    """How a view forms, and how it is pressed once it has formed."""

    after: tuple[int, ...] = (0, 1, 2, 4, 6, 8, 12)  # turns after which instances are asked
    formed: int = 6  # turns in which it forms, of all turns of the conversation
    share: float = 0.75  # of the later ones, in which others speak; in the rest whoever spoke before goes on


@dataclass(frozen=True)
class Taught(Probe):
    """How a speaker is taught further."""

    speakers: int = 1
    steps: int = 160
    batch: int = 48
    rate: float = 1e-3
    dissent: float = 0.5  # share of conversations about any view that training holds, all alike
    answers: Literal["bayes", "oracle"] = "bayes"


@dataclass(frozen=True)
class Consolidated(Probe):
    """How an instance's view is distilled into the weights."""

    steps: tuple[int, ...] = (4, 16, 64)
    rate: float = 2e-3
    rehearsal: float = 1.0  # weight of the answers that the model gave before
    batch: int = 32  # questions a step, and as many of what is rehearsed in empty contexts
    rehearsed: int = 8  # conversations a step
    views: int = 3  # one after the other


@dataclass(frozen=True)
class Windowed(Probe):
    """How much of a conversation is kept."""

    window: int = 4  # turns
    idle: bool = False  # nobody speaks before the last window
