"""Keras layers of the scoring graph: raw features to network inputs, residuals to scores.

Their constants are weights, so that they are saved with a model and exported with a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from anomaly.detectors.exported import ops
from anomaly.detectors.exported.ops import GraphLayer
from anomaly.detectors.exported.statistics import column_statistics
from anomaly.features.matrix import FeatureRows
from anomaly.utils.backend import keras

_LONG_TAIL_SKEWNESS = 2.0
_CONSTANT_SCALE = 1e-3
_MOST_CUTS = 32


@keras.saving.register_keras_serializable(package="anomaly")
class Standardize(GraphLayer):
    """Fill in, take the logarithm of long tails, standardise and clip.

    A missing value (NaN) becomes the median, and where values were missing in training an
    indicator is appended. A non-negative feature whose skewness exceeds 2 goes through
    ``sign(x) * log(1 + abs(x))``. Everything is then standardised and clipped.

    Parameters
    ----------
    n_features : int
        Number of raw features.
    logged : sequence of int
        Positions of the features that go through the logarithm.
    indicated : sequence of int
        Positions of the features that get an indicator.
    clip : float
        Standardised values stay within plus and minus this.
    """

    def __init__(
        self,
        n_features: int,
        logged: Sequence[int] = (),
        indicated: Sequence[int] = (),
        clip: float = 10.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.n_features = n_features
        self.logged = list(logged)
        self.indicated = list(indicated)
        self.clip = clip
        self.median = self._constant("median", n_features, "zeros")
        self.mean = self._constant("mean", self.n_outputs, "zeros")
        self.scale = self._constant("scale", self.n_outputs, "ones")
        self.built = True

    @property
    def n_outputs(self) -> int:
        return self.n_features + len(self.indicated)

    def _constant(self, name: str, size: int, initializer: str) -> Any:
        return self.add_weight(
            shape=(size,), initializer=initializer, trainable=False, dtype="float32", name=name
        )

    @classmethod
    def fit(cls, rows: FeatureRows, clip: float, *, logs: bool = True) -> Standardize:
        """Return the layer fitted to raw features of shape (n_rows, n_features).

        Without `logs` no feature goes through the logarithm.
        """
        statistics = column_statistics(rows)
        has_long_tail = (statistics.minimum >= 0) & (
            statistics.values.skewness > _LONG_TAIL_SKEWNESS
        )
        has_long_tail &= logs
        indicated = np.flatnonzero(statistics.missing)
        share = statistics.missing[indicated] / statistics.n_rows
        layer = cls(
            len(statistics.median),
            np.flatnonzero(has_long_tail).tolist(),
            indicated.tolist(),
            clip,
            name="standardize",
        )
        means = np.where(has_long_tail, statistics.logarithms.mean, statistics.values.mean)
        scales = np.where(
            has_long_tail, statistics.logarithms.deviation, statistics.values.deviation
        )
        mean = np.concatenate([means, share])
        scale = np.concatenate([scales, np.sqrt(share * (1 - share))])
        # What never varied in training is far from normal as soon as it does: a category that
        # was never seen scores no lower than the rarest one that was.
        is_constant = scale <= 1e-6 * np.abs(mean)
        scale[is_constant] = _CONSTANT_SCALE * np.maximum(1.0, np.abs(mean[is_constant]))
        layer.set_weights([statistics.median, mean, scale])
        return layer

    def call(self, features: Any) -> Any:
        is_missing = ops.isnan(features)
        filled = self._with_logged(ops.where(is_missing, self.median, features), _signed_log)
        if self.indicated:
            indicators = ops.take_columns(is_missing, self.indicated)
            filled = ops.concatenate([filled, ops.as_numbers(indicators)])
        return ops.clip((filled - self.mean) / self.scale, -self.clip, self.clip)

    def _with_logged(self, values: Any, function: Callable[[Any], Any]) -> Any:
        """Return the features with a function applied to those that go through the logarithm.

        Neighbours of one sort stay together: cutting a matrix into a few parts is cheap, and
        gathering its columns is not. Into many it is dear, and the function goes over all.
        """
        is_logged = np.isin(np.arange(self.n_features), self.logged)
        starts = [0, *(np.flatnonzero(np.diff(is_logged)) + 1), self.n_features]
        if len(starts) > _MOST_CUTS:
            return ops.where(is_logged, function(values), values)
        parts = [
            function(values[:, start:stop]) if is_logged[start] else values[:, start:stop]
            for start, stop in pairwise(starts)
        ]
        return ops.concatenate(parts) if len(parts) > 1 else parts[0]

    def invert(self, standardised: Any) -> Any:
        """Return standardised values as raw features, without the indicators."""
        clipped = ops.clip(standardised[:, : self.n_features], -self.clip, self.clip)
        n = self.n_features
        return self._with_logged(clipped * self.scale[:n] + self.mean[:n], _signed_exp)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*input_shape[:-1], self.n_outputs)

    def get_config(self) -> dict[str, Any]:
        own = {
            "n_features": self.n_features,
            "logged": self.logged,
            "indicated": self.indicated,
            "clip": self.clip,
        }
        return {**super().get_config(), **own}


def _signed_log(values: Any) -> Any:
    return ops.sign(values) * ops.log(1.0 + ops.abs(values))


def _signed_exp(values: Any) -> Any:
    return ops.sign(values) * (ops.exp(ops.abs(values)) - 1.0)


@keras.saving.register_keras_serializable(package="anomaly")
class Unstandardize(GraphLayer):
    """What a `Standardize` layer would have taken in to give the values.

    Parameters
    ----------
    standardize : Standardize
        The layer to invert; its constants are shared.
    """

    def __init__(self, standardize: Standardize, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.standardize = standardize
        self.built = True

    def call(self, standardised: Any) -> Any:
        return self.standardize.invert(standardised)

    def get_config(self) -> dict[str, Any]:
        own = {"standardize": keras.saving.serialize_keras_object(self.standardize)}
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Unstandardize:
        config["standardize"] = keras.saving.deserialize_keras_object(config["standardize"])
        return cls(**config)


@keras.saving.register_keras_serializable(package="anomaly")
class MeanSquaredShares(GraphLayer):
    """The parts of the mean squared error: squared residuals over their number."""

    def call(self, inputs: Sequence[Any]) -> Any:
        seen, expected = inputs
        return ops.square(seen - expected) / seen.shape[-1]

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape[0]


@keras.saving.register_keras_serializable(package="anomaly")
class MeanAbsoluteShares(GraphLayer):
    """The parts of the mean absolute error: absolute residuals over their number."""

    def call(self, inputs: Sequence[Any]) -> Any:
        seen, expected = inputs
        return ops.abs(seen - expected) / seen.shape[-1]

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape[0]


@keras.saving.register_keras_serializable(package="anomaly")
class RowSum(GraphLayer):
    """The sum of each row, as a product with ones.

    A reduction adds in an order that depends on where in memory a row begins, so that its last
    digit would depend on the row's place in the batch.
    """

    def call(self, values: Any) -> Any:
        ones = np.ones((values.shape[-1], 1), dtype=np.float32)
        return ops.squeeze(ops.matmul(values, ones), axis=1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape[:-1]


@keras.saving.register_keras_serializable(package="anomaly")
class MissingShares(GraphLayer):
    """Raise the share of a feature that is missing though it never was in training.

    The median that stands in for it would make the row look ordinary, so that leaving a field
    empty would lower the score.

    Parameters
    ----------
    n_parts : int
        Number of shares; the first belong to the features in order.
    indicated : sequence of int
        Positions of the features that were missing in training: their indicators speak for them.
    share : float
        The share of a missing feature, at least.
    """

    def __init__(self, n_parts: int, indicated: Sequence[int], share: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n_parts = n_parts
        self.indicated = list(indicated)
        self.share = share

    def call(self, inputs: Sequence[Any]) -> Any:
        features, shares = inputs
        n_features = features.shape[-1]
        raised = np.full(n_features, self.share, dtype=np.float32)
        raised[self.indicated] = 0.0
        of_features = shares[:, :n_features]
        floor = ops.as_numbers(ops.isnan(features)) * raised
        parts = [ops.maximum(of_features, floor)]
        if self.n_parts > n_features:
            parts.append(shares[:, n_features:])
        return ops.concatenate(parts) if len(parts) > 1 else parts[0]

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape[1]

    def get_config(self) -> dict[str, Any]:
        own = {"n_parts": self.n_parts, "indicated": self.indicated, "share": self.share}
        return {**super().get_config(), **own}
