"""The chart of docs/benchmarks.md: time and peak memory against the number of rows."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from benchmarks.speed.scaling import BATCH_SIZE, EPOCHS
from reports.charts.figure import SETTINGS, Colour
from reports.formats import number

FILE = Path(__file__).resolve().parents[2] / "docs" / "speed.png"
DOTS_PER_INCH = 144
# What the stand-ins of the reports' charts look like on white, as in their style sheet.
INKS = {
    Colour.INK: "#14171c",
    Colour.MUTED: "#566070",
    Colour.HAIRLINE: "#e2e5ea",
    Colour.NORMAL: "#5b7590",
    Colour.ACCENT: "#b9400e",
    Colour.PAPER: "#ffffff",
}
LINES = {
    "train": {"color": INKS[Colour.INK]},
    "score": {"color": INKS[Colour.MUTED], "linestyle": (0, (4, 2))},
}
_POWERS = {4: "10 thousand", 5: "100 thousand", 6: "1 million", 7: "10 million"}


def draw(results: Mapping[str, Any], out: Path = FILE) -> None:
    """Draw the points of the part `scaling`; without any, say so."""
    points = results.get("scaling", {}).get("points", [])
    if not points:
        print("no chart: the part scaling is not measured yet")
        return
    with matplotlib.style.context(["default", _settings()]):
        figure = Figure(figsize=(9, 3.2), dpi=DOTS_PER_INCH, layout="constrained")
        time, memory = figure.subplots(1, 2)
        _panel(time, points, "seconds", "seconds")
        time.set_yscale("log")
        time.set_ylim(top=3 * time.get_ylim()[1])  # room for the words above the line
        time.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 1)))
        _panel(memory, points, "peak_mib", "peak memory, GiB", 1 / 1024)
        memory.set_ylim(0, 1.2 * memory.get_ylim()[1])
        figure.savefig(out, metadata={"Software": None})
    print(f"wrote {out}")


def _panel(
    axes: Axes, points: list[dict[str, Any]], figure: str, title: str, unit: float = 1
) -> None:
    for command, style in LINES.items():
        found = [point for point in points if point["command"] == command]
        rows = [point["rows"] for point in found]
        values = [unit * statistics.median(point[figure]) for point in found]
        axes.plot(rows, values, marker="o", markersize=4, **style)
        axes.annotate(
            _words(command),
            (rows[0], values[0]),
            xytext=(0, 7),
            textcoords="offset points",
            ha="left",
            color=style["color"],
            bbox={"color": INKS[Colour.PAPER], "pad": 0.5},
        )
    axes.set_xscale("log")
    powers = [power for power in _POWERS if 10**power <= 2 * max(p["rows"] for p in points)]
    axes.set_xticks([10**power for power in powers], [_POWERS[power] for power in powers])
    axes.minorticks_off()
    axes.set_title(title, loc="left", fontsize="medium", color=INKS[Colour.MUTED])
    axes.set_xlabel("rows", loc="right")


def _words(command: str) -> str:
    if command == "score":
        return "score"
    return f"train, {EPOCHS} epoch{'s' * (EPOCHS > 1)} at batch {BATCH_SIZE:,}"


def _settings() -> dict[str, Any]:
    drawn = {name: INKS.get(value, value) for name, value in SETTINGS.items()}
    return drawn | {"figure.facecolor": INKS[Colour.PAPER]}
