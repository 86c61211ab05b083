"""The benchmark's command line: measure parts, then draw the chart and write the table."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from recording import write

from speed import results, table
from speed.settings import QUICK, Settings

BUSY = 0.5  # programs running beside this one
CHOICES = (*results.PARTS, "chart", "table")


def main() -> None:
    parser = _parser()
    arguments = parser.parse_args()
    unknown = [part for part in arguments.parts if part not in CHOICES]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; there are: {', '.join(CHOICES)}")
    chosen = arguments.parts or list(CHOICES)
    if len(chosen) > 1:
        options = ["--turns", arguments.turns, "--rows-most", arguments.rows_most]
        options += ["--out", arguments.out, *(["--quick"] if arguments.quick else [])]
        _run_each(chosen, options)
    elif chosen == ["table"]:
        write_table(arguments.out)
    elif chosen == ["chart"]:
        draw_chart(arguments.out)
    else:
        settings = QUICK if arguments.quick else Settings(arguments.turns, arguments.rows_most)
        measure(chosen[0], settings, arguments.out)


def measure(part: str, settings: Settings, out: Path) -> None:
    """Measure one part and merge it into the results; a quick look is not kept."""
    print(f"\n{part}", flush=True)
    if (load := os.getloadavg()[0]) > BUSY:
        print(f"the machine is busy (load {load:.1f}): the figures will not hold", flush=True)
    started = time.perf_counter()
    found = importlib.import_module(f"speed.{part}").measure(settings)
    print(f"{part}: {time.perf_counter() - started:.0f} s", flush=True)
    if settings is QUICK and out == results.FILE:
        print("a quick look is not recorded; name another file with --out to keep it")
        return
    around = results.circumstances(found)
    write(out, results.merged(results.load(out), part, found, around))


def write_table(out: Path) -> None:
    """Put the results into the README; those of another file are only shown."""
    section = table.render(results.load(out), table.load_notes())
    if out != results.FILE:
        print(section)
        return
    table.SECTION.write(table.PAGE, section)


def draw_chart(out: Path) -> None:
    """Draw the README's chart; that of another file goes beside it."""
    from speed import charts

    charts.draw(results.load(out), charts.FILE if out == results.FILE else out.with_suffix(".png"))


def _run_each(parts: Sequence[str], options: Sequence[Any]) -> None:
    # A process each: what one part leaves in memory or in threads must not slow the next.
    failed = []
    for part in parts:
        words = [sys.executable, Path(__file__).parent, part, *options]
        if subprocess.run([str(word) for word in words], check=False).returncode:
            failed.append(part)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; what was measured before stays in the results")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/speed",
        usage="python benchmarks/speed [PART...] [--turns N] [--rows-most N] [--quick] [--out F]",
        description="Measure training and scoring against their peers, part by part.",
    )
    parser.add_argument("parts", nargs="*", help=f"by default all, in order: {', '.join(CHOICES)}")
    parser.add_argument("--turns", type=int, default=5, help="measurements of each row")
    parser.add_argument(
        "--rows-most",
        type=int,
        default=20_000_000,
        help="rows of the largest training in the part scaling; 0 leaves it out",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a hundredth of the rows, once: does it all run?"
    )
    parser.add_argument(
        "--out",
        type=lambda name: Path(name).resolve(),
        default=results.FILE,
        help="the results, as JSON",
    )
    return parser
