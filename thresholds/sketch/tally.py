"""How many anomalies and normal rows have each score, as sorted integers that can be merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from thresholds.counting.counts import Integers
from thresholds.counting.inputs import Flags, Floats

MANTISSA_BITS = 52
_MAGNITUDE = np.int64(np.iinfo(np.int64).max)


def keys_of(scores: Floats) -> Integers:
    """Return integers in the order of the scores.

    The bits of a float64 without its sign, read as an integer, have the order of the magnitude
    (IEEE 754); the sign is put back as the integer's own. Zeros of both signs are 0, and
    ``key >> bits`` rounds any score down, negative ones too.

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
        Without NaN.

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> keys = keys_of(np.array([-np.inf, -2.0, -0.0, 0.0, 5e-324, 1.0]))
    >>> bool((np.diff(keys) >= 0).all()), keys[2:5]
    (True, array([0, 0, 1]))
    """
    keys = scores.astype(np.float64).view(np.int64)
    negative = keys < 0
    keys &= _MAGNITUDE
    np.negative(keys, out=keys, where=negative)
    return keys


def scores_of(keys: Integers) -> NDArray[np.float64]:
    """Return the scores that `keys_of` gave these integers.

    Examples
    --------
    >>> import numpy as np
    >>> scores_of(keys_of(np.array([-1.5, 0.0, np.inf])))
    array([-1.5,  0. ,  inf])
    """
    return np.copysign(np.abs(keys).view(np.float64), keys)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """The rows of each label at each key.

    Attributes
    ----------
    keys : ndarray of int64, shape (m,)
        Strictly ascending.
    positives, negatives : ndarray of int64, shape (m,)
        Anomalies and normal rows with that key.
    """

    keys: Integers
    positives: Integers
    negatives: Integers

    @classmethod
    def of(cls, keys: Integers, flags: Flags) -> Self:
        """Count rows.

        Parameters
        ----------
        keys : ndarray of int64, shape (n,)
        flags : ndarray of bool, shape (n,)
            True for an anomaly.

        Examples
        --------
        >>> import numpy as np
        >>> tally = Tally.of(np.array([7, 5, 7]), np.array([True, False, False]))
        >>> tally.keys, tally.positives, tally.negatives
        (array([5, 7]), array([0, 1]), array([1, 1]))
        """
        anomalies, normal = np.compress(flags, keys), np.compress(~flags, keys)
        anomalies.sort()
        normal.sort()
        none = np.zeros(max(anomalies.size, normal.size), dtype=np.int64)
        one = np.ones_like(none)
        return cls.merged(
            [
                cls._summed(anomalies, one[: anomalies.size], none[: anomalies.size]),
                cls._summed(normal, none[: normal.size], one[: normal.size]),
            ]
        )

    @classmethod
    def empty(cls) -> Self:
        """Return the tally of no row."""
        return cls(*(np.empty(0, dtype=np.int64) for _ in range(3)))

    @classmethod
    def merged(cls, parts: Sequence["Tally"]) -> Self:
        """Return the tally of the rows of all parts."""
        keys = np.concatenate([part.keys for part in parts])
        # Stable sorting recognises runs that are in order already, and the parts are.
        order = np.argsort(keys, kind="stable")
        return cls._summed(
            keys[order],
            np.concatenate([part.positives for part in parts])[order],
            np.concatenate([part.negatives for part in parts])[order],
        )

    @property
    def size(self) -> int:
        """The number of distinct keys."""
        return self.keys.size

    def split(self, position: int) -> tuple["Tally", "Tally"]:
        """Return the tallies of the keys before a position and from it on."""
        return self._part(slice(None, position)), self._part(slice(position, None))

    def coarsened(self, bits: int) -> "Tally":
        """Return the tally with the lowest bits of each key set to 0, which rounds down."""
        return self._summed(self.keys >> bits << bits, self.positives, self.negatives)

    def distinct(self, bits: int) -> int:
        """Return how many keys `coarsened` would leave."""
        keys = self.keys >> bits
        return min(self.size, 1 + int(np.count_nonzero(keys[1:] != keys[:-1])))

    def _part(self, where: slice) -> "Tally":
        return Tally(self.keys[where], self.positives[where], self.negatives[where])

    @classmethod
    def _summed(cls, keys: Integers, positives: Integers, negatives: Integers) -> Self:
        """Sum the counts of equal keys, which stand side by side."""
        rises = np.ones(keys.size, dtype=np.bool_)
        np.not_equal(keys[1:], keys[:-1], out=rises[1:])
        if rises.all():
            return cls(keys, positives, negatives)
        first = np.flatnonzero(rises)
        return cls(
            keys[first], np.add.reduceat(positives, first), np.add.reduceat(negatives, first)
        )
