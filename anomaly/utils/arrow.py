"""Arrow arrays without pandas, which `pyarrow.array` imports to look for its types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


class _Compute:
    """`pyarrow.compute`, imported at its first use.

    The import takes as long as NumPy's, and to score clean numbers needs no kernel.
    """

    def __getattr__(self, name: str) -> Any:
        import pyarrow.compute

        return getattr(pyarrow.compute, name)


pc: Any = _Compute()

_TYPES = {np.dtype(name): getattr(pa, name)() for name in ("int32", "int64", "float32")} | {
    np.dtype("float64"): pa.float64()
}


def from_numpy(values: NDArray[Any]) -> pa.Array:
    """Return numbers as an Arrow array that shares their memory; NaN stays NaN.

    Parameters
    ----------
    values : ndarray of shape (n,), of 32 or 64 bit floats or integers
    """
    contiguous = np.ascontiguousarray(values)
    buffers = [None, pa.py_buffer(contiguous)]
    return pa.Array.from_buffers(_TYPES[values.dtype], len(values), buffers)


def mask_from_numpy(values: NDArray[np.bool_]) -> pa.Array:
    """Return booleans as an Arrow array.

    Parameters
    ----------
    values : ndarray of shape (n,), bool
    """
    bits = np.packbits(values, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])


def from_texts(texts: Sequence[str | None]) -> pa.Array:
    """Return texts as an Arrow array of strings; None is null."""
    encoded = [b"" if text is None else text.encode() for text in texts]
    offsets = np.zeros(len(texts) + 1, dtype=np.int32)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    is_there = np.packbits(np.array([t is not None for t in texts], bool), bitorder="little")
    buffers = [pa.py_buffer(is_there), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(texts), buffers)


def null_where(is_null: pa.Array, array: pa.Array) -> pa.Array:
    """Return the array with nulls where `is_null` is true; where that is null too."""
    return pc.if_else(is_null, pa.nulls(len(array), array.type), array)


def to_numpy(array: pa.Array, null: Any = None) -> NDArray[Any]:
    """Return numbers or booleans as NumPy has them.

    Parameters
    ----------
    array : pyarrow.Array of shape (n,), of numbers or booleans
    null : number, optional
        What stands for null; needed where there are nulls.

    Returns
    -------
    ndarray of shape (n,)
        Read-only where it shares the array's memory.
    """
    if pa.types.is_boolean(array.type):
        return to_numpy(array.cast(pa.uint8()), null).view(np.bool_)
    dtype = np.dtype(array.type.to_pandas_dtype())
    if not len(array):
        return np.empty(0, dtype)
    values = np.frombuffer(array.buffers()[1], dtype, len(array), array.offset * dtype.itemsize)
    return np.where(to_numpy(array.is_valid()), values, null) if array.null_count else values
