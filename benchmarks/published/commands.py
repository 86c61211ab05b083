"""The benchmark's command line: measure sources, write the tables."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from quality import results
from recording import FOLDER, data_folder, machine, versions

from published import tables
from published.settings import QUICK, Settings
from published.sources import SOURCES

FILE = FOLDER / "published.json"
TABLE = "table"
CHOICES = (*SOURCES, TABLE)
_DATA = "creditcard.parquet"
_PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "imbalanced-learn", "xgboost-cpu")


def main() -> None:
    parser = _parser()
    arguments = parser.parse_args()
    unknown = [part for part in arguments.parts if part not in CHOICES]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; there are: {', '.join(CHOICES)}")
    chosen = arguments.parts or list(CHOICES)
    settings = QUICK if arguments.quick else Settings(seeds=arguments.seeds)
    if settings is QUICK and arguments.out == FILE:
        parser.error("a quick look is not recorded: name another file with --out")
    sources = [part for part in SOURCES if part in chosen]
    if sources:
        if not (data_folder() / _DATA).exists():
            parser.error(f"{data_folder()} has no {_DATA}; name the folder with ANOMALY_DATA")
        measure(sources, settings, arguments.out, again=arguments.again)
    if TABLE in chosen:
        write_tables(arguments.out)


def measure(sources: Sequence[str], settings: Settings, out: Path, *, again: bool) -> None:
    """Measure what is missing in the results, or everything."""
    from published import work

    cells = work.wanted(sources, settings)
    left = cells if again else work.missing(cells, results.load(out))
    print(f"{len(cells) - len(left)} results are there, {len(left)} are to be measured")
    work.measure(left, settings, out, circumstances())


def circumstances() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {"versions": versions(_PACKAGES), "machine": machine()}


def write_tables(out: Path) -> None:
    """Put the results into the README; those of another file are only shown."""
    document, found = results.document(out), results.load(out)
    if not found:
        print(f"{out} holds no results")
        return
    text = tables.render(found, document, tables.load_notes())
    if out == FILE:
        tables.SECTION.write(tables.README, text)
    else:
        print(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/published",
        usage="python benchmarks/published [PART...] [options]",
        description="Repeat published recipes, and set our figures beside the published ones. "
        "What is measured already is not measured again.",
    )
    parser.add_argument("parts", nargs="*", help=f"by default all, in order: {', '.join(CHOICES)}")
    parser.add_argument("--seeds", type=int, default=Settings().seeds, help="from 0")
    parser.add_argument(
        "--again", action="store_true", help="measure the parts though they are there"
    )
    parser.add_argument(
        "--quick", action="store_true", help="few rows and epochs, one seed: does it all run?"
    )
    parser.add_argument(
        "--out",
        type=lambda name: Path(name).resolve(),
        default=FILE,
        help="the results, as JSON",
    )
    return parser
