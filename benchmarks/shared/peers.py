"""The virtual environment of the packages that the benchmarks compare with."""

from __future__ import annotations

import json
import subprocess
from functools import cache

from benchmarks.shared.results import ROOT

PYTHON = ROOT / ".venv-peers" / "bin" / "python"
# +cpu tells a build of torch apart from the same release with CUDA.
_ASK = """
import json
from importlib.metadata import distributions
import pyod.models.auto_encoder
versions = {each.name: each.version for each in distributions()}
names = ("pyod", "torch", "robustcov")
print(json.dumps({name: versions[name] for name in names if name in versions}))
"""


@cache
def versions() -> dict[str, str]:
    """Return the versions of the peers' packages; empty where they cannot be run."""
    if not PYTHON.exists():
        return {}
    done = subprocess.run(
        [str(PYTHON), "-c", _ASK], capture_output=True, text=True, check=False, cwd=PYTHON.parent
    )
    return json.loads(done.stdout) if done.returncode == 0 else {}
