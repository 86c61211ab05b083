"""The features one by one: how far the classes differ in each, and where its errors are."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from reports import formats
from reports.content.report import Report
from reports.content.sample import Sample, SampledColumn
from reports.features.axes import FeatureAxis, feature_axis
from reports.formats.script_data import script_data

MOST_DRAWN = 40
MOST_LISTED = 200
MOST_POINTS, MOST_POSITIVES = 600, 300  # in the drawing of two features
SCALE = 1000
MIDDLE = (0.05, 0.95)
LONGEST = 60  # letters of a name over a drawing
LONGEST_LABEL = 50  # letters of an axis
LONGEST_LEVEL = 60  # letters of a category in the table
FEW = 20  # positive rows, of which the order says little
RIM = "Points on the edge of the drawing hold what lies beyond it, too."

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """The features in words, those first in which the classes differ most.

    Attributes
    ----------
    groups : sequence of str
        What each pair of columns holds, where there are two classes.
    heads : sequence of str
        What each column holds.
    n_ranges : int
        So many of them, at the start, hold words; the others hold figures.
    rows : sequence of (str, sequence of str)
        Name and figures of each feature.
    note : str
    """

    groups: Sequence[str]
    heads: Sequence[str]
    n_ranges: int
    rows: Sequence[tuple[str, Sequence[str]]]
    note: str


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
        found = ((column, feature_axis(column, parts)) for column in columns)
        return list(islice(((c, axis) for c, axis in found if axis is not None), MOST_DRAWN))

    @property
    def note(self) -> str:
        """What the sample is, and how many features are not drawn."""
        counts = [f"{formats.count(int(rows.sum()))} {name}" for name, _, rows in self.classes]
        said = [f"A sample of the transactions held out: {' and '.join(counts)}."]
        order = "in which the classes differ most" if self.has_two_classes else ""
        n_known = len(self.order) - self.n_empty
        if len(self.drawn) < n_known:
            which = f", those {order}" if order else ""
            said.append(
                f"{len(self.drawn)} of {formats.plural(n_known, 'feature')} are drawn{which}."
            )
        elif order:
            said.append(f"Those features come first {order}.")
        if self.n_empty:
            have = "has" if self.n_empty == 1 else "have"
            said.append(f"{formats.plural(self.n_empty, 'feature')} {have} no value.")
        noun, _, rows = self.classes[-1]
        if order and (n_positives := int(rows.sum())) < FEW:
            few = f"one {noun}" if n_positives == 1 else f"{n_positives} {formats.plural_of(noun)}"
            said.append(f"With {few} in the sample this order is largely chance.")
        return " ".join(said)

    @property
    def n_empty(self) -> int:
        """How many features have no value that can be drawn."""
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
        found = self.errors(rows)
        if not len(found):
            return np.full(len(self.sample.columns), np.nan)
        return np.asarray(found.mean(axis=0), np.float64)

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
    found = [("normal", "normal", ~is_positive), (noun, "accent", is_positive)]
    return [(name, colour, rows) for name, colour, rows in found if rows.any()]


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


def table(features: Features) -> FeatureTable:
    """The features in words."""
    groups = ["Middle 90 %, or most frequent", "Missing", *["Mean error"] * features.has_errors]
    names = [name.capitalize() for name, _, _ in features.classes]
    errors = [
        features.mean_errors(part) for _, _, part in list(features.classes) * features.has_errors
    ]
    rows = [_row(features, place, errors) for place in features.order[:MOST_LISTED]]
    left_out = len(features.order) - len(rows)
    notes = ["A classifier gives no errors by feature."]
    if features.has_errors:
        further = ", with those of the features left out," if left_out else ""
        notes = [
            f"The errors of a class, its mean shares of the score,{further} sum to its mean score."
            if features.has_two_classes
            else f"The mean errors, shares of the score,{further} sum to the mean score."
        ]
    if left_out:
        notes.append(f"{formats.plural(left_out, 'feature')} more {_are(left_out)} left out.")
    n_ranges = len(features.classes)
    if not features.has_two_classes:
        return FeatureTable((), groups, n_ranges, rows, " ".join(notes))
    notes.append(
        "The difference is 0 where both classes are spread alike and 1 where they are wholly apart "
        "(Kolmogorov-Smirnov statistic; for categories total variation)."
    )
    heads = [*names * len(groups), "Difference"]
    return FeatureTable(groups, heads, n_ranges, rows, " ".join(notes))


def _are(number_of: int) -> str:
    return "is" if number_of == 1 else "are"


def _row(features: Features, place: int, errors: Sequence[Values]) -> tuple[str, list[str]]:
    column = features.sample.columns[place]
    parts = [rows for _, _, rows in features.classes]
    cells = [_range(column, rows) for rows in parts]
    cells += [formats.percent(float(np.isnan(column.values[rows]).mean())) for rows in parts]
    means = [float(found[place]) for found in errors]
    cells += [formats.NOTHING if np.isnan(mean) else formats.number(mean, 3) for mean in means]
    if features.has_two_classes:
        cells.append(formats.ratio(float(features.differences[place])))
    return formats.text(column.name), cells


def _range(column: SampledColumn, rows: Mask) -> str:
    values = column.values[rows]
    known = values[np.isfinite(values)]
    if not known.size:
        return formats.NOTHING
    if column.levels:
        counts = np.bincount(known.astype(int), minlength=len(column.levels))
        first = np.argsort(-counts, kind="stable")[:2]
        return ", ".join(
            f"{formats.short(column.levels[level], LONGEST_LEVEL)} "
            f"{formats.percent(counts[level] / known.size)}"
            for level in first
            if counts[level]
        )
    low, high = (_value(float(end), column) for end in np.quantile(known, MIDDLE))
    return low if low == high else f"{low} to {high}"


def _value(value: float, column: SampledColumn) -> str:
    if not column.is_time:
        return formats.value(value)
    return str(np.datetime64(int(value), "s")).replace("T", " ")


def pairs_as_json(features: Features) -> Markup | None:
    """What the page's script draws any two features from; None with fewer than two.

    Of each class some hundred transactions, each value as its place from 0 to 1000 along the axis
    of its feature, -1 where it is missing.
    """
    drawn = features.drawn
    if len(drawn) < 2:
        return None
    rows = points(features)
    content = {
        "names": [formats.short(column.name, LONGEST) for column, _ in drawn],
        "axes": [axis.label(column.name, LONGEST_LABEL) for column, axis in drawn],
        "ticks": {
            side: [axis.labelled_ticks(5, is_up=side == "y") for _, axis in drawn] for side in "xy"
        },
        "legend": [name for name, _, _ in features.classes],
        "colours": [colour for _, colour, _ in features.classes],
        "classes": [len(part) for part in rows],
        "places": [_places(column, axis, np.concatenate(rows)) for column, axis in drawn],
        "note": RIM,
    }
    return script_data(content)


def points(features: Features) -> list[NDArray[np.intp]]:
    """The rows of each class that two features are drawn with, evenly from all of them."""
    found = []
    for _, colour, rows in features.classes:
        members = np.flatnonzero(rows)
        most = MOST_POINTS if colour == "normal" else MOST_POSITIVES
        found.append(members[np.linspace(0, len(members) - 1, min(most, len(members))).astype(int)])
    return found


def scattered(column: SampledColumn, axis: FeatureAxis, rows: NDArray[np.intp]) -> Values:
    """Places from 0 to 1 along the axis; those of a category are spread over its width.

    A row is spread the same whenever it is drawn, and in each feature independently: any pattern
    that two features had in common would look like a correlation.
    """
    places = axis.place(column.values[rows])
    if not column.levels:
        return places
    seed = zlib.crc32(column.name.encode("utf-8", "surrogatepass"))
    spread = np.random.default_rng(seed).random(len(column.values))[rows] - 0.5
    return places + 0.7 * spread / axis.n_levels


def _places(column: SampledColumn, axis: FeatureAxis, rows: NDArray[np.intp]) -> list[int]:
    places = scattered(column, axis, rows)
    return (
        np.where(np.isnan(places), -1, np.rint(SCALE * np.clip(places, 0, 1))).astype(int).tolist()
    )
