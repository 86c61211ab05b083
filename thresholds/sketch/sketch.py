"""Scores by label in bounded memory: for streams, and for workers that each see a part."""

import zlib
from bisect import bisect_left
from io import BytesIO
from numbers import Integral
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike

from thresholds.counting.counts import Integers
from thresholds.counting.inputs import Flags, as_flags, as_scores, refuse_nan
from thresholds.errors import ThresholdError
from thresholds.picking.pick import Threshold, pick_on
from thresholds.sketch.curve import SketchedCurve
from thresholds.sketch.tally import MANTISSA_BITS, Tally, keys_of, scores_of

# Rows kept as they come before they are counted: counting few at a time would take longer.
PENDING = 1 << 20
# With so many bins no bin is wider than an octave.
FEWEST_BINS = 4096
FORMAT = 1
# What reading an archive raises where bytes are missing or others.
_DAMAGE = (
    *(BadZipFile, zlib.error),
    *(EOFError, KeyError, OSError, RuntimeError, TypeError, ValueError),
)


class ScoreSketch:
    """A mergeable sketch of labelled scores.

    Rows come in batches of any size; sketches of parts merge to the sketch of the whole. What a
    sketch holds depends on its rows alone: any batches, in any order, merged in any tree, give the
    same sketch bit for bit.

    Parameters
    ----------
    tail : int, default=100_000
        So many highest distinct scores are kept exactly, each with its anomalies and normal rows.
        At least 1.
    bins : int, default=262_144
        Lower scores are rounded down to at most so many bins. At least 4,096.

    Attributes
    ----------
    tail, bins : int
        As given.

    Notes
    -----
    A bin is made of the leading bits of a floating-point number, so its width is relative to its
    scores, as in DDSketch (Masson, Rim and Lee, *PVLDB* 12, 2019). Here the bins are as fine as
    `bins` allows: while the distinct scores fit, each keeps a bin of its own and the sketch loses
    nothing; when they no longer do, neighbouring bins become one. `relative_error` states the
    width reached.

    Counts are never estimated. A level of the curve is the lower edge of a bin or a score of the
    tail, and how many anomalies and normal rows are at or above it is exact. What a bin hides is
    the thresholds inside it: a pick is off by less than one bin, so its figure is off by no more
    than the rows of one bin can change.

    The size is bounded by 24 bytes for each bin and each score of the tail (8.7 MB by default),
    besides up to 2^20 rows that wait to be counted.

    Examples
    --------
    >>> morning, evening = ScoreSketch(), ScoreSketch()
    >>> morning.add([0, 0, 1], [0.1, 0.2, 0.3])
    >>> evening.add([0, 1], [0.4, 0.5])
    >>> day = morning + evening
    >>> day.n_rows, day.positives, day.relative_error
    (5, 2, 0.0)
    >>> day.pick("f1").value
    0.25
    """

    def __init__(self, tail: int = 100_000, bins: int = 262_144) -> None:
        for name, setting, least in (("tail", tail, 1), ("bins", bins, FEWEST_BINS)):
            if not isinstance(setting, Integral) or setting < least:
                raise ThresholdError(f"`{name}` is {setting!r}; give a whole number from {least}")
        self.tail = int(tail)
        self.bins = int(bins)
        self._high = Tally.empty()
        self._low = Tally.empty()
        self._bits = 0
        # The narrowest: any other is the wider one of the two.
        self._dtype: np.dtype[Any] = np.dtype(np.float16)
        self._pending: list[tuple[Integers, Flags]] = []
        self._pending_rows = 0

    def add(self, labels: ArrayLike | None, scores: ArrayLike) -> None:
        """Add rows.

        Parameters
        ----------
        labels : array-like, shape (n,)
            1 for an anomaly, 0 for a normal row. Rows without a label have no place in a sketch.
        scores : array-like, shape (n,)
            Higher is more anomalous. Infinities are allowed, NaN is not. Batches of several
            precisions give thresholds of the widest.

        Raises
        ------
        ThresholdError
            Unusable labels or scores; the sketch is left as it was.
        """
        if labels is None:
            raise ThresholdError("a sketch counts rows by label; give 0 or 1 a row")
        scores = as_scores(scores)
        flags = as_flags(labels, scores)
        refuse_nan(scores)
        self._dtype = np.promote_types(self._dtype, scores.dtype)
        self._pending.append((keys_of(scores), flags.copy()))
        self._pending_rows += scores.size
        if self._pending_rows >= PENDING:
            self._count_pending()

    def merge(self, other: "ScoreSketch") -> None:
        """Add the rows of another sketch, which stays as it is.

        Raises
        ------
        ThresholdError
            The other has another `tail` or `bins`.
        """
        for name in ("tail", "bins"):
            ours, theirs = getattr(self, name), getattr(other, name)
            if ours != theirs:
                raise ThresholdError(
                    f"one sketch has {name}={ours}, the other {name}={theirs}; "
                    "make both with the same settings"
                )
        self._count_pending()
        other._count_pending()
        self._dtype = np.promote_types(self._dtype, other._dtype)
        self._bits = max(self._bits, other._bits)
        self._settle([self._high, other._high], [self._low, other._low])

    def __add__(self, other: "ScoreSketch") -> "ScoreSketch":
        """Return the sketch of the rows of both."""
        both = ScoreSketch(self.tail, self.bins)
        both.merge(self)
        both.merge(other)
        return both

    @property
    def positives(self) -> int:
        """Anomalies added."""
        self._count_pending()
        return int(self._low.positives.sum() + self._high.positives.sum())

    @property
    def negatives(self) -> int:
        """Normal rows added."""
        self._count_pending()
        return int(self._low.negatives.sum() + self._high.negatives.sum())

    @property
    def n_rows(self) -> int:
        """Rows added."""
        return self.positives + self.negatives

    @property
    def relative_error(self) -> float:
        """How far below a score the edge of its bin may be, as a share of the score's magnitude.

        0 while every distinct score has a bin of its own. Scores of the tail have no error.
        A score nearer to 0 than 2.2e-308 is off by up to this share of 2.2e-308.
        """
        self._count_pending()
        return 2.0 ** (self._bits - MANTISSA_BITS) if self._bits else 0.0

    def curve(self) -> SketchedCurve:
        """Return the precision-recall curve at the levels that the sketch knows.

        Raises
        ------
        ThresholdError
            No rows, or those of a single class.
        """
        self._count_pending()
        edges, exact = scores_of(self._low.keys), scores_of(self._high.keys)
        # Rounding down can pass the lowest finite number of a narrow dtype; no finite score does.
        finite = np.isfinite(edges)
        edges[finite] = np.maximum(edges[finite], np.finfo(self._dtype).min)
        curve = SketchedCurve.from_counts(
            np.concatenate((edges, exact)).astype(self._dtype),
            np.concatenate((self._low.positives, self._high.positives)),
            np.concatenate((self._low.negatives, self._high.negatives)),
        )
        return curve.with_bins(edges.size if self._bits else 0)

    def pick(self, objective: str = "f1", **options: Any) -> Threshold:
        """Pick the threshold that serves an objective best, as `thresholds.pick` does from rows.

        Parameters
        ----------
        objective : str, default="f1"
            Any but those that look at unlabelled scores alone, and `cost` by amounts and
            `card-precision`: a sketch knows neither amounts nor cards.
        **options
            As in `thresholds.pick_on`: options of the objective, `also`, `n_days`, and so on.

        Returns
        -------
        Threshold

        Raises
        ------
        ThresholdError
            As `thresholds.pick_on`.
        """
        return pick_on(self.curve(), objective, **options)

    def to_bytes(self) -> bytes:
        """Return the sketch as bytes, for another process or a file.

        Equal sketches give equal bytes. They are an ``.npz`` archive without pickled objects.
        """
        self._count_pending()
        stream = BytesIO()
        np.savez_compressed(
            stream,
            settings=np.array([FORMAT, self.tail, self.bins, self._bits, self._dtype.itemsize]),
            low=np.stack((self._low.keys, self._low.positives, self._low.negatives)),
            high=np.stack((self._high.keys, self._high.positives, self._high.negatives)),
        )
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Return the sketch that `to_bytes` was called on.

        Raises
        ------
        ThresholdError
            The bytes hold no sketch, or one of another format.
        """
        try:
            with np.load(BytesIO(content), allow_pickle=False) as arrays:
                settings, low, high = (arrays[name] for name in ("settings", "low", "high"))
            number, tail, bins, bits, itemsize = settings.tolist()
            low, high = Tally(*low), Tally(*high)
            dtype = np.dtype(f"f{itemsize}")
        except _DAMAGE as error:
            raise ThresholdError(
                "these bytes hold no sketch; give what ScoreSketch.to_bytes returned, in full"
            ) from error
        if number != FORMAT:
            raise ThresholdError(
                f"this sketch has format {number}, this version reads {FORMAT}; "
                "make and read sketches with the same version"
            )
        sketch = cls(tail, bins)
        sketch._low, sketch._high, sketch._bits, sketch._dtype = low, high, bits, dtype
        return sketch

    def _count_pending(self) -> None:
        if not self._pending:
            return
        keys, flags = (np.concatenate(parts) for parts in zip(*self._pending, strict=True))
        self._pending, self._pending_rows = [], 0
        batch = Tally.of(keys, flags)
        # Only what outscores the lowest of a full tail can enter it.
        full = self._high.size == self.tail
        enters = int(np.searchsorted(batch.keys, self._high.keys[0])) if full else 0
        below, above = batch.split(enters)
        self._settle([self._high, above], [self._low, below])

    def _settle(self, high: list[Tally], low: list[Tally]) -> None:
        """Keep the highest distinct scores exactly, and the rest in no more than `bins` bins.

        Both cuts, the lowest score of the tail and the bits a bin leaves out, depend on the rows
        alone and only rise with more of them, so nothing that an earlier cut lost is needed later.
        """
        exact = Tally.merged(high)
        dropped, self._high = exact.split(max(exact.size - self.tail, 0))
        rest = Tally.merged([part.coarsened(self._bits) for part in (*low, dropped)])
        self._bits = bisect_left(
            range(MANTISSA_BITS), -self.bins, lo=self._bits, key=lambda bits: -rest.distinct(bits)
        )
        self._low = rest.coarsened(self._bits)
