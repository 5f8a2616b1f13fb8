"""One thread for every test: torch's numbers depend on the thread count, and workers share the machine."""

import os

from hypothesis import settings

os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

# A busy machine is slow, and that is no failure: speed is measured in benchmarks.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

pytest_plugins = ["tests.toy_checkout"]
