"""Whole processes: how long they take, and how much memory at their peak."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAUNCH = Path(__file__).with_name("launch.py")
ANOMALY = Path(sys.executable).with_name("anomaly")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took."""

    seconds: float
    peak_mib: float


def cost(*command: Any) -> Cost:
    """Run a command and return what it took.

    Raises
    ------
    RuntimeError
        When it fails, with the end of what it said.
    """
    words = [sys.executable, "-I", "-S", LAUNCH, *command]
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip()[-500:]
        raise RuntimeError(f"{' '.join(map(str, command))} failed ({done.returncode}): {said}")
    return Cost(**json.loads(done.stdout))


def train_words(data: Path, run: Path, options: Sequence[Any]) -> list[Any]:
    """Return the command that trains the classic network on a file with the label `Class`."""
    words = [ANOMALY, "train", data, "--label", "Class", "--detector", "autoencoder"]
    return [*words, *options, "--out", run, "--quiet"]


def score_words(run: Path, data: Path, out: Path) -> list[Any]:
    """Return the command that scores a file."""
    return [ANOMALY, "score", run, data, "--out", out, "--quiet"]


def python_words(code: str, *arguments: Any) -> list[Any]:
    """Return the command that runs code in this environment's Python."""
    return [sys.executable, "-c", code, *arguments]
