"""Small neural networks as scikit-learn classifiers, trained through the compiled epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomaly.utils.lazy import lazy_face

if TYPE_CHECKING:
    from anomaly.classifiers.base import NeuralClassifier
    from anomaly.classifiers.dense import MLP, DeepMLP
    from anomaly.classifiers.histories import last_transactions
    from anomaly.classifiers.registry import CLASSIFIERS
    from anomaly.classifiers.sequences import CNN1D, LSTM, SequenceClassifier

# TensorFlow and scikit-learn take seconds to import, so each name is fetched when used.
_HOMES = {
    "CLASSIFIERS": "anomaly.classifiers.registry",
    "CNN1D": "anomaly.classifiers.sequences",
    "DeepMLP": "anomaly.classifiers.dense",
    "LSTM": "anomaly.classifiers.sequences",
    "MLP": "anomaly.classifiers.dense",
    "NeuralClassifier": "anomaly.classifiers.base",
    "SequenceClassifier": "anomaly.classifiers.sequences",
    "last_transactions": "anomaly.classifiers.histories",
}

__all__ = [
    "CLASSIFIERS",
    "CNN1D",
    "LSTM",
    "MLP",
    "DeepMLP",
    "NeuralClassifier",
    "SequenceClassifier",
    "last_transactions",
]

__getattr__, __dir__ = lazy_face(__name__, _HOMES)
