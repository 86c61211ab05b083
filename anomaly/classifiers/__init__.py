"""Small neural networks as scikit-learn classifiers, trained through the compiled epoch."""

from anomaly.classifiers.base import NeuralClassifier
from anomaly.classifiers.dense import MLP, DeepMLP
from anomaly.classifiers.histories import last_transactions
from anomaly.classifiers.sequences import CNN1D, LSTM, SequenceClassifier

CLASSIFIERS: dict[str, type[NeuralClassifier]] = {
    "mlp": MLP,
    "deep-mlp": DeepMLP,
    "lstm": LSTM,
    "cnn1d": CNN1D,
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
