"""What the methods take of the rows of one seed, made once, when the first of them asks."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anomaly.comparison.methods.crossfit import CrossFitted, scores_of_rows
from anomaly.comparison.methods.encoding import Floats, Layout, encode, with_column
from anomaly.comparison.methods.entities import STEPS, Entities
from anomaly.comparison.methods.learning import TrainingRows
from anomaly.comparison.methods.names import SEQUENTIAL, Method
from anomaly.dataset.prepared import Dataset
from anomaly.runs.options import Options
from anomaly.schema.columns import UNLABELLED


class Inputs:
    """The rows of one seed as methods take them.

    Parameters
    ----------
    dataset : Dataset
        With its features in memory.
    options : Options
        Of the detectors, with the seed.

    Attributes
    ----------
    labels : ndarray of shape (n_rows,), int8
    """

    def __init__(self, dataset: Dataset, options: Options) -> None:
        assert dataset.rows.labels is not None
        self.dataset = dataset
        self.options = options
        self.labels: NDArray[np.int8] = dataset.rows.labels

    @property
    def labelled_train(self) -> NDArray[np.int64]:
        """Positions of the rows of train with a label: classifiers learn from no other."""
        train = self.dataset.split.train
        return train[self.labels[train] != UNLABELLED]

    @cached_property
    def encoded(self) -> tuple[Floats, Layout]:
        """All rows as classifiers take them, and how their columns are laid out."""
        return encode(self.dataset)

    @cached_property
    def detector_scores(self) -> tuple[Floats, CrossFitted]:
        """A detector's score of every row, for the methods that take it, and its making."""
        return scores_of_rows(self.dataset, self.options)

    @cached_property
    def entities(self) -> Entities | None:
        """Whose last transactions may be looked at; None where there are none."""
        return Entities.of(self.dataset)

    def of(self, method: Method) -> tuple[TrainingRows, Floats]:
        """Return all that a method may learn from, and the rows of the table to be scored."""
        rows, layout = self.encoded
        steps = None
        if method.with_score:
            rows = with_column(rows, self.detector_scores[0])
        if method.classifier in SEQUENTIAL and self.entities is not None:
            rows, layout = self.entities.sequences(rows, layout)
            steps = STEPS
        train = self.labelled_train
        return TrainingRows(rows[train], self.labels[train], layout, steps), rows
