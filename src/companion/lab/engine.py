"""Where units of work run: a process pool; anything with the same `run` can take its place (a Ray cluster)."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, Protocol, runtime_checkable

from companion.lab.unit import Unit

Work = Callable[[Unit], dict[str, Any]]

# Matrix libraries read these when they load: one thread a unit, because bits depend on the thread count.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


@runtime_checkable
class Engine(Protocol):
    """Runs units in any order and yields each as it finishes."""

    def run(self, units: Sequence[Unit], work: Work) -> Iterator[tuple[Unit, dict[str, Any]]]:
        """Yield (unit, its document) for every unit; stopping the iteration stops the work."""
        ...


class LocalEngine:
    """A pool of fresh single-threaded processes, by default one a core."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1

    def run(self, units: Sequence[Unit], work: Work) -> Iterator[tuple[Unit, dict[str, Any]]]:
        """Yield (unit, its document) as processes finish them; on any exception the processes are ended."""
        os.environ.update(ONE_THREAD)
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(min(self.workers, len(units)), spawn, _begin_worker, (os.getpid(),))
        futures = {pool.submit(work, unit): unit for unit in units}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            for process in list((pool._processes or {}).values()):
                process.kill()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin_worker(parent: int) -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone: a killed run leaves no process behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


ENGINES: dict[str, Callable[[], Engine]] = {"local": LocalEngine}


def engine_named(name: str) -> Engine:
    """The engine that --engine names."""
    return ENGINES[name]()
