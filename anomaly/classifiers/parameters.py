"""The parameters that every neural classifier takes."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, ClassVar

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval, StrOptions


class Parameters(BaseEstimator):
    """The parameters that all neural classifiers share.

    Parameters
    ----------
    units : int or tuple of int, optional
        Of the hidden layers; by default those of the class.
    dropout : float, optional
        Share of a hidden layer's outputs that training leaves out; by default that of the class.
    loss : {"binary_crossentropy", "focal"}, default="binary_crossentropy"
        "focal" [1]_ has sure rows count less, by ``(1 - p) ** gamma``.
    gamma, alpha : float, default=2.0, 0.25
        Of the focal loss; `alpha` is the weight of positives, ``1 - alpha`` that of negatives.
    reduction : {"mean", "sum"}, default="mean"
        What is made of the losses of a batch.
    class_weight : "balanced", dict or None, default=None
        Weights of the classes in the loss. "balanced" is ``total / (2 * count)``.
    balanced_batches : bool, default=False
        Whether half of each batch are positives, drawn with replacement. An epoch is then
        ``ceil(2 * negatives / batch_size)`` steps, or `steps_per_epoch`.
    steps_per_epoch : int, optional
        With balanced batches.
    output_bias : "prior", "zero" or float, default="prior"
        With what the output's bias begins: "prior" is the log odds of the rows as batches have
        them, ``log(positives / negatives)``, and 0 with balanced batches.
    epochs, batch_size : int, default=100, 512
    learning_rate : float, default=0.001
        Of Adam.
    patience : int or None, default=10
        Epochs without a better `monitor` before training stops and the best weights return.
        None trains for all epochs and keeps the last weights.
    monitor : {"average_precision", "roc_auc", "loss"}, default="average_precision"
        What early stopping watches, on the validation rows.
    validation_fraction : float, default=0.2
        Share of each class held back for validation where `fit` is given none. 0 holds back
        nothing, and then `patience` is to be None.
    standardize : bool, default=True
        Whether features are brought to mean 0 and deviation 1, as they are in the training rows,
        and clipped.
    clip : float or None, default=5.0
        Standardised features stay within plus and minus this.
    random_state : int, RandomState or None, default=None
        Settles initial weights, dropout, the rows held back, and batches.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollar, "Focal Loss for Dense Object
       Detection", ICCV 2017.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "units": [Interval(Integral, 1, None, closed="left"), tuple, list, None],
        "dropout": [Interval(Real, 0, 1, closed="left"), None],
        "loss": [StrOptions({"binary_crossentropy", "focal"})],
        "gamma": [Interval(Real, 0, None, closed="left")],
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "reduction": [StrOptions({"mean", "sum"})],
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "balanced_batches": ["boolean"],
        "steps_per_epoch": [Interval(Integral, 1, None, closed="left"), None],
        "output_bias": [StrOptions({"prior", "zero"}), Real],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 2, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "patience": [Interval(Integral, 1, None, closed="left"), None],
        "monitor": [StrOptions({"average_precision", "roc_auc", "loss"})],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "standardize": ["boolean"],
        "clip": [Interval(Real, 0, None, closed="neither"), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
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
        self.units = units
        self.dropout = dropout
        self.loss = loss
        self.gamma = gamma
        self.alpha = alpha
        self.reduction = reduction
        self.class_weight = class_weight
        self.balanced_batches = balanced_batches
        self.steps_per_epoch = steps_per_epoch
        self.output_bias = output_bias
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.patience = patience
        self.monitor = monitor
        self.validation_fraction = validation_fraction
        self.standardize = standardize
        self.clip = clip
        self.random_state = random_state
