"""How the rules, the solver and the search are compiled, and two machine instructions that numba does not offer."""

import hashlib
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from jaxtyping import Int64
from llvmlite import ir  # type: ignore[import-untyped]
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., Any])


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
    package = Path(__file__).parent.parent
    sources = sorted(
        path for folder in ("games", "search", "alphazero") for path in (package / folder).glob("*.py")
    )
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


def _popcount(typing: Any, cells: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.int64), generate


def _prefetch(typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(array)(context, builder, arguments[0]).data
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        instruction = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, word, word, word]), "llvm.prefetch.p0i8"
        )
        for_reading, keep_close, is_data = word(0), word(3), word(1)
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        builder.call(instruction, [address, for_reading, keep_close, is_data])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


popcount = cast(Callable[[int], int], intrinsic(_popcount))
"""The number of cells in a set."""

prefetch = cast(Callable[[Int64[np.ndarray, " n"], int], None], intrinsic(_prefetch))
"""Ask memory for array[index] now, to have it at hand later; changes nothing but the time it takes."""
