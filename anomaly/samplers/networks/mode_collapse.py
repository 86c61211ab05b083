"""Mode collapse: whether all rows of a generator are much alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

_LEAST_SPREAD = 0.5
_NEARLY_THE_SAME = 0.1
_MOST_REPEATED = 0.1


@dataclass(frozen=True, slots=True)
class Variety:
    """How various generated rows are, against as many real ones.

    Attributes
    ----------
    spread : float
        Root of the summed variances of the columns, over that of real rows.
    repeated : float
        Share of generated rows that are nearer to another generated one than a tenth of the
        median distance between nearest real rows, less the share of real rows that are.
    """

    spread: float
    repeated: float

    @classmethod
    def of(cls, generated: NDArray[Any], real: NDArray[Any]) -> Variety:
        """Compare encoded rows of shape (n_rows, n_inputs); the same number of each is used."""
        n_rows = min(len(real), len(generated))
        real, generated = real[:n_rows], generated[:n_rows]
        among_real, among_generated = _nearest(real), _nearest(generated)
        limit = _NEARLY_THE_SAME * np.median(among_real)
        spread = np.sqrt(generated.var(axis=0).sum() / max(real.var(axis=0).sum(), 1e-12))
        # Categories alone repeat in real rows too.
        repeated = float(np.mean(among_generated <= limit) - np.mean(among_real <= limit))
        return cls(float(spread), max(repeated, 0.0))

    @property
    def has_collapsed(self) -> bool:
        return self.spread < _LEAST_SPREAD or self.repeated > _MOST_REPEATED


def _nearest(rows: NDArray[Any]) -> NDArray[np.float64]:
    return NearestNeighbors(n_neighbors=2).fit(rows).kneighbors(rows)[0][:, 1]
