"""FastMCD of the package robustcov as a detector; runs in the peers' own environment."""

import numpy as np
import robustcov


class FastMCD(robustcov.FastMCD):
    """The package's defaults; the score is the Mahalanobis distance."""

    def decision_function(self, rows: np.ndarray) -> np.ndarray:
        """Return the distance of each row."""
        return self.mahalanobis(rows)
