"""Learning curves: the figures of a classifier after each epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.classifiers.epochs.rows import LabelledRows
from anomaly.utils.backend import keras
from thresholds import PrecisionRecallCurve

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Watched:
    """Rows that figures are computed on, standing for more rows of each class.

    Attributes
    ----------
    rows : LabelledRows
        Their weights count in the loss alone.
    shares : tuple of two float
        How many negatives and positives each of them here stands for.
    """

    rows: LabelledRows
    shares: tuple[float, float] = (1.0, 1.0)

    @classmethod
    def sample(cls, rows: LabelledRows, most: int, generator: np.random.Generator) -> Watched:
        """Draw at most so many rows: all positives, unless they are over half of what is drawn."""
        negatives, positives = rows.places(0), rows.places(1)
        n_positives = min(len(positives), max(most // 2, most - len(negatives)))
        n_negatives = min(len(negatives), most - n_positives)
        members = [
            generator.choice(places, number, replace=False)
            for places, number in ((negatives, n_negatives), (positives, n_positives))
        ]
        shares = (len(negatives) / n_negatives, len(positives) / n_positives)
        return cls(rows.take(np.sort(np.concatenate(members))), shares)

    def mean_loss(self, losses: Floats) -> float:
        """Return the mean of the rows' losses as Keras has it: weights do not divide it."""
        share = np.where(self.rows.labels == 1, self.shares[1], self.shares[0])
        weights = share if self.rows.weights is None else share * self.rows.weights
        return float((losses * weights).sum(dtype=np.float64) / share.sum())

    def figures(self, log_odds: Floats) -> dict[str, float]:
        """Return average precision, AUROC, and precision and recall at even odds."""
        names = ("average_precision", "roc_auc", "precision", "recall")
        if not np.isfinite(log_odds).all():
            return dict.fromkeys(names, float("nan"))
        curve = PrecisionRecallCurve.from_scores(self.rows.labels, log_odds)
        curve = PrecisionRecallCurve.from_tallies(
            curve.thresholds, curve.tp * self.shares[1], curve.fp * self.shares[0]
        )
        is_alert, is_positive = log_odds >= 0, self.rows.labels == 1
        tp = np.count_nonzero(is_alert & is_positive) * self.shares[1]
        fp = np.count_nonzero(is_alert & ~is_positive) * self.shares[0]
        precision = tp / (tp + fp) if tp + fp else 0.0
        values = (curve.average_precision, curve.roc_auc, precision, tp / curve.positives)
        return dict(zip(names, map(float, values), strict=True))


class Curves(keras.callbacks.Callback):
    """Adds figures of training and validation rows to the logs of each epoch.

    Parameters
    ----------
    forward : callable
        From inputs to log odds, with the weights that the network has at the time.
    loss : callable
        From labels and log odds to the loss of each row.
    scale : float
        What a mean loss is multiplied with.
    training : Watched
    validation : Watched, optional

    Attributes
    ----------
    initial_loss : float
        Of the training rows before the first step.
    """

    def __init__(
        self,
        forward: Callable[[Any], NDArray[np.float32]],
        loss: Callable[[Floats, Floats], Any],
        scale: float,
        training: Watched,
        validation: Watched | None,
    ) -> None:
        super().__init__()
        self._forward = forward
        self._loss = loss
        self._scale = scale
        self._training = training
        self._validation = validation
        self.initial_loss = float("nan")

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        log_odds = self._forward(self._training.rows.inputs)
        self.initial_loss = self._loss_of(self._training, log_odds)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if logs is None:
            return
        logs |= self._training.figures(self._forward(self._training.rows.inputs))
        if self._validation is not None:
            log_odds = self._forward(self._validation.rows.inputs)
            figures = {"loss": self._loss_of(self._validation, log_odds)}
            figures |= self._validation.figures(log_odds)
            logs |= {f"val_{name}": value for name, value in figures.items()}

    def _loss_of(self, watched: Watched, log_odds: Floats) -> float:
        losses = self._loss(watched.rows.labels[:, None], log_odds[:, None])
        return self._scale * watched.mean_loss(np.asarray(losses))
