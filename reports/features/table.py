"""The table of the features: what each class has in it, feature by feature, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports import formats
from reports.content.sample import SampledColumn
from reports.features.differences import Features, Mask, Values

MOST_LISTED = 200
MIDDLE = (0.05, 0.95)
LONGEST_LEVEL = 60  # letters of a category


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
        further = ", with those of the columns left out," if left_out else ""
        notes = [
            f"The errors of a class, its mean shares of the score,{further} sum to its mean score."
            if features.has_two_classes
            else f"The mean errors, shares of the score,{further} sum to the mean score."
        ]
    if left_out:
        notes.append(f"{formats.plural(left_out, 'column')} more {_are(left_out)} left out.")
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
