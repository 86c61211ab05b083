"""PyOD in a virtual environment of its own, a process for each measurement."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from benchmarks.shared.peers import PYTHON, versions

_SCRIPT = Path(__file__).with_name("pyod_peer.py")


def are_there(row: str) -> bool:
    """Return whether PyOD can be run; say so where the row has to be left out."""
    if versions():
        return True
    print(f"left out: {row}, since .venv-peers has no working PyOD; make bench-speed sets it up")
    return False


class Pyod:
    """PyOD's autoencoder on the rows, which it gets through a file.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features), float32
    """

    def __init__(self, rows: NDArray[np.float32]) -> None:
        self._rows = rows

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        self._file = Path(self._folder.name) / "rows.npy"
        np.save(self._file, self._rows)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def epoch(self) -> float:
        """Return the seconds of one epoch."""
        return self._ask("epoch")

    def scores(self) -> float:
        """Return the seconds that the scores of all rows take."""
        return self._ask("scores")

    def _ask(self, work: str) -> float:
        command = [str(each) for each in (PYTHON, _SCRIPT, work, self._file)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return float(json.loads(done.stdout)["seconds"])
