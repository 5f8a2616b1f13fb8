"""Every experiment, in the order of the book. The one list is companion.experiments.MODULES."""

import importlib
from collections.abc import Sequence
from functools import cache

from companion.lab.errors import LabError, UsageError
from companion.lab.experiment import Experiment


def collect(modules: Sequence[str], package: str = "companion.experiments") -> tuple[Experiment, ...]:
    """Import the modules and take each one's Experiment; two with the same id are refused."""
    found: dict[str, Experiment] = {}
    for name in modules:
        module = importlib.import_module(f"{package}.{name}")
        (declared,) = [value for value in vars(module).values() if isinstance(value, Experiment)]
        if declared.id in found:
            raise LabError(
                f"Two experiments have the id {declared.id}: give the one in {name}.py an id of its own."
            )
        found[declared.id] = declared
    return tuple(found.values())


@cache
def all_experiments() -> tuple[Experiment, ...]:
    """Every experiment of the book, in order."""
    return collect(importlib.import_module("companion.experiments").MODULES)


def get(id: str) -> Experiment:
    """The experiment with this id; raises UsageError for an unknown one."""
    for candidate in all_experiments():
        if candidate.id == id:
            return candidate
    known = ", ".join(candidate.id for candidate in all_experiments())
    raise UsageError(f"There is no experiment '{id}'; there are {known}.")
