"""Keep a benchmark's results with what they depend on: versions and machine, no names."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"


def machine() -> dict[str, str | int | None]:
    """Return the processor's model, the number of cores, and the system."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
    }


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Return the versions of Python and the packages."""
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def write(out: Path, content: Mapping[str, Any]) -> None:
    """Write the content as JSON, and say so."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(content, indent=2) + "\n")
    print(f"wrote {out}")


def record(out: Path, results: Mapping[str, Any], packages: Sequence[str]) -> None:
    """Write the results as JSON, with the versions of the packages and the machine."""
    write(out, {**results, "versions": versions(packages), "machine": machine()})


def data_folder() -> Path:
    """Return the folder of the real data sets: `ANOMALY_DATA`, or beside the project."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("ANOMALY_DATA", default))
