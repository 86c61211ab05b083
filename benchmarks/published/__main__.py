"""Published recipes, repeated: `python benchmarks/published --help`."""

import sys
from pathlib import Path

# `python benchmarks/published` puts this folder first; the modules are found from the one above.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from published.commands import main  # noqa: E402

if __name__ == "__main__":
    main()
