"""Rows as the sources have them, and their fixed split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from benchmarks.published.settings import Settings
from benchmarks.quality import credit_card, data
from benchmarks.quality.credit_card import Parts
from benchmarks.quality.data import LabelledRows, Matrix, counted

AMOUNT = -1
_TEST_SHARE = 0.2
_NOTEBOOKS_SEED = 42


@dataclass(frozen=True, slots=True)
class Two:
    """The rows that train, and those of the test."""

    train: LabelledRows
    test: LabelledRows

    @property
    def counts(self) -> dict[str, int]:
        """How many there are."""
        return counted(self.train.rows, self.test)


def table(settings: Settings) -> LabelledRows:
    """Return the credit-card set, without Time among the features."""
    return data.credit_card().thinned(settings.normal_rows)


def halved(rows: LabelledRows, seed: int = _NOTEBOOKS_SEED) -> Two:
    """Divide as scikit-learn does at random, not stratified, a fifth to test."""
    places = np.arange(len(rows.rows))
    train, test = train_test_split(places, test_size=_TEST_SHARE, random_state=seed)
    return Two(rows.chosen(train), rows.chosen(test))


def with_rows(table: LabelledRows, rows: Matrix) -> LabelledRows:
    """Return other features of the same transactions."""
    return LabelledRows(rows, table.labels, table.moments)


def with_scaled_amount(table: LabelledRows, fitted_on: LabelledRows) -> LabelledRows:
    """Return the rows with their amounts standardised by mean and deviation of others."""
    amounts = fitted_on.rows[:, AMOUNT]
    rows = table.rows.copy()
    rows[:, AMOUNT] = (rows[:, AMOUNT] - amounts.mean()) / amounts.std()
    return with_rows(table, rows)


def standardised(fitted_on: Matrix, asked: Sequence[LabelledRows]) -> list[LabelledRows]:
    """Return rows brought to mean 0 and deviation 1, as they are in others."""
    scaler = StandardScaler().fit(fitted_on)
    return [with_rows(each, scaler.transform(each.rows)) for each in asked]


def honest_parts(seed: int, settings: Settings) -> Parts:
    """Return 60 % to train, 20 % to pick a threshold and 20 % to test, stratified."""
    return credit_card.prepare("random", seed, settings)
