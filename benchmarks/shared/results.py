"""The stored results of a subject: JSON, with the versions and the machine that they depend on."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmarks" / "results"


def load(path: Path) -> dict[str, Any]:
    """Return the whole file; empty where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(out: Path, content: Mapping[str, Any]) -> None:
    """Write the content as JSON, and say so."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {out}")


def circumstances(
    packages: Sequence[str], of_peers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what figures depend on: `versions` of Python and packages, and the `machine`.

    Parameters
    ----------
    packages : sequence of str
        Of this environment.
    of_peers : mapping of str to str, optional
        Versions of packages that are in another one.
    """
    found = {name: version(name) for name in packages}
    versions = {"python": platform.python_version(), **found, **(of_peers or {})}
    return {"versions": versions, "machine": _machine()}


def data_folder() -> Path:
    """Return the folder of the real data sets: `ANOMALY_DATA`, or beside the project."""
    return Path(os.environ.get("ANOMALY_DATA", ROOT.parent / "shared" / "data"))


def _machine() -> dict[str, str | int | None]:
    """Return the processor's model, the number of cores, and the system; no names."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
    }
