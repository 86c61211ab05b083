"""The features of a sample, those first in which the classes differ most."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from reports import formats
from reports.content.report import Report
from reports.content.sample import Sample, SampledColumn
from reports.features.axes import FeatureAxis, feature_axis

MOST_DRAWN = 40
FEW = 20  # positive rows, of which the order says little

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Features:
    """The features of a sample, those first in which the classes differ most.

    Attributes
    ----------
    sample : Sample
    classes : sequence of (str, str, ndarray of bool)
        Name, colour and rows of each class that has any.
    order : sequence of int
        Places of the columns.
    differences : ndarray of shape (n_columns,)
        NaN without two classes.
    """

    sample: Sample
    classes: Sequence[tuple[str, str, Mask]]
    order: Sequence[int]
    differences: Values

    @cached_property
    def drawn(self) -> list[tuple[SampledColumn, FeatureAxis]]:
        """The first columns with values that can be drawn, and the axis of each."""
        parts = [rows for _, _, rows in self.classes]
        columns = [self.sample.columns[place] for place in self.order]
        with_axes = ((column, feature_axis(column, parts)) for column in columns)
        return list(islice(((c, axis) for c, axis in with_axes if axis is not None), MOST_DRAWN))

    @property
    def note(self) -> str:
        """What the sample is, and how many columns are not drawn."""
        counts = [f"{formats.count(int(rows.sum()))} {name}" for name, _, rows in self.classes]
        said = [f"A sample of the transactions held out: {' and '.join(counts)}."]
        order = "in which the classes differ most" if self.has_two_classes else ""
        n_known = len(self.order) - self.n_empty
        if len(self.drawn) < n_known:
            which = f", those {order}" if order else ""
            said.append(
                f"{len(self.drawn)} of {formats.plural(n_known, 'column')} are drawn{which}."
            )
        elif order:
            said.append(f"Those columns come first {order}.")
        if self.n_empty:
            have = "has" if self.n_empty == 1 else "have"
            said.append(f"{formats.plural(self.n_empty, 'column')} {have} no value.")
        noun, _, rows = self.classes[-1]
        if order and (n_positives := int(rows.sum())) < FEW:
            few = f"one {noun}" if n_positives == 1 else f"{n_positives} {formats.plural_of(noun)}"
            said.append(f"With {few} in the sample this order is largely chance.")
        return " ".join(said)

    @property
    def n_empty(self) -> int:
        """How many columns have no value that can be drawn."""
        return sum(not np.isfinite(column.values).any() for column in self.sample.columns)

    @property
    def has_errors(self) -> bool:
        """Whether each feature's share of the scores is known."""
        return self.sample.shares is not None

    def errors(self, rows: Mask) -> Values:
        """The shares of the scores in these rows, of those in which all are finite."""
        shares = self.sample.shares
        assert shares is not None, "the shares are known"
        return shares[rows & np.isfinite(shares).all(axis=1)]

    def mean_errors(self, rows: Mask) -> Values:
        """The mean share of each column in these rows, NaN where none is known."""
        shares = self.errors(rows)
        if not len(shares):
            return np.full(len(self.sample.columns), np.nan)
        return np.asarray(shares.mean(axis=0), np.float64)

    @property
    def has_two_classes(self) -> bool:
        """Whether there are positive rows and normal ones."""
        return len(self.classes) > 1


def features_of(report: Report) -> Features | None:
    """Rank the features of the report's sample; None where there is none."""
    sample = report.sample
    if sample is None or not sample.columns or not len(sample.columns[0].values):
        return None
    classes = _classes(sample, report.noun)
    differences = np.full(len(sample.columns), np.nan)
    if len(classes) > 1:
        normal, positive = (rows for _, _, rows in classes)
        differences = np.array([_difference(c, normal, positive) for c in sample.columns])
        order = np.argsort(-differences, kind="stable")
    elif sample.shares is not None:
        unranked = Features(sample, classes, (), differences)
        order = np.argsort(-unranked.mean_errors(classes[0][2]), kind="stable")
    else:
        order = np.arange(len(sample.columns))
    return Features(sample, classes, order.tolist(), differences)


def _classes(sample: Sample, noun: str) -> list[tuple[str, str, Mask]]:
    if sample.labels is None:
        return [("transactions", "normal", np.ones(len(sample.columns[0].values), bool))]
    is_positive = sample.labels.astype(bool)
    classes = [("normal", "normal", ~is_positive), (noun, "accent", is_positive)]
    return [(name, colour, rows) for name, colour, rows in classes if rows.any()]


def _difference(column: SampledColumn, normal: Mask, positive: Mask) -> float:
    """How far two distributions are apart, from 0 to 1; missing is a value as any other.

    For numbers the Kolmogorov-Smirnov statistic, the largest difference of the cumulative shares;
    for categories the total variation distance, half the sum of the differences of the shares.
    """
    if column.levels:
        codes = np.where(np.isnan(column.values), len(column.levels), column.values).astype(int)
        counts = [
            np.bincount(codes[rows], minlength=len(column.levels) + 1)
            for rows in (normal, positive)
        ]
        shares = [found / found.sum() for found in counts]
        return float(np.abs(shares[0] - shares[1]).sum() / 2)
    values = np.where(np.isnan(column.values), np.inf, column.values)
    places = np.unique(values)
    one, other = (
        np.searchsorted(np.sort(values[rows]), places, side="right") / rows.sum()
        for rows in (normal, positive)
    )
    return float(np.abs(one - other).max())
