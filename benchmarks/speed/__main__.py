"""Training and scoring against their peers: `python benchmarks/speed --help`."""

import sys
from pathlib import Path

# `python benchmarks/speed` puts this folder first; the modules are found from the one above.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from speed.commands import main  # noqa: E402

if __name__ == "__main__":
    main()
