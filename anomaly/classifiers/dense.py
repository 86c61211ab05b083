"""Networks of dense layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from anomaly.classifiers.base import NeuralClassifier
from anomaly.training import Dropout
from anomaly.utils.backend import keras


class MLP(NeuralClassifier):
    """One hidden layer of 16 units with dropout 0.5, as TensorFlow's tutorial has it.

    TensorFlow's own recipe [1]_ is ``MLP(batch_size=2048, monitor="roc_auc")``, which watches the
    validation AUROC. Parameters, attributes and methods are those of `NeuralClassifier`.

    References
    ----------
    .. [1] "Classification on imbalanced data", TensorFlow Core tutorials.

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly.classifiers import MLP
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(2000, 4))
    >>> y = (X.sum(axis=1) > 3.5).astype(int)
    >>> classifier = MLP(epochs=20, batch_size=64, random_state=0).fit(X, y)
    >>> classifier.predict([[2, 2, 2, 2], [0, 0, 0, 0]])
    array([1, 0])
    """

    default_units: ClassVar[tuple[int, ...]] = (16,)
    default_dropout = 0.5

    def _hidden(
        self, inputs: Any, units: Sequence[int], dropout: float, seeds: Iterator[int]
    ) -> Any:
        return dense_layers(inputs, units, dropout, seeds)


class DeepMLP(MLP):
    """Hidden layers of 128, 64 and 32 units with dropout [1]_ of 0.3 each.

    The published recipe is ``DeepMLP(batch_size=256, epochs=10, patience=None)``, and with
    ``loss="focal", reduction="sum"`` its focal loss. Parameters, attributes and methods are those
    of `NeuralClassifier`.

    References
    ----------
    .. [1] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: A
       Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.
    """

    default_units = (128, 64, 32)
    default_dropout = 0.3


def dense_layers(hidden: Any, units: Sequence[int], dropout: float, seeds: Iterator[int]) -> Any:
    """Return rectified dense layers, each with dropout, on top of what is hidden so far."""
    for width in units:
        start = keras.initializers.GlorotUniform(next(seeds))
        hidden = keras.layers.Dense(width, "relu", kernel_initializer=start)(hidden)
        hidden = Dropout(dropout, seed=next(seeds))(hidden)
    return hidden
