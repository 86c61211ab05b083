"""The schedule of a detector that sees new noise at each visit of a row: epochs and learning rate."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from anomaly.detectors.exported.layers import Standardize
from anomaly.detectors.holding_back import are_too_few_to_spare, n_for_statistics, n_held_back
from anomaly.detectors.trained import TrainedDetector
from anomaly.features.matrix import ChosenRows, FeatureRows
from anomaly.training import Arrays, Data
from anomaly.utils.backend import keras

_ROWS_AN_EPOCH = 16_384
_VISITS_OF_A_ROW = 800
_FEWEST_VISITS, _MOST_VISITS = 128_000, 512_000
_VISITS_OF_ONE_AMONG_MANY, _MOST_VISITS_OF_MANY = 100, 8_000_000
_WARM_UP_STEPS = 100


class TrainedByVisits(TrainedDetector):
    """Base of the detectors that are trained for a number of visits, however many rows there are.

    By default that is 800 visits of each row, but no fewer than 128,000 and no more than 512,000
    of all; with many rows 100 epochs, of up to 8 million visits; all this times `effort`.
    AdamW's rate of learning falls as a cosine to zero over them.

    With fewer than 1,000 rows, or fewer than 15 a feature, all serve for training and for what is
    judged. Rows that other networks judged, each trained on two thirds, make a worse score there.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **TrainedDetector._parameter_constraints,
        "epochs": [Interval(Integral, 1, None, closed="left"), None],
    }

    def planned_epochs(self, n_rows: int) -> int:
        if self.epochs is not None:
            return int(self.epochs)
        many = min(_VISITS_OF_ONE_AMONG_MANY * n_rows, _MOST_VISITS_OF_MANY)
        most = max(_MOST_VISITS, many)
        visits = min(max(_VISITS_OF_A_ROW * n_rows, _FEWEST_VISITS), most)
        visits = round(visits * self.effort)
        return max(1, -(-visits // (n_rows * self._repeats(n_rows))))

    def _repeats(self, n_rows: int) -> int:
        """Return how often an epoch goes over the rows; their noise is another each time."""
        return max(1, _ROWS_AN_EPOCH // n_rows)

    def _spares_none(self, rows: FeatureRows) -> bool:
        return not isinstance(rows, ChosenRows) and are_too_few_to_spare(*rows.shape)

    def _n_held_back(self, n_rows: int, n_features: int) -> int:
        return n_held_back(n_rows, self.validation_fraction, n_for_statistics(n_features))

    def _training_data(self, rows: FeatureRows, standardize: Standardize) -> Data:
        data = super()._training_data(rows, standardize)
        if not isinstance(data, Arrays):
            return data
        # Whole batches, for which some rows come once more: a last one of another size would
        # have to be compiled for itself.
        n_visits = len(rows) * self._repeats(len(rows))
        n_batches = -(-n_visits // self.batch_size)
        inputs = data.template[0].numpy()
        inputs = inputs[np.resize(np.arange(len(rows)), n_batches * self.batch_size)]
        return Arrays(inputs, inputs)

    def _compile(self, network: Any, n_rows: int) -> None:
        n_visits = n_rows * self._repeats(n_rows) * self.planned_epochs(n_rows)
        n_steps = max(2, n_visits // self.batch_size)
        n_warm = min(_WARM_UP_STEPS, n_steps // 2)
        schedule = keras.optimizers.schedules.CosineDecay(
            0.0, n_steps - n_warm, warmup_target=self.learning_rate, warmup_steps=n_warm
        )
        network.compile(optimizer=keras.optimizers.AdamW(schedule, 1e-4, beta_2=0.99))
