"""Frauds come in episodes: how many, how long, and when they start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anomaly.simulation.clock import DAYS


@dataclass(frozen=True, slots=True)
class Episodes:
    """The episodes of a scenario, and the rows they consist of.

    Attributes
    ----------
    day : ndarray of shape (episodes,)
        The day on which an episode starts, counted from 0.
    of_row : ndarray of shape (rows,)
        The episode a row belongs to; the rows of an episode follow each other.
    first, last : ndarray of shape (rows,)
        The numbers of the first and the last row of that episode.
    """

    day: np.ndarray
    of_row: np.ndarray
    first: np.ndarray
    last: np.ndarray

    @property
    def count(self) -> int:
        """Number of episodes."""
        return len(self.day)

    @property
    def rows(self) -> int:
        """Number of rows of all episodes."""
        return len(self.of_row)


def deal_episodes(
    rows: int,
    shares: list[float],
    sizes: list[tuple[int, int]],
    rng: np.random.Generator,
) -> list[Episodes]:
    """Deal rows to scenarios and episodes so that each scenario is spread over the whole period.

    Parameters
    ----------
    rows : int
        Rows of all scenarios together.
    shares : list of float
        Each scenario's share of the rows.
    sizes : list of tuple of int
        The smallest and the largest number of rows in an episode of each scenario.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    list of Episodes
        One per scenario.
    """
    lengths = [
        _lengths(quota, smallest, largest, rng)
        for quota, (smallest, largest) in zip(_quotas(rows, shares), sizes, strict=True)
    ]
    counts = [len(length) for length in lengths]
    # The period has as many slots as there are episodes. They go to the scenarios in turn, so that
    # few episodes are spread as well as many; at random, all frauds could fall into one month.
    turns = np.concatenate([(np.arange(n) + rng.random(n)) / max(n, 1) for n in counts])
    slots = np.empty(len(turns))
    slots[np.argsort(turns, kind="stable")] = np.arange(len(turns))
    starts = np.split((slots + rng.random(len(turns))) / len(turns), np.cumsum(counts)[:-1])
    return [
        _episodes(np.floor(start * DAYS).astype(np.int64), length)
        for start, length in zip(starts, lengths, strict=True)
    ]


def _quotas(rows: int, shares: list[float]) -> list[int]:
    """Whole rows for each scenario; what rounding leaves goes to the largest remainders."""
    exact = np.array(shares) / sum(shares) * rows
    quotas = np.floor(exact).astype(int)
    remainders = np.argsort(quotas - exact, kind="stable")
    quotas[remainders[: rows - quotas.sum()]] += 1
    return quotas.tolist()


def _lengths(rows: int, smallest: int, largest: int, rng: np.random.Generator) -> np.ndarray:
    """Random lengths with this sum; the last one takes what is left."""
    ends = np.cumsum(rng.integers(smallest, largest + 1, rows // smallest + 1))
    ends = np.append(ends[ends < rows], rows)
    return np.diff(ends, prepend=0) if rows else np.zeros(0, int)


def _episodes(day: np.ndarray, length: np.ndarray) -> Episodes:
    of_row = np.repeat(np.arange(len(length)), length)
    end = np.cumsum(length)
    return Episodes(day=day, of_row=of_row, first=(end - length)[of_row], last=end[of_row] - 1)
