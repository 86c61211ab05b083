"""The benchmarks are no part of what is installed: they are found from the root."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))
