"""Independent randomness, keyed by seed and name.

Neighboring seeds and different names never share a stream: every key goes through NumPy's SeedSequence, which hashes
it (O'Neill's seed_seq fix; see NumPy's "Parallel random number generation"). Arms of one seed ask for the same names
and therefore see the same data and initial weights: seeds are paired across arms.
"""

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Streams:
    """All the randomness of one unit of work."""

    root: int

    def _sequence(self, name: str) -> np.random.SeedSequence:
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
        return np.random.SeedSequence(entropy=self.root, spawn_key=(key >> 32, key & 0xFFFFFFFF))

    def numpy(self, name: str) -> np.random.Generator:
        """A fresh NumPy generator for the named purpose."""
        return np.random.default_rng(self._sequence(name))

    def seed(self, name: str) -> int:
        """A 63-bit seed for the named purpose, for libraries that take an integer (torch.Generator)."""
        return int(self._sequence(name).generate_state(1, np.uint64)[0] >> np.uint64(1))
