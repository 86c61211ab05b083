"""Divide rows into train, validation and test: by time, or at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anomaly.errors import DataError, OptionError

PARTS = ("train", "validation", "test")
METHODS = ("time", "random")


@dataclass(frozen=True, slots=True)
class Split:
    """Which rows belong to which part.

    Attributes
    ----------
    method : str
        `time` or `random`.
    part : ndarray of shape (n_rows,), int8
        The place of each row's part in `PARTS`, or -1 for a row that belongs to none.
    """

    method: str
    part: NDArray[np.int8]

    def has(self, name: str) -> NDArray[np.bool_]:
        """Return whether each row belongs to the part of that name."""
        return self.part == PARTS.index(name)

    @property
    def train(self) -> NDArray[np.int64]:
        """Positions of the rows of train, ascending."""
        return np.flatnonzero(self.has("train"))

    @property
    def validation(self) -> NDArray[np.int64]:
        """Positions of the rows of validation, ascending."""
        return np.flatnonzero(self.has("validation"))

    @property
    def test(self) -> NDArray[np.int64]:
        """Positions of the rows of test, ascending."""
        return np.flatnonzero(self.has("test"))

    @property
    def manner(self) -> str:
        return "by time" if self.method == "time" else "at random"

    def parts(self) -> dict[str, NDArray[np.int64]]:
        return {part: getattr(self, part) for part in PARTS}


def split_in_halves(
    n_rows: int,
    is_usable: NDArray[np.bool_],
    moments: NDArray[np.float64] | None,
    labels: NDArray[np.int8] | None,
    seed: int,
) -> Split:
    """Divide rows whose scores are given already into validation and test; none is of train.

    Parameters
    ----------
    n_rows : int
    is_usable : ndarray of shape (n_rows,), bool
        Rows that can be read; the others belong to no part.
    moments : ndarray of shape (n_rows,), optional
        The time of each row: the older half is validation. Rows of one moment stay together, in the
        later part. Without times the split is at random.
    labels : ndarray of shape (n_rows,), optional
        Of a split at random, each part gets half of the rows of each label.
    seed : int
        Of a split at random.

    Raises
    ------
    DataError
        When a part is left without a row.
    """
    part = np.full(n_rows, -1, np.int8)
    validation, test = PARTS.index("validation"), PARTS.index("test")
    rows = np.flatnonzero(is_usable)
    if moments is not None:
        # Without a row or two there is no half, which the check below says.
        middle = np.sort(moments[rows])[len(rows) // 2] if len(rows) else np.inf
        part[rows] = np.where(moments[rows] < middle, validation, test)
    else:
        generator = np.random.default_rng(seed)
        classes = np.zeros(n_rows, np.int8) if labels is None else labels
        first = validation
        for value in np.unique(classes[rows]):
            members = generator.permutation(rows[classes[rows] == value])
            part[members[::2]] = first
            part[members[1::2]] = test + validation - first
            # The odd row of each class goes to the other part in turn.
            first = test + validation - first if len(members) % 2 else first
    split = Split("random" if moments is None else "time", part)
    for name in PARTS[1:]:
        if not split.has(name).any():
            other = "" if moments is None else ", or leave --time out for a split at random"
            raise DataError(
                f"the split {split.manner} into halves leaves no row for {name}; give more rows"
                f"{other}"
            )
    return split


def check_fractions(fractions: tuple[float, float, float]) -> None:
    """Raise `OptionError` unless there are three positive fractions that sum to 1."""
    fits = len(fractions) == 3 and all(0 < part < 1 for part in fractions)
    if not fits or abs(sum(fractions) - 1) > 1e-6:
        given = " ".join(f"{part:g}" for part in fractions)
        raise OptionError(
            f"--fractions {given}: give three positive fractions that sum to 1, like 0.6 0.2 0.2"
        )


def split_by_time(moments: NDArray[np.float64], fractions: tuple[float, float, float]) -> Split:
    """Give the oldest rows to train, the next to validation, the newest to test.

    Parameters
    ----------
    moments : ndarray of shape (n_rows,)
        The time of each row, in any unit, without NaN.
    fractions : tuple of three floats
        Shares of the rows. Rows of one moment stay together, in the later part.

    Raises
    ------
    DataError
        When there are too few distinct moments for three parts.
    """
    check_fractions(fractions)
    n_rows = len(moments)
    # The infinite moment is the cut where there are no rows.
    ordered = np.sort(moments) if n_rows else np.array([np.inf])
    last = max(0, n_rows - 1)
    first_cut = ordered[min(last, round(fractions[0] * n_rows))]
    second_cut = ordered[min(last, round((fractions[0] + fractions[1]) * n_rows))]
    part = (moments >= first_cut).astype(np.int8)
    part += moments >= second_cut
    return _checked(Split("time", part))


def split_at_random(
    n_rows: int,
    fractions: tuple[float, float, float],
    seed: int,
    labels: NDArray[np.int8] | None = None,
) -> Split:
    """Give each part its share of the rows at random, and of each class where there are labels.

    Parameters
    ----------
    n_rows : int
    fractions : tuple of three floats
        Shares of train, validation and test.
    seed : int
        The same seed gives the same split.
    labels : ndarray of shape (n_rows,), optional
        0 and 1. Each part gets its share of each (stratified), and of three rows or more at least
        one. Of two positives validation and test get one each, as a detector learns from none.
    """
    check_fractions(fractions)
    generator = np.random.default_rng(seed)
    part = np.empty(n_rows, dtype=np.int8)
    classes = np.zeros(n_rows, dtype=np.int8) if labels is None else labels
    for value in np.unique(classes):
        rows = generator.permutation(np.flatnonzero(classes == value))
        sizes = _sizes(len(rows), fractions, is_positive=bool(value == 1))
        for number, members in enumerate(np.split(rows, np.cumsum(sizes)[:-1])):
            part[members] = number
    return _checked(Split("random", part))


def _sizes(n_rows: int, fractions: tuple[float, float, float], *, is_positive: bool) -> list[int]:
    """Return how many rows of a class each part gets."""
    if n_rows == 2 and is_positive:
        return [0, 1, 1]
    cuts = np.round(np.cumsum(fractions[:2]) * n_rows).astype(int)
    sizes = np.diff(cuts, prepend=0, append=n_rows)
    while n_rows >= len(sizes) and not sizes.all():
        # The part that is furthest above its share gives a row to one that has none.
        spare = np.where(sizes > 1, sizes - np.multiply(fractions, n_rows), -np.inf)
        sizes[spare.argmax()] -= 1
        sizes[sizes.argmin()] += 1
    return sizes.tolist()


def with_others(
    split: Split,
    is_split: NDArray[np.bool_],
    is_unlabelled: NDArray[np.bool_],
    moments: NDArray[np.float64] | None,
) -> Split:
    """Add the rows that were not divided: those without a label belong to train or to no part.

    Parameters
    ----------
    split : Split
        Of some of the rows.
    is_split : ndarray of shape (n_rows,), bool
        Which rows those are.
    is_unlabelled : ndarray of shape (n_rows,), bool
        Which of the others belong to train, but, where the split is by time, for those that do not
        come before validation.
    moments : ndarray of shape (n_rows,), optional
        The time of each row; needed where the split is by time.
    """
    if is_split.all():
        return split
    part = np.full(len(is_split), -1, np.int8)
    part[is_split] = split.part
    if split.method == "time":
        assert moments is not None
        validation = moments[part == PARTS.index("validation")].min()
        is_unlabelled = is_unlabelled & (moments < validation)
    part[is_unlabelled] = PARTS.index("train")
    return Split(split.method, part)


def _checked(split: Split) -> Split:
    for name, rows in split.parts().items():
        if not len(rows):
            raise DataError(
                f"the split {split.manner} leaves no row for {name}; "
                "give more rows, or other --fractions"
                + (" or --split random" if split.method == "time" else "")
            )
    return split


def check_labels(split: Split, labels: NDArray[np.int8]) -> None:
    """Raise `DataError` unless every part can do its work with the labels it has.

    Train needs normal rows; validation and test need rows of both classes.
    """
    for name, rows in split.parts().items():
        positives = int(labels[rows].sum())
        if positives == len(rows):
            raise DataError(
                _advice(split, f"{name} has {positives} positive rows and no normal one")
            )
        if name != "train" and positives == 0:
            raise DataError(_advice(split, f"{name} has {len(rows)} rows and no positive one"))


def _advice(split: Split, fault: str) -> str:
    other = "--split random, " if split.method == "time" else ""
    return (
        f"the split {split.manner} does not work: {fault}; use {other}other --fractions, "
        "more labelled rows, or train without --label"
    )
