"""Every neural classifier by its name."""

from __future__ import annotations

from anomaly.classifiers.base import NeuralClassifier
from anomaly.classifiers.dense import MLP, DeepMLP
from anomaly.classifiers.sequences import CNN1D, LSTM

CLASSIFIERS: dict[str, type[NeuralClassifier]] = {
    "mlp": MLP,
    "deep-mlp": DeepMLP,
    "lstm": LSTM,
    "cnn1d": CNN1D,
}
