"""One thread for every test: torch's numbers depend on the thread count, and workers share the machine."""

import os

os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

pytest_plugins = ["tests.toy_checkout"]
