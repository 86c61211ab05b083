"""How fast training and scoring are, against peers measured in the same run."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.shared.commands import Subject
from benchmarks.shared.results import FOLDER, circumstances, load, write
from benchmarks.speed.results import PACKAGES, PARTS, merged
from benchmarks.speed.settings import QUICK, Settings
from benchmarks.speed.table import sections

BUSY = 0.5  # programs running beside this one
FILE = FOLDER / "speed.json"
CHART = "chart"


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Measure parts and merge each into the results, or draw the chart."""
    settings = QUICK if options.quick else Settings(options.turns, options.rows_most)
    for part in parts:
        if part == CHART:
            _draw_chart(options.out)
        else:
            _measure_part(part, settings, options.out)


def _measure_part(part: str, settings: Settings, out: Path) -> None:
    print(f"\n{part}", flush=True)
    if (busy := os.getloadavg()[0]) > BUSY:
        print(f"the machine is busy (load {busy:.1f}): the figures will not hold", flush=True)
    started = time.perf_counter()
    found = import_module(f"benchmarks.speed.{part}").measure(settings)
    print(f"{part}: {time.perf_counter() - started:.0f} s", flush=True)
    write(out, merged(load(out), part, found, circumstances(PACKAGES, found.versions)))


def _draw_chart(out: Path) -> None:
    """Draw the chart of the page; that of another file goes beside it."""
    from benchmarks.speed import charts

    charts.draw(load(out), charts.FILE if out == FILE else out.with_suffix(".png"))


SUBJECT = Subject(
    title="Measure training and scoring against their peers, part by part.",
    parts=(*PARTS, CHART),
    results=FILE,
    measure=measure,
    options={
        "--turns": {"type": int, "default": Settings().turns, "help": "measurements of each row"},
        "--rows-most": {
            "type": int,
            "default": Settings().rows_most,
            "help": "rows of the largest training in the part scaling; 0 leaves it out",
        },
        "--quick": {
            "action": "store_true",
            "help": "a hundredth of the rows, once: does it all run?",
        },
    },
    tables=sections,
    is_apart=True,
)
