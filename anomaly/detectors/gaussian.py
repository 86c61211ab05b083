"""The trimmed normal distribution: a peer in closed form, in seconds."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from anomaly.detectors.base import ReconstructionDetector
from anomaly.detectors.covariance import trimmed_gaussian
from anomaly.detectors.exported import ops
from anomaly.detectors.exported.layers import Standardize
from anomaly.detectors.exported.whitening import Whitened
from anomaly.features.matrix import FeatureRows, sample_of
from anomaly.utils.backend import keras

_MOST_JUDGED = 20_000


class TrimmedGaussian(ReconstructionDetector):
    """Mahalanobis distance from the normal distribution of the rows without the farthest ones.

    Mean and covariance are estimated up to 25 times, each time without the share `trim` of the rows
    that lies farthest [1]_. Values are taken as they are, without logarithms. A table larger than
    memory is read twice a step. What is expected in place of a value is its mean given the others;
    its share of the distance is in proportion to what would go if it were put right.

    Parameters
    ----------
    trim : float, default=0.02
        Share of the training rows left out.
    clip : float, default=100
        Standardised inputs stay within plus and minus this.
    contamination : float, default=0.01
        Share of the training rows that `predict` calls outliers.
    random_state : int, RandomState or None, default=None
        Settles which rows tell how much to shrink the covariance, where they are many.

    References
    ----------
    .. [1] P. J. Rousseeuw, K. Van Driessen, "A Fast Algorithm for the Minimum Covariance
       Determinant Estimator", Technometrics 41, 1999: its concentration steps, begun with all rows.

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly import TrimmedGaussian
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(1000, 2)) @ [[1, 0.9], [0, 0.4]]
    >>> detector = TrimmedGaussian().fit(X)
    >>> bool(detector.anomaly_score([[1, -1]])[0] > detector.anomaly_score([[1, 1]])[0])
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ReconstructionDetector._parameter_constraints,
        "trim": [Interval(Real, 0, 0.5, closed="left")],
    }

    def __init__(
        self,
        *,
        trim: float = 0.02,
        clip: float = 100.0,
        contamination: float = 0.01,
        random_state: Any = None,
    ) -> None:
        self.trim = trim
        self.clip = clip
        self.contamination = contamination
        self.random_state = random_state

    def _learn(self, rows: FeatureRows, seed: int) -> None:
        self._standardize = standardize = Standardize.fit(rows, self.clip, logs=False)
        usual = trimmed_gaussian(rows, standardize, self.trim, seed)
        n_inputs = standardize.n_outputs
        # Of what a value is expected to be, given the others, its difference is this.
        precision = usual.root @ usual.root
        of_value = (precision / np.diag(precision)).astype(np.float32)
        self.network_ = keras.Sequential(
            [keras.Input((n_inputs,)), keras.layers.Dense(n_inputs, name="given_the_others")],
            name="network",
        )
        self.network_.set_weights([np.eye(n_inputs) - of_value, usual.mean @ of_value])
        self._whitened = Whitened(n_inputs, name="whitened")
        self._whitened.take(usual.mean, usual.root, np.eye(n_inputs))
        sample = standardize(sample_of(rows, _MOST_JUDGED, np.random.default_rng(seed))).numpy()
        self._rare_score = float(np.quantile(usual.distances(sample), 0.999))

    def _explained(self, network: Any, seen: Any) -> tuple[Any, Any]:
        return ops.apply(network, seen), ops.apply(self._whitened, seen)

    def _share_of_missing(self, n_inputs: int) -> float:
        return self._rare_score
