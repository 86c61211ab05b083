"""How much a network gains from an output that begins at the share of the positives."""

from __future__ import annotations

from typing import Any

import numpy as np

from anomaly.comparison.methods.interruption import raise_if_interrupted
from anomaly.comparison.methods.names import find_method
from anomaly.comparison.methods.seed_inputs import Inputs

EPOCHS = 20


def bias_effect(inputs: Inputs, seed: int) -> dict[str, Any]:
    """Train the small network twice, from the same weights but for the output's bias.

    As in TensorFlow's tutorial on imbalanced data: the bias begins at the log odds of the training
    rows, or at zero, where the first epochs only learn how rare positives are.

    Parameters
    ----------
    inputs : Inputs
    seed : int

    Returns
    -------
    dict
        For `prior` and `zero`: the loss on training rows before the first step (`initial`), and
        after each epoch (`loss`, and `val_loss` on training rows held back).
    """
    from anomaly.classifiers import CLASSIFIERS

    train, _ = inputs.of(find_method("none+mlp"))
    effect: dict[str, Any] = {"method": "none+mlp", "epochs": EPOCHS}
    for start in ("prior", "zero"):
        network = CLASSIFIERS["mlp"](
            output_bias=start, epochs=EPOCHS, patience=None, random_state=seed
        ).fit(train.rows, train.labels)
        raise_if_interrupted(network)
        losses = network.history_.losses
        effect[start] = {
            "initial": float(network.initial_loss_),
            "loss": np.asarray(losses["loss"], dtype=float).tolist(),
            "val_loss": np.asarray(losses["val_loss"], dtype=float).tolist(),
        }
    return effect
