"""An experiment: a plain function and its declaration. The declaration is what the book displays.

    @experiment(id="az-compounding", version=1, claim="C2.3", ..., criterion=Above("error_reduction", margin=2.0))
    def measure(settings: Settings, streams: Streams) -> Measured: ...

`measure` is called once for each unit of work, that is for each (seed, arm). An arm is the scale's settings with a
few fields replaced; the first arm is the main one, and the sabotage arm is judged by the same criterion and must not
come out supported.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from companion.lab import claims, criteria, paths
from companion.lab.errors import LabError
from companion.lab.streams import Streams

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from companion.lab.store import Result

Scale = Literal["smoke", "live", "full"]
SCALES: tuple[Scale, ...] = ("smoke", "live", "full")


@dataclass(frozen=True)
class Share:
    """A proportion with its counts, so that a ceiling over seeds still has an interval from items."""

    hits: int
    trials: int


Measured = Mapping[str, "float | Share | np.ndarray"]


@dataclass(frozen=True)
class Quantity:
    """What a measured name means, and its unit."""

    unit: str
    meaning: str


@dataclass(frozen=True)
class Experiment:
    """Everything that is said before anything is measured, and the function that measures."""

    id: str
    version: int
    title: str
    claim: str
    chapter: str
    question: str
    hypothesis: str
    refuted_when: str  # what the world looks like if the claim is false, in words
    criterion: criteria.Criterion
    arms: Mapping[str, Mapping[str, Any]]  # name -> settings replaced; the first is the main arm
    sabotage: str
    informed_by: Literal["pilot", "none"]
    scales: Mapping[Scale, Any]  # scale -> a frozen dataclass of settings
    quantities: Mapping[str, Quantity]
    toy: str  # what the toy is: size, world
    lineage: str  # which prior work it replicates or extends
    cost: str  # what a rerun costs
    measure: Callable[[Any, Streams], Measured]
    figure: "Callable[[Result], Figure]"
    also: tuple[str, ...] = ()  # further claims it bears on
    seeds: int = 10
    live_seeds: int = 3

    def __post_init__(self) -> None:
        """Refuse a declaration that could not be run or judged as written."""
        paths.check_id(self.id)
        for claim in (self.claim, *self.also):
            claims.claim(claim)
        if set(self.scales) != set(SCALES):
            raise LabError(f"Experiment {self.id} must have settings for the scales smoke, live and full.")
        if self.sabotage not in self.arms or self.sabotage == self.main_arm:
            raise LabError(
                f"Experiment {self.id}: the sabotage '{self.sabotage}' must be an arm other than the first."
            )
        for part in criteria.parts_of(self.criterion):
            if part.effect not in self.quantities:
                raise LabError(
                    f"Experiment {self.id}: the criterion's effect '{part.effect}' is not among its quantities."
                )
            if part.against is not None and part.against not in self.arms:
                raise LabError(
                    f"Experiment {self.id}: the criterion compares with '{part.against}', which is not an arm."
                )
        for arm in self.arms:
            self.settings("full", arm)

    @property
    def main_arm(self) -> str:
        """The arm that the claim is about."""
        return next(iter(self.arms))

    @property
    def judged_arms(self) -> tuple[str, ...]:
        """The arms that the criterion reads: the main arm and those it is compared with."""
        against = [part.against for part in criteria.parts_of(self.criterion) if part.against is not None]
        return tuple(dict.fromkeys([self.main_arm, *against]))

    def settings(self, scale: Scale, arm: str) -> Any:
        """The settings of one arm at one scale; a misspelt setting is refused by name."""
        base = self.scales[scale]
        known = {field.name for field in dataclasses.fields(base)}
        for name in self.arms[arm]:
            if name not in known:
                raise LabError(
                    f"Experiment {self.id}: arm '{arm}' sets '{name}', which is not a setting; "
                    f"the settings are {', '.join(sorted(known))}."
                )
        return dataclasses.replace(base, **self.arms[arm])

    def seeds_at(self, scale: Scale) -> int:
        """How many seeds a scale runs: two for smoke, the declared numbers otherwise."""
        return {"smoke": 2, "live": self.live_seeds, "full": self.seeds}[scale]

    def declaration(self) -> dict[str, Any]:
        """What is committed before the full run, as plain data."""
        text = (
            "id",
            "version",
            "title",
            "claim",
            "question",
            "hypothesis",
            "refuted_when",
            "sabotage",
            "informed_by",
        )
        return {
            **{name: getattr(self, name) for name in text},
            "also": list(self.also),
            "criterion": criteria.as_data(self.criterion),
            "seeds": self.seeds,
            "arms": {arm: dict(changes) for arm, changes in self.arms.items()},
            "settings": dataclasses.asdict(self.scales["full"]),
            "quantities": {name: dataclasses.asdict(quantity) for name, quantity in self.quantities.items()},
        }

    def declaration_bytes(self) -> bytes:
        """The declaration file's exact bytes."""
        return (json.dumps(self.declaration(), indent=1, ensure_ascii=False, default=_plain) + "\n").encode()


def _plain(value: Any) -> Any:
    """Nested settings inside an arm, as plain data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(f"a declaration cannot hold {value!r}")


def experiment(**declared: Any) -> Callable[[Callable[[Any, Streams], Measured]], Experiment]:
    """Decorate the function that measures with its declaration; the name then is the Experiment."""
    return lambda measure: Experiment(measure=measure, **declared)
