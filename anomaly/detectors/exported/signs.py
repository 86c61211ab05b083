"""Layers that judge single features by how rare such values are, on one side, among usual rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.detectors.exported import ops
from anomaly.detectors.exported.ops import GraphLayer
from anomaly.utils.backend import keras

# Shares of usual rows at or beyond a value, at which the surprise is told exactly.
_LEVELS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
_N_KNOTS = len(_LEVELS) + 1
_LEAST = 1e-6
# Whose single value is a million times as surprising as another is no better known.
_STEEPEST = 1e6


@keras.saving.register_keras_serializable(package="anomaly")
class Surprise(GraphLayer):
    """How surprising each value is: minus the logarithm of the share of usual rows at or beyond it.

    Beyond the last percent the share falls exponentially, as those of the usual rows that are there
    say [1]_. Between the levels the surprise is linear in the logarithm of the value. A missing value
    is no surprise.

    Parameters
    ----------
    lower : sequence of bool
        Of which columns low values are suspicious, and not high ones.

    References
    ----------
    .. [1] J. Pickands, "Statistical Inference Using Extreme Order Statistics", Annals of Statistics
       3, 1975: what exceeds a high threshold, here with an exponential tail.
    """

    def __init__(self, lower: Sequence[bool], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lower = [bool(each) for each in lower]
        shape = (_N_KNOTS, len(self.lower))
        self.knots = self._constant("knots", shape)
        self.slopes = self._constant("slopes", shape)
        self.built = True

    def _constant(self, name: str, shape: tuple[int, int]) -> Any:
        return self.add_weight(
            shape=shape, initializer="zeros", trainable=False, dtype="float32", name=name
        )

    def fit(self, usual: NDArray[np.float32]) -> Surprise:
        """Learn from usual rows of shape (n_rows, n_columns), NaN where missing."""
        knots = np.zeros((_N_KNOTS, len(self.lower)))
        slopes = np.zeros_like(knots)
        for place in range(len(self.lower)):
            values = usual[:, place]
            ascending = np.asarray(self._ascending(values[:, None], [self.lower[place]]))[:, 0]
            ascending = np.sort(ascending[~np.isnan(values)].astype(np.float64))
            if len(ascending):
                knots[:, place], slopes[:, place] = _tail_of(ascending)
        self.set_weights([knots, slopes])
        return self

    def _ascending(self, values: Any, lower: Sequence[bool]) -> Any:
        """Return values on the scale of logarithms, so that higher is more suspicious."""
        is_lower = np.array(lower, np.float32)[None, :]
        # Of numbers on both sides of zero the logarithm is that of their size.
        upper = ops.sign(values) * ops.log(1.0 + ops.abs(values))
        rarity = ops.log(ops.maximum(values, np.full((1, 1), _LEAST, np.float32)))
        return upper * (1.0 - is_lower) - rarity * is_lower

    def call(self, values: Any) -> Any:
        is_missing = ops.isnan(values)
        nothing = np.zeros((1, 1), np.float32)
        filled = ops.where(is_missing, nothing, values)
        ascending = self._ascending(filled, self.lower)
        total = ops.maximum(ascending - self.knots[0], nothing) * self.slopes[0]
        for number in range(1, _N_KNOTS):
            beyond = ops.maximum(ascending - self.knots[number], nothing)
            total = total + beyond * self.slopes[number]
        return ops.where(is_missing, nothing, total)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "lower": self.lower}


def _tail_of(ascending: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the surprise bends, and by how much its slope changes there."""
    n = len(ascending)
    points = [(ascending[0], 0.0)]
    for level in _LEVELS:
        value = ascending[min(n - 1, int(np.ceil(n * (1 - level))))]
        first = int(np.searchsorted(ascending, value, side="left"))
        if (n - first) / n > level:  # others are equal to it
            first = int(np.searchsorted(ascending, value, side="right"))
        if first < n and ascending[first] > points[-1][0]:
            points.append((ascending[first], -np.log((n - first) / n)))
    places, heights = (np.array(each) for each in zip(*points, strict=True))
    slopes = np.diff(heights) / np.diff(places)
    beyond = ascending[ascending > places[-1]] - places[-1]
    if len(beyond):
        last = 1 / max(beyond.mean(), 1 / _STEEPEST)
    elif len(slopes):
        last = slopes[-1]
    else:
        # All alike: the next whole number would be the first among so many rows.
        last = np.log(n + 1.0) / np.log(2.0)
    bends = np.diff(np.append(slopes, last), prepend=0.0)
    knots, changes = np.zeros(_N_KNOTS), np.zeros(_N_KNOTS)
    knots[: len(places)], changes[: len(places)] = places, bends
    return knots, changes


@keras.saving.register_keras_serializable(package="anomaly")
class WeighedSigns(GraphLayer):
    """Surprises times weights; of signs that tell of the same, the strongest beyond a threshold.

    Parameters
    ----------
    groups : sequence of sequence of int
        The places of signs that tell of the same; each place once. Alone in its group, a sign is
        never the weaker one.
    threshold : float
        What a sign has to exceed to count, by the excess.
    """

    def __init__(
        self, groups: Sequence[Sequence[int]], threshold: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.groups = [list(group) for group in groups]
        self.threshold = threshold
        self.weights_of_signs = self.add_weight(
            shape=(1, sum(map(len, self.groups))),
            initializer="ones",
            trainable=False,
            dtype="float32",
            name="weights",
        )
        self.built = True

    def call(self, surprises: Any) -> Any:
        nothing = np.zeros((1, 1), np.float32)
        parts = []
        for group in self.groups:
            own = ops.take_columns(surprises, group)
            if len(group) > 1:
                own = own * ops.as_numbers(ops.at_least(own, ops.greatest(own, 1)))
            parts.append(own)
        order = np.argsort([place for group in self.groups for place in group])
        strongest = ops.take_columns(ops.concatenate(parts), order.tolist())
        return ops.maximum(strongest - self.threshold, nothing) * self.weights_of_signs

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "groups": self.groups, "threshold": self.threshold}


@keras.saving.register_keras_serializable(package="anomaly")
class SharesOfSigns(GraphLayer):
    """The shares of all features, from those of a detector, the term of its score, and those of signs.

    Parameters
    ----------
    n_own : int
        Features of the detector, the first ones.
    signs : sequence of int
        Places of the features that are signs, counted from the last of the detector's.
    n_features : int
        All features.
    """

    def __init__(self, n_own: int, signs: Sequence[int], n_features: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_own, self.n_features = n_own, n_features
        self.signs = list(signs)

    def call(self, inputs: Sequence[Any]) -> Any:
        shares, of_score, of_signs = inputs
        total = ops.matmul(shares, np.ones((shares.shape[-1], 1), np.float32))
        of_own = shares * (of_score / ops.maximum(total, np.full((1, 1), _LEAST, np.float32)))
        # Behind the signs a column without a share, for the features that are none.
        behind = ops.concatenate([of_signs, of_score * 0.0])
        places = np.full(self.n_features - self.n_own, len(self.signs))
        places[self.signs] = np.arange(len(self.signs))
        parts = [of_own[:, : self.n_own], ops.take_columns(behind, places.tolist())]
        if shares.shape[-1] > self.n_own:
            parts.append(of_own[:, self.n_own :])
        return ops.concatenate(parts)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0][0], input_shape[0][1] + self.n_features - self.n_own)

    def get_config(self) -> dict[str, Any]:
        own = {"n_own": self.n_own, "signs": self.signs, "n_features": self.n_features}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="anomaly")
class UsualBeside(GraphLayer):
    """What is usual of more features, beside what is expected of the first ones.

    Parameters
    ----------
    n_more : int
    """

    def __init__(self, n_more: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_more = n_more
        self.usual = self.add_weight(
            shape=(1, n_more), initializer="zeros", trainable=False, dtype="float32", name="usual"
        )
        self.built = True

    def call(self, expected: Any) -> Any:
        return ops.concatenate([expected, expected[:, 0:1] * 0.0 + self.usual])

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0], input_shape[1] + self.n_more)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n_more": self.n_more}
