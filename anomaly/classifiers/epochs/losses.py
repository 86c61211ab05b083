"""The losses of classifiers by name: cross-entropy and focal, as Keras has them."""

from typing import Any

from anomaly.utils.backend import keras


def loss_named(
    name: str, *, gamma: float, alpha: float, reduction: str | None, from_logits: bool = False
) -> Any:
    """Return a Keras loss.

    Parameters
    ----------
    name : {"binary_crossentropy", "focal"}
    gamma, alpha : float
        Of the focal loss [1]_: ``-alpha_t * (1 - p_t) ** gamma * log(p_t)``, where `p_t` is the
        probability given to the row's class, and `alpha_t` is `alpha` for positives and
        ``1 - alpha`` for negatives.
    reduction : {"mean", "sum"} or None
        What is made of the losses of a batch.
    from_logits : bool, default=False
        Whether predictions are log odds instead of probabilities.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollar, "Focal Loss for Dense Object
       Detection", ICCV 2017.
    """
    if name == "focal":
        return keras.losses.BinaryFocalCrossentropy(
            # Without it Keras leaves alpha out.
            apply_class_balancing=True,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            reduction=reduction,
        )
    return keras.losses.BinaryCrossentropy(from_logits=from_logits, reduction=reduction)
