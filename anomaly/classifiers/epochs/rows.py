"""Rows with their labels and weights, and how some of them are held back for validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import compute_class_weight


@dataclass(frozen=True, slots=True)
class LabelledRows:
    """What a classifier is trained or judged on.

    Attributes
    ----------
    inputs : ndarray of shape (n_rows, n_features)
    labels : ndarray of shape (n_rows,), float32
        0 and 1.
    weights : ndarray of shape (n_rows,), float32, optional
    """

    inputs: NDArray[np.floating]
    labels: NDArray[np.float32]
    weights: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, places: NDArray[np.integer | np.bool]) -> LabelledRows:
        """Return the rows at these places."""
        weights = None if self.weights is None else self.weights[places]
        return LabelledRows(self.inputs[places], self.labels[places], weights)

    def with_inputs(self, inputs: NDArray[np.floating]) -> LabelledRows:
        return replace(self, inputs=inputs)

    def with_a_say(self) -> LabelledRows:
        """Return the rows that have a weight above zero."""
        if self.weights is None or self.weights.all():
            return self
        return self.take(self.weights > 0)

    def total(self, label: int) -> float:
        """Return how many rows have the label, or their weight."""
        of_class = self.labels == label
        return float(of_class.sum() if self.weights is None else self.weights[of_class].sum())

    def places(self, label: int) -> NDArray[np.intp]:
        return np.flatnonzero(self.labels == label)


def stratified_parts(
    rows: LabelledRows, fraction: float, seed: int
) -> tuple[LabelledRows, LabelledRows]:
    """Hold back a fraction of the rows of each class, at least one and never all.

    Raises
    ------
    ValueError
        When a class has one row only.
    """
    generator = np.random.default_rng(seed)
    held_back = np.zeros(len(rows), dtype=bool)
    for label in (0, 1):
        places = rows.places(label)
        if len(places) < 2:
            raise ValueError(
                "a class has one row only, and training and validation need one each; give more "
                "rows, or validation_data, or validation_fraction=0 with patience=None"
            )
        n_held_back = min(max(1, round(fraction * len(places))), len(places) - 1)
        held_back[generator.choice(places, n_held_back, replace=False)] = True
    return rows.take(~held_back), rows.take(held_back)


def weighted_by_class(
    rows: LabelledRows, class_weight: str | Mapping[Any, float] | None, classes: NDArray[Any]
) -> LabelledRows:
    """Return the rows with weights that those of their classes have gone into.

    Parameters
    ----------
    rows : LabelledRows
    class_weight : "balanced", mapping or None
        "balanced" is ``total / (2 * count)``; a mapping has the classes for keys.
    classes : ndarray of shape (2,)
        What the labels 0 and 1 stand for.
    """
    if class_weight is None:
        return rows
    labels = rows.labels.astype(int)
    of_class = compute_class_weight(class_weight, classes=classes, y=classes[labels])
    weights = of_class[labels].astype(np.float32)
    return replace(rows, weights=weights if rows.weights is None else weights * rows.weights)
