"""Two machine instructions that numba does not offer."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from jaxtyping import Int64
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


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
