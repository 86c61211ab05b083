"""What the texts of a column say about how its values are written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from anomaly.tables import kinds
from anomaly.tables.forms.missing_words import MISSING_LIKE
from anomaly.tables.forms.numbers import NumberEvidence
from anomaly.tables.forms.times import TimeEvidence
from anomaly.utils.arrow import pc, to_numpy

# Where so many values were looked at and fewer than half are numbers or times, no more is asked.
_ENOUGH = 2_000
_MOST_WORDS = 200


@dataclass(slots=True)
class TextEvidence:
    """What the texts of a column are, number or time or word, over the whole column.

    Attributes
    ----------
    numbers : NumberEvidence
    times : TimeEvidence
    words : Counter of str
        Texts that are neither, and how often each stands there; the first that were met.
    is_over : bool
        Whether most texts are neither, so that no more was asked.
    """

    numbers: NumberEvidence = field(default_factory=NumberEvidence)
    times: TimeEvidence = field(default_factory=TimeEvidence)
    words: Counter[str] = field(default_factory=Counter)
    is_over: bool = False

    def add(self, text: pa.Array) -> None:
        """Take in the texts of one batch, trimmed and null where they say missing."""
        if self.is_over:
            return
        present = text.drop_null()
        if not len(present):
            return
        counted = pc.value_counts(present)
        distinct, counts = counted.field("values"), to_numpy(counted.field("counts"))
        is_plain = to_numpy(kinds.is_number_text(distinct).fill_null(False))
        before = max(self.numbers.fits.values()) + self._most_times
        read = self.numbers.add(distinct, counts, is_plain)
        if not read.all():
            places = np.flatnonzero(~read)
            read[places] = self.times.add(distinct.take(pa.array(places)), counts[places])
        self._add_words(distinct, counts, read)
        gained = max(self.numbers.fits.values()) + self._most_times - before
        seen = self.numbers.seen
        likely = max(self.numbers.fits.values()) + self._most_times + self.n_missing()
        self.is_over = seen > _ENOUGH and 2 * likely < seen and 2 * gained < len(present)

    @property
    def _most_times(self) -> int:
        times = self.times
        return max(*times.fits.values(), times.clocks + times.days_and_hours)

    def _add_words(self, distinct: pa.Array, counts: np.ndarray, read: np.ndarray) -> None:
        if len(self.words) >= _MOST_WORDS:
            return
        for place in np.flatnonzero(~read)[: _MOST_WORDS * 2].tolist():
            self.words[distinct[place].as_py()] += int(counts[place])

    def missing_words(self, asked: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the words of the column that say missing, those that were asked for among them."""
        return tuple(w for w in self.words if w in asked or w.casefold() in MISSING_LIKE)

    def n_missing(self, asked: tuple[str, ...] = ()) -> int:
        """Return how many texts are such words."""
        return sum(self.words[word] for word in self.missing_words(asked))
