"""The table of arms that all experiments on conversations share: who holds which view, who speaks of it, how often.

Plain numbers, so that listing experiments loads fast; `situation.drawn` makes conversations of them.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from companion.plasticity.schooling.recipe import FULL, Schooling

Held = Literal["prior", "any", "trained", "withheld", "opposite"]
"""Whose view a conversation is about.

prior     drawn as training draws it
any       any of the sixteen alike
trained   any that training holds, alike
withheld  any that training never holds, alike
opposite  the opposite of the prevailing view
"""


@dataclass(frozen=True)
class Situation:
    """What conversations of one kind have in common."""

    turns: int = 12
    strength: float | None = 0.0  # of the prevailing view; None for all topics
    held: Held = "any"
    voice: str = "ana"  # who speaks; "all" for one of the five a conversation
    other: str | None = None  # who speaks, too
    share: float = 0.5  # how often the other has the word
    silence: float = 0.0
    said: Literal["say", "verdict"] = "say"
    shuffled: bool = False  # statements change places between conversations

    def __post_init__(self) -> None:
        if not self.turns >= 0:
            raise ValueError(f"a conversation cannot have {self.turns} turns")


@dataclass(frozen=True)
class Probe:
    """What every experiment on kept speakers is told; a seed of the experiment is a culture."""

    situation: Situation = Situation()
    schooling: Schooling = FULL
    speakers: int = 3  # of each culture; a culture's value is their mean
    rows: int = 256  # conversations with each


ARMS: Final = {
    # on open topics, any of the sixteen views
    "told": Situation(),
    "by-ben": Situation(voice="ben"),
    "by-cleo": Situation(voice="cleo"),
    "by-dan": Situation(voice="dan"),
    "by-eve": Situation(voice="eve"),
    "silent": Situation(silence=1.0),
    "exchanged": Situation(shuffled=True),
    "withheld": Situation(held="withheld"),
    "verdicts": Situation(said="verdict"),
    # against a prevailing view
    "dissent": Situation(strength=0.9, held="opposite"),
    "dissent-0": Situation(strength=0.0, held="opposite"),
    "dissent-0.6": Situation(strength=0.6, held="opposite"),
    "dissent-0.98": Situation(strength=0.98, held="opposite"),
    "dissent-by-dan": Situation(strength=0.9, held="opposite", voice="dan"),
    "dissent-exchanged": Situation(strength=0.9, held="opposite", shuffled=True),
    # as in training
    "usual": Situation(strength=None, held="prior", voice="all", silence=0.2),
    "usual-short": Situation(turns=6, strength=None, held="prior", voice="all", silence=0.2),
    # any view by Ben, against more or less of a prevailing one
    "by-ben-0.6": Situation(strength=0.6, voice="ben"),
    "by-ben-0.9": Situation(strength=0.9, voice="ben"),
    "by-ben-0.98": Situation(strength=0.98, voice="ben"),
    # views as often as they are held
    "held-0.6": Situation(strength=0.6, held="prior", voice="ben"),
    # verdicts of twice as many turns as training has, on views that it never holds or does
    "new-verdicts": Situation(turns=24, held="withheld", said="verdict"),
    "trained-verdicts": Situation(turns=24, held="trained", said="verdict"),
    "new-exchanged": Situation(turns=24, held="withheld", said="verdict", shuffled=True),
    # statements on any view, of as many turns
    "heard-eve": Situation(turns=24, voice="eve"),
    "heard-ana": Situation(turns=24, voice="ana"),
    "heard-ben": Situation(turns=24, voice="ben"),
    "heard-dan": Situation(turns=24, voice="dan"),
    "prevailing-by-dan": Situation(turns=24, strength=0.9, held="prior", voice="dan"),
    # against a prevailing view, by those who err
    "dissent-by-ben": Situation(strength=0.9, held="opposite", voice="ben"),
    "dissent-by-cleo": Situation(strength=0.9, held="opposite", voice="cleo"),
    "long-dissent-by-ben": Situation(turns=36, strength=0.9, held="opposite", voice="ben"),
    "long-by-ben": Situation(turns=36, voice="ben"),
    # views that training never has, by one who errs or against a prevailing one
    "withheld-by-ben": Situation(held="withheld", voice="ben"),
    "withheld-0.9": Situation(strength=0.9, held="withheld"),
}


def chosen(*names: str, **also: Any) -> dict[str, dict[str, Any]]:
    """Arms of an experiment by their names in the table; `also` is set in all of them."""
    return {name: {"situation": ARMS[name], **also} for name in names}
