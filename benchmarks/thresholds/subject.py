"""How fast thresholds are picked, how near the sketch comes, and whether robust picks do better."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.shared.commands import Subject
from benchmarks.shared.results import FOLDER, circumstances, write

#: The packages whose versions are kept with each part's results.
PACKAGES = {
    "speed": ("numpy", "scikit-learn"),
    "sketch": ("numpy",),
    "resplits": ("numpy", "scikit-learn", "tensorflow"),
}


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Measure parts; each has a file of its own."""
    for part in parts:
        results = import_module(f"benchmarks.thresholds.{part}").measure(options)
        out = options.out.with_stem(f"{options.out.stem}_{part}")
        write(out, {**results, **circumstances(PACKAGES[part])})


SUBJECT = Subject(
    title="Measure the exact curve and the picks, the sketch of scores, and robust picks.",
    parts=tuple(PACKAGES),
    results=FOLDER / "thresholds.json",
    measure=measure,
    options={
        "--rows": {"type": int, "help": "speed and sketch: by default 10 and 100 million"},
        "--runs": {"type": int, "default": 7, "help": "speed: of every contestant"},
        "--share": {"type": float, "default": 0.005, "help": "sketch: of anomalies"},
        "--workers": {"type": int, "default": 4, "help": "sketch: with a sketch each"},
        "--resplits": {"type": int, "default": 200, "help": "resplits: of each score set"},
        "--scores": {"type": Path, "help": "resplits: folder that keeps the scores"},
    },
    is_apart=True,
)
