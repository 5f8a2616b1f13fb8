"""What is published of an earlier instance: plain settings, so that listing experiments loads fast."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["conclusions", "conversations", "exchanged"]
"""What a record holds.

conclusions    answers that follow from the view, where nobody has said anything
conversations  what Ana said for the view, and the answers as they changed with it
exchanged      conclusions from views at random, a new one in each record
"""


@dataclass(frozen=True)
class Publication:
    """The share of the texts on the topic that are records, and of what kind they are."""

    share: float = 0.5
    kind: Kind = "conclusions"
    silent: float = (
        0.5  # share of the others in which nobody speaks: silence must not be the mark of a record
    )

    def __post_init__(self) -> None:
        for name in ("share", "silent"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is from 0 to 1, not {getattr(self, name)}")
