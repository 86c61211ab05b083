"""The rows of each seed: where the split is at random, each seed has another one."""

from __future__ import annotations

from dataclasses import replace

from anomaly.comparison.methods.seed_inputs import Inputs
from anomaly.dataset.prepared import Dataset, make_dataset, split_rows
from anomaly.dataset.rows import Rows
from anomaly.dataset.splits import Split
from anomaly.errors import DataError
from anomaly.runs.options import Options


class Seeds:
    """What methods take of the rows, by seed.

    Parameters
    ----------
    rows : Rows
    options : Options
        With the first seed.

    Attributes
    ----------
    first : Inputs
        Of the first seed.
    """

    def __init__(self, rows: Rows, options: Options) -> None:
        self._rows, self._options = rows, options
        self.first = Inputs(self._dataset(options.seed), options)

    def inputs(self, seed: int) -> Inputs:
        """Return those of a seed; raise `DataError` where its split is of no use."""
        if seed == self._options.seed:
            return self.first
        # Of a split by time every seed has the same rows.
        is_same = self._options.split == "time"
        dataset = self.first.dataset if is_same else self._dataset(seed)
        return Inputs(dataset, replace(self._options, seed=seed))

    def _dataset(self, seed: int) -> Dataset:
        split = split_rows(self._rows, self._options.split, self._options.fractions, seed)
        _check_train(split, self._rows)
        return make_dataset(self._rows, split, drop_leaks=self._options.roles.drop_leaks)


def _check_train(split: Split, rows: Rows) -> None:
    """Raise where train has no positive row, from which a classifier could learn."""
    assert rows.labels is not None
    if not (rows.labels[split.train] == 1).any():
        raise DataError(
            f"{rows.table.name}: train has {len(split.train)} rows and no positive one, so that "
            "no classifier can learn; add labelled rows, or choose other --fractions"
        )
