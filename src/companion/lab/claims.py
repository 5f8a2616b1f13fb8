"""The ledger of the essay's claims, in our words, by section. Claim ids are permanent: people cite them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from companion.lab.errors import LabError


@dataclass(frozen=True)
class Claim:
    """One claim: its permanent id ("C2.3"), the claim in our words, and the ids of experiments meant to bear on it."""

    id: str
    words: str
    experiments: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One section of the essay with its claims, in the essay's order."""

    number: int
    title: str
    claims: tuple[Claim, ...]


@cache
def sections() -> tuple[Section, ...]:
    """The whole ledger."""
    document = tomllib.loads(Path(__file__).with_name("claims.toml").read_text(encoding="utf-8"))
    return tuple(
        Section(
            number=section["number"],
            title=section["title"],
            claims=tuple(Claim(c["id"], c["words"], tuple(c["experiments"])) for c in section["claim"]),
        )
        for section in document["section"]
    )


def claim(id: str) -> Claim:
    """The claim with this id; raises LabError for an id that the ledger does not have."""
    for section in sections():
        for candidate in section.claims:
            if candidate.id == id:
                return candidate
    raise LabError(f"There is no claim {id} in the ledger (claims.toml).")


def section_of(id: str) -> Section:
    """The section of the essay that makes this claim."""
    claim(id)
    return next(section for section in sections() if any(c.id == id for c in section.claims))
