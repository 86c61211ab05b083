"""Modules that measure themselves in a process of their own and print figures as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from benchmarks.shared.results import ROOT


def figures_of(module: str, *words: object) -> dict[str, Any]:
    """Run `python -m MODULE WORDS...` and return the object that it prints."""
    command = [sys.executable, "-m", module, *map(str, words)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return json.loads(done.stdout)
