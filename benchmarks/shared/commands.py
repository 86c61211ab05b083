"""The benchmarks' command line: parts of a subject are measured, then its tables are written."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.shared.markdown import Section
from benchmarks.shared.results import ROOT, load

SUBJECTS = (
    *("speed", "quality", "published", "comparison"),
    *(
        "simulation",
        "reports",
        "thresholds",
        "coverage",
        "cautions",
        "validation",
        "categories",
        "history",
    ),
)
TABLE = "table"


class RefusedError(Exception):
    """What was asked for cannot be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What there is to measure about one thing.

    Attributes
    ----------
    title : str
        In a sentence.
    parts : sequence of str
    results : path
        Where they are recorded.
    measure : callable
        Given parts and the options of the command line. It raises `RefusedError`.
    options : mapping of str to mapping
        Those of its own, as `argparse` takes them. One called `--quick` is never recorded.
    tables : callable or None
        From the stored results to the text of each section of each page.
    is_apart : bool
        Whether each part needs a process of its own: what one leaves in memory or in threads must
        not slow the next, nor count in its peak.
    """

    title: str
    parts: Sequence[str]
    results: Path
    measure: Callable[[Sequence[str], argparse.Namespace], None]
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tables: Callable[[Mapping[str, Any]], Mapping[tuple[Path, Section], str]] | None = None
    is_apart: bool = False

    @property
    def choices(self) -> list[str]:
        """The parts, and the table."""
        return [*self.parts, *([TABLE] if self.tables else [])]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        usage="python -m benchmarks SUBJECT [PART...] [options]",
        description="Measure what docs/benchmarks.md says.",
    )
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("words", nargs=argparse.REMAINDER, help="SUBJECT --help lists them")
    chosen = parser.parse_args()
    run(chosen.subject, chosen.words)


def subject_of(name: str) -> Subject:
    """Return one of `SUBJECTS`."""
    return import_module(f"benchmarks.{name}.subject").SUBJECT


def run(name: str, words: Sequence[str]) -> None:
    """Measure the parts of a subject that are named, by default all, and write its tables."""
    subject = subject_of(name)
    parser = _parser(name, subject)
    options = parser.parse_args(words)
    failed: list[str] = []
    try:
        check_names("part", options.parts, subject.choices)
        if getattr(options, "quick", False) and options.out == subject.results:
            raise RefusedError("a quick look is not recorded: name another file with --out")
        parts = [part for part in subject.parts if part in (options.parts or subject.parts)]
        if subject.is_apart and len(parts) > 1:
            others = [word for word in words if word not in subject.choices]
            failed = [part for part in parts if _fails_apart(name, part, others)]
        elif parts:
            subject.measure(parts, options)
    except RefusedError as error:
        parser.error(str(error))
    if TABLE in (options.parts or subject.choices):
        write_tables(subject, options.out)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; what was measured before stays in the results")


def write_tables(subject: Subject, out: Path) -> None:
    """Put the results into the pages; those of another file are only shown."""
    results = load(out)
    if not results or subject.tables is None:
        print(f"{out} holds no results")
        return
    for (page, section), text in subject.tables(results).items():
        if out == subject.results:
            section.write(page, text)
        else:
            print(text, end="\n\n")


def check_names(kind: str, names: Sequence[str], known: Collection[str]) -> None:
    """Raise `RefusedError` for the first name that is not known."""
    if unknown := [name for name in names if name not in known]:
        raise RefusedError(f"there is no {kind} {unknown[0]}; there are: {', '.join(known)}")


def with_commas(text: str) -> list[str]:
    """Return the names of an option that takes several."""
    return text.split(",")


def _fails_apart(name: str, part: str, others: Sequence[str]) -> bool:
    command = [sys.executable, "-m", "benchmarks", name, part, *others]
    return subprocess.run(command, check=False, cwd=ROOT).returncode != 0


def _parser(name: str, subject: Subject) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks {name}",
        usage=f"python -m benchmarks {name} [PART...] [options]",
        description=subject.title,
    )
    about = f"by default all, in order: {', '.join(subject.choices)}"
    parser.add_argument("parts", nargs="*", help=about)
    for option, words in subject.options.items():
        parser.add_argument(option, **words)
    recorded = {"type": lambda name: Path(name).resolve(), "default": subject.results}
    parser.add_argument("--out", help="the results, as JSON", **recorded)
    return parser
