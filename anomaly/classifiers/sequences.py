"""Networks that read a sequence: the features one by one, or an entity's last transactions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from anomaly.classifiers.base import NeuralClassifier
from anomaly.classifiers.dense import dense_layers
from anomaly.training import Dropout
from anomaly.utils.backend import keras


class SequenceClassifier(NeuralClassifier):
    """Base of the classifiers that read a sequence.

    Parameters
    ----------
    steps : int, optional
        Columns of X are those of so many transactions, the oldest first, as `last_transactions`
        puts them together. By default the features of one transaction are the sequence.
    **parameters
        Those of `NeuralClassifier`.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **NeuralClassifier._parameter_constraints,
        "steps": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(
        self,
        *,
        steps: int | None = None,
        units: int | tuple[int, ...] | None = None,
        dropout: float | None = None,
        loss: str = "binary_crossentropy",
        gamma: float = 2.0,
        alpha: float = 0.25,
        reduction: str = "mean",
        class_weight: str | Mapping[Any, float] | None = None,
        balanced_batches: bool = False,
        steps_per_epoch: int | None = None,
        output_bias: str | float = "prior",
        epochs: int = 100,
        batch_size: int = 512,
        learning_rate: float = 0.001,
        patience: int | None = 10,
        monitor: str = "average_precision",
        validation_fraction: float = 0.2,
        standardize: bool = True,
        clip: float | None = 5.0,
        random_state: Any = None,
    ) -> None:
        # Scikit-learn reads the parameters from the signature, so that they are all here again.
        super().__init__(
            units=units,
            dropout=dropout,
            loss=loss,
            gamma=gamma,
            alpha=alpha,
            reduction=reduction,
            class_weight=class_weight,
            balanced_batches=balanced_batches,
            steps_per_epoch=steps_per_epoch,
            output_bias=output_bias,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            patience=patience,
            monitor=monitor,
            validation_fraction=validation_fraction,
            standardize=standardize,
            clip=clip,
            random_state=random_state,
        )
        self.steps = steps

    def _hidden(
        self, inputs: Any, units: Sequence[int], dropout: float, seeds: Iterator[int]
    ) -> Any:
        n_columns = inputs.shape[1]
        n_steps = n_columns if self.steps is None else self.steps
        if n_columns % n_steps:
            raise ValueError(
                f"X has {n_columns} columns, which are not {n_steps} transactions of equally many"
            )
        sequence = keras.layers.Reshape((n_steps, n_columns // n_steps))(inputs)
        return self._read(sequence, units, dropout, seeds)

    @abstractmethod
    def _read(
        self, sequence: Any, units: Sequence[int], dropout: float, seeds: Iterator[int]
    ) -> Any:
        """Return one vector a row for a sequence of shape (n_rows, n_steps, n_values)."""


class LSTM(SequenceClassifier):
    """A long short-term memory [1]_ whose last output is weighed; several are stacked.

    Parameters, attributes and methods are those of `SequenceClassifier` and `NeuralClassifier`;
    `units` are those of each memory.

    References
    ----------
    .. [1] S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", Neural Computation, 1997.
    """

    default_units = (16,)
    default_dropout = 0.2
    # XLA cannot compile the gradient of the loop over the steps, and is slower when it is unrolled.
    _jit_compile = False

    def _read(
        self, sequence: Any, units: Sequence[int], dropout: float, seeds: Iterator[int]
    ) -> Any:
        for place, width in enumerate(units, start=1):
            sequence = keras.layers.LSTM(
                width,
                return_sequences=place < len(units),
                kernel_initializer=keras.initializers.GlorotUniform(next(seeds)),
                recurrent_initializer=keras.initializers.Orthogonal(seed=next(seeds)),
                seed=next(seeds),
            )(sequence)
            sequence = Dropout(dropout, seed=next(seeds))(sequence)
        return sequence


class CNN1D(SequenceClassifier):
    """Convolutions over three neighbours in the sequence, and a dense layer over all places [1]_.

    The last of the `units` are those of the dense layer, those before it the filters of each
    convolution. Parameters, attributes and methods are those of `SequenceClassifier` and
    `NeuralClassifier`.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document
       Recognition", Proceedings of the IEEE 86, 1998.
    """

    default_units = (16, 32, 32)
    default_dropout = 0.2

    def _read(
        self, sequence: Any, units: Sequence[int], dropout: float, seeds: Iterator[int]
    ) -> Any:
        *filters, width = units
        for count in filters:
            sequence = _convolved(sequence, count, next(seeds))
            sequence = Dropout(dropout, seed=next(seeds))(sequence)
        return dense_layers(keras.layers.Flatten()(sequence), [width], dropout, seeds)


def _convolved(sequence: Any, filters: int, seed: int) -> Any:
    """Return what a `Conv1D` of width 3 with "same" padding does, 20 times as fast.

    XLA has no quick convolution for processors, but quick products of matrices.
    """
    layers = keras.layers
    start = keras.initializers.GlorotUniform(seed)
    dense = layers.Dense(filters, "relu", kernel_initializer=start)
    if sequence.shape[1] == 1:
        return dense(sequence)
    before = layers.ZeroPadding1D((1, 0))(layers.Cropping1D((0, 1))(sequence))
    after = layers.ZeroPadding1D((0, 1))(layers.Cropping1D((1, 0))(sequence))
    return dense(layers.Concatenate()([before, sequence, after]))
