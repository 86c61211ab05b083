"""The classic autoencoder of the published Keras notebooks."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar, Literal

from sklearn.utils._param_validation import Interval, StrOptions

from anomaly.detectors.exported import ops
from anomaly.detectors.exported.layers import MeanAbsoluteShares, MeanSquaredShares
from anomaly.detectors.trained import TrainedDetector
from anomaly.utils.backend import keras

_EPOCHS = 100
# How an error's parts are made, and the power of a residual in them.
_ERRORS: dict[str, tuple[type[Any], int]] = {
    "mean_squared_error": (MeanSquaredShares, 2),
    "mean_absolute_error": (MeanAbsoluteShares, 1),
}


class Autoencoder(TrainedDetector):
    """Undercomplete autoencoder scored by its reconstruction error.

    For 29 inputs the layers are 14 tanh (with an L1 activity penalty), 7 relu, 7 tanh, 29 relu
    [1]_; for others a half and a quarter of the inputs take the place of 14 and 7.

    Parameters
    ----------
    loss : {"mean_squared_error", "mean_absolute_error"}, default="mean_squared_error"
        The error that training lowers and that is the score. The absolute one is less bent by
        single values far out.
    epochs : int, optional
        At most so many, by default 100; early stopping watches the loss of the rows held back.
    effort : float, default=1
        Times so many epochs, where `epochs` is not given: 0.25 is fast, 4 is thorough.
    batch_size : int, default=32
    learning_rate : float, default=0.001
        Of the Adam optimizer.
    activity_l1 : float, default=1e-4
        L1 penalty on the first hidden layer's activity.
    patience : int, default=10
        Epochs without a better validation loss before training stops; the best weights return.
    validation_fraction : float, default=0.1
        Share of the rows held back for early stopping where `fit` is given no validation data:
        at least 100 rows, but no more than a third of them, and at most 20,000.
    clip : float, default=5
        Standardised inputs stay within plus and minus this.
    contamination : float, default=0.01
        Share of the training rows that `predict` calls outliers.
    random_state : int, RandomState or None, default=None
        Settles initial weights, the rows held back, and the order of rows.

    References
    ----------
    .. [1] V. Valkov, "Credit Card Fraud Detection using Autoencoders in Keras", 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly import Autoencoder
    >>> rng = np.random.default_rng(0)
    >>> latent = rng.normal(size=(2000, 2))
    >>> X = latent @ rng.normal(size=(2, 8)) + 0.1 * rng.normal(size=(2000, 8))
    >>> detector = Autoencoder(epochs=5, random_state=0).fit(X)
    >>> strange = X[:1] + 10
    >>> bool(detector.anomaly_score(strange)[0] > detector.anomaly_score(X).mean())
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **TrainedDetector._parameter_constraints,
        "loss": [StrOptions(set(_ERRORS))],
        "epochs": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(
        self,
        *,
        loss: Literal["mean_squared_error", "mean_absolute_error"] = "mean_squared_error",
        epochs: int | None = None,
        effort: float = 1.0,
        batch_size: int = 32,
        learning_rate: float = 0.001,
        activity_l1: float = 1e-4,
        patience: int = 10,
        validation_fraction: float = 0.1,
        clip: float = 5.0,
        contamination: float = 0.01,
        random_state: Any = None,
    ) -> None:
        self.loss = loss
        self.epochs = epochs
        self.effort = effort
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.activity_l1 = activity_l1
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.clip = clip
        self.contamination = contamination
        self.random_state = random_state

    def planned_epochs(self, n_rows: int) -> int:
        if self.epochs is not None:
            return int(self.epochs)
        return max(1, round(_EPOCHS * self.effort))

    def _network(self, n_inputs: int, n_rows: int, seed: int) -> Any:
        wide, narrow = max(1, n_inputs // 2), max(1, n_inputs // 4)
        layers = keras.layers
        seeds = iter(range(seed, seed + 4))

        def dense(units: int, activation: str, **kwargs: Any) -> Any:
            initial = keras.initializers.GlorotUniform(seed=next(seeds))
            return layers.Dense(units, activation, kernel_initializer=initial, **kwargs)

        penalty = keras.regularizers.L1(self.activity_l1)
        return keras.Sequential(
            [
                keras.Input((n_inputs,)),
                dense(wide, "tanh", activity_regularizer=penalty),
                dense(narrow, "relu"),
                dense(narrow, "tanh"),
                dense(n_inputs, "relu"),
            ],
            name="network",
        )

    def _compile(self, network: Any, n_rows: int) -> None:
        network.compile(optimizer=keras.optimizers.Adam(self.learning_rate), loss=self.loss)

    def _explained(self, network: Any, seen: Any) -> tuple[Any, Any]:
        shares_of, _ = _ERRORS[self.loss]
        expected = ops.apply(network, seen)
        return expected, ops.apply(shares_of(name="error_shares"), [seen, expected])

    def _share_of_missing(self, n_inputs: int) -> float:
        _, power = _ERRORS[self.loss]
        return self.clip**power / n_inputs
