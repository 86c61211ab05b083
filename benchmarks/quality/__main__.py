"""Detectors against their peers: `python benchmarks/quality --help`."""

import sys
from pathlib import Path

# `python benchmarks/quality` puts this folder first; the modules are found from the one above.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from quality.commands import main  # noqa: E402

if __name__ == "__main__":
    main()
