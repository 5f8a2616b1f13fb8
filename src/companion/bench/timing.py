"""Works measured in turns, so that a disturbance of the machine falls on all of them, and the median of each.

Wall time is what a reader waits for. Processor time, of all threads of this process together, is what the work cost;
the two differ where other programs want the same processors.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch

from companion.lab.errors import UsageError

Result = TypeVar("Result")
Share = TypeVar("Share")


@dataclass(frozen=True)
class Timed(Generic[Result]):
    """One repetition of a work: what came out, and what it took."""

    result: Result
    wall_s: float
    cpu_s: float


def timed(work: Callable[[], Result]) -> Timed[Result]:
    """Do it once."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return Timed(result, time.perf_counter() - wall, time.process_time() - cpu)


def in_turns(
    works: Mapping[str, Callable[[], Timed[Result]]], repetitions: int
) -> dict[str, list[Timed[Result]]]:
    """Do each work once, to compile it, and forget that; then all in turns. Returns the repetitions, fastest first.

    A work times its own heart (see `timed`), after whatever it prepares.
    """
    for work in works.values():
        work()
    runs: dict[str, list[Timed[Result]]] = {name: [] for name in works}
    for _ in range(repetitions):
        for name, work in works.items():
            runs[name].append(work())
    return {name: sorted(each, key=lambda run: run.wall_s) for name, each in runs.items()}


def median(runs: list[Timed[Result]]) -> Timed[Result]:
    """The repetition in the middle (the slower of two), from runs sorted as `in_turns` returns them."""
    return runs[len(runs) // 2]


def in_threads(work: Callable[[Share], Result], shares: list[Share]) -> list[Result]:
    """Each share of a work in a thread of its own; a single share in this one."""
    if len(shares) == 1:
        return [work(shares[0])]
    with ThreadPoolExecutor(len(shares)) as pool:
        return list(pool.map(work, shares))


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Inside, torch adds no threads of its own to those that call it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def require_processors(threads: int) -> None:
    """Raise UsageError where threads would have to share a processor: their speed would say nothing."""
    available = os.cpu_count() or 1
    if not 1 <= threads <= available:
        raise UsageError(
            f"--threads goes from 1 to {available}, the processors of this machine, not to {threads}."
        )
