"""The table of docs/benchmarks.md of figures, from the results."""

from __future__ import annotations

import statistics
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.shared.markdown import PAGE, Section, circumstances
from benchmarks.speed.results import rows_of
from benchmarks.speed.rows import Row
from reports.formats import number

NOTES = Path(__file__).parent / "notes.toml"
SECTION = Section("speed")
MAIN_PARTS = ("epochs", "scores", "processes", "forms", "single", "scaling", "databases")
_HEAD = "| work | against | anomaly | peer | ratio | asked |\n|---|---|--:|--:|---|---|"
_SHAPES_HEAD = (
    "| network | epoch | `Model.fit` | ratio | scores | `Model.predict` | ratio |\n"
    "|---|--:|--:|--:|--:|--:|--:|"
)
_CHART = "![Seconds and peak memory of train and score against the number of rows](speed.png)"


def load_notes() -> dict[str, str]:
    """Return the words that explain a row, by its name."""
    return tomllib.loads(NOTES.read_text(encoding="utf-8"))


def sections(results: Mapping[str, Any]) -> dict[tuple[Path, Section], str]:
    """Return the section of the page from the stored results."""
    return {(PAGE, SECTION): render(results, load_notes())}


def render(results: Mapping[str, Any], notes: Mapping[str, str]) -> str:
    """Return everything between the markers of the page."""
    main = list(rows_of(results, *MAIN_PARTS))
    shapes = list(rows_of(results, "shapes"))
    paragraphs = ["\n".join([_HEAD, *map(line, main)])] if main else []
    paragraphs += _notes(main, notes)
    paragraphs += [_shapes(shapes)] if shapes else []
    paragraphs += [_CHART] if results.get("scaling", {}).get("points") else []
    return "\n\n".join([*paragraphs, *_origin(results)])


def line(row: Row) -> str:
    """Return a row as one line of the table."""
    theirs = _figure(row.theirs, row.unit) if row.theirs else ""
    cells = [row.work, row.peer, _figure(row.ours, row.unit), theirs, _compared(row), _asked(row)]
    return "| " + " | ".join(cells) + " |"


def shown(row: Row) -> Row:
    """Print a row as soon as it is measured, and return it."""
    print(line(row), flush=True)
    return row


def _shapes(rows: Sequence[Row]) -> str:
    """Return a table with a line for each network: its epoch and its scores, against Keras."""
    cells: dict[str, list[str]] = {}
    for row in rows:
        # Names such as epoch-10-14-7-14-10 and scores-10-14-7-14-10, in this order.
        network = row.name.partition("-")[2]
        figures = [_figure(row.ours, row.unit), _figure(row.theirs, row.unit)]
        cells.setdefault(network, []).extend([*figures, f"**{_times(row.ratio or 0)}**"])
    return "\n".join(
        [_SHAPES_HEAD, *(f"| {name} | {' | '.join(each)} |" for name, each in cells.items())]
    )


def _figure(figures: Sequence[float], unit: str) -> str:
    return f"{number(statistics.median(figures), 3)} {unit}"


def _compared(row: Row) -> str:
    if row.ratio is None or row.spread is None:
        return ""
    word = "times faster" if row.goal == "times faster" else "times"
    spread = " to ".join(_times(ratio) for ratio in row.spread)
    return f"**{_times(row.ratio)} {word}**" + (f" ({spread})" if len(row.ours) > 1 else "")


def _times(ratio: float) -> str:
    # Three digits: fewer could show a target that is just missed as reached.
    return number(ratio, 3)


def _asked(row: Row) -> str:
    if row.target is None:
        return ""
    unit = f" {row.unit}" if not row.theirs else ""
    bound = "at least" if row.goal == "times faster" else "at most"
    missed = "" if row.reaches_target else ", missed"
    return f"{bound} {row.target:,g}{unit}{missed}"


def _notes(rows: Iterable[Row], notes: Mapping[str, str]) -> list[str]:
    found = [f"- {row.work}, {row.peer}: {notes[row.name]}." for row in rows if row.name in notes]
    return ["\n".join(found)] if found else []


def _origin(results: Mapping[str, Any]) -> list[str]:
    """Return machine, versions and data in words; parts that differ show each."""
    if not results:
        return []
    parts: dict[str, list[str]] = {}
    for name, part in results.items():
        parts.setdefault(part["data"], []).append(name)
    data = "; ".join(f"{source} ({', '.join(names)})" for source, names in parts.items())
    return [f"{circumstances(*results.values())} Data: {data}."]
