"""One core for everybody: import this before any library that looks for processors when it is loaded."""

import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", NUMBA_NUM_THREADS="1", JAX_PLATFORMS="cpu")


def use(processors: int) -> None:
    """Run on this many processors from now on, the last ones; where the system cannot pin, threads alone are bound."""
    if hasattr(os, "sched_setaffinity"):
        last = os.cpu_count() or 1
        os.sched_setaffinity(0, range(last - processors, last))


use(1)
