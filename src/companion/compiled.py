"""How the book's inner loops are compiled: numba, with a cache on disk that notices every change."""

import hashlib
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

Function = TypeVar("Function", bound=Callable[..., Any])

WITH_KERNELS = ("games", "search", "alphazero", "transformer")
"""The packages that hold kernels."""


def kernel(function: Function) -> Function:
    """Compile with numba, to run beside other threads. Arguments are not checked: callers that face a reader do that.

    Tests wrap every function of the package in a check of its annotations, which numba cannot compile; the function
    inside is compiled.
    """
    compiled: Function = njit(inspect.unwrap(function), nogil=True, cache=CACHED)
    return compiled


def _cache_folder() -> Path:
    """Where compiled kernels are kept: a folder named by a hash of every module of the package that holds kernels.

    numba itself notices changes in a kernel's own file alone, and would go on using a kernel that inlines old rules.
    """
    package = Path(__file__).parent
    sources = sorted(path for folder in WITH_KERNELS for path in (package / folder).glob("*.py"))
    content = b"".join(path.read_bytes() for path in sources)
    return package / "__pycache__" / f"kernels-{hashlib.sha256(content).hexdigest()[:16]}"


def _cache_on_disk() -> bool:
    """Tell numba where to keep compiled kernels; False where the package's folder cannot be written."""
    folder = _cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]  # numba fills its config at import
    return os.access(folder, os.W_OK)


CACHED = _cache_on_disk()
