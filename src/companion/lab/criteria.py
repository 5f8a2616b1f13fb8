"""What is declared before measuring, as data, and the one function that turns an interval into a verdict.

Supported: the 95 % interval of the effect lies above the margin. Refuted: it lies below. Otherwise inconclusive.
A claim of "no change" is supported when the interval lies inside plus or minus the margin (equivalence; TOST).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from companion.lab.statistics import Interval

Verdict = Literal["supported", "refuted", "inconclusive"]


@dataclass(frozen=True)
class Above:
    """The effect is larger than `margin`. With `against`, the effect is the paired difference to that arm."""

    effect: str
    margin: float
    against: str | None = None

    def verdict(self, interval: Interval | None) -> Verdict:
        """Judge the 95 % interval of the effect."""
        if interval is None:
            return "inconclusive"
        low, high = interval
        return "supported" if low > self.margin else "refuted" if high < self.margin else "inconclusive"

    def words(self) -> str:
        """The criterion as a sentence."""
        difference = f" minus that of arm “{self.against}”" if self.against else ""
        return f"the 95 % interval of mean {self.effect}{difference} lies above {self.margin:g}"


@dataclass(frozen=True)
class Within:
    """The effect lies inside plus or minus `margin`: a claim of no change."""

    effect: str
    margin: float
    against: str | None = None

    def verdict(self, interval: Interval | None) -> Verdict:
        """Judge the 95 % interval of the effect."""
        if interval is None:
            return "inconclusive"
        low, high = interval
        if -self.margin < low and high < self.margin:
            return "supported"
        return "refuted" if low > self.margin or high < -self.margin else "inconclusive"

    def words(self) -> str:
        """The criterion as a sentence."""
        difference = f" minus that of arm “{self.against}”" if self.against else ""
        return f"the 95 % interval of mean {self.effect}{difference} lies within ±{self.margin:g}"


@dataclass(frozen=True)
class All:
    """Several parts that must all hold; the first part is the primary effect."""

    parts: tuple[Above | Within, ...]

    def words(self) -> str:
        """The criterion as a sentence."""
        return "; and ".join(part.words() for part in self.parts)


Criterion = Above | Within | All


def parts_of(criterion: Criterion) -> tuple[Above | Within, ...]:
    """The parts of a criterion, the primary effect first."""
    return criterion.parts if isinstance(criterion, All) else (criterion,)


def as_data(criterion: Criterion) -> list[dict[str, object]]:
    """The criterion as plain data, for the declaration."""
    return [{"kind": type(part).__name__.lower(), **asdict(part)} for part in parts_of(criterion)]


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """All parts must be supported; one refuted part refutes the whole."""
    found = set(verdicts)
    return "refuted" if "refuted" in found else "supported" if found == {"supported"} else "inconclusive"
