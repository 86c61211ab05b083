"""The figures of a report as files that stand alone: PNG at twice the size, and SVG."""

import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import is_color_like, to_rgb, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from reports.charts.chart import DASHES, Chart, Key
from reports.charts.figure import FONT_SIZE, POINTS_PER_INCH, Colour, Drawing, styled
from reports.comparison.section import curves_of
from reports.content.report import Report
from reports.features.differences import features_of
from reports.page.all_charts import draw_all

# The light colours of the page's style sheet; blue and orange differ for the colour-blind too.
REAL = {
    Colour.INK: "#14171c",
    Colour.MUTED: "#566070",
    Colour.HAIRLINE: "#e2e5ea",
    Colour.NORMAL: "#5b7590",
    Colour.ACCENT: "#b9400e",
    Colour.PAPER: "#ffffff",
}
SCALE = 2
_LINE = 17  # between two lines of text, in units of the page's font
_TITLE, _GAP = 30, 8
POINTS = {"dot": "o", "diamond": "D"}
_PAPER: dict[str, Any] = {"facecolor": "white", "bbox_inches": "tight", "pad_inches": 0.15}
_REAL_OF: dict[tuple[float, ...], str] = {to_rgb(str(role)): real for role, real in REAL.items()}


def figures_of(report: Report) -> Iterator[tuple[str, bytes]]:
    """Draw each chart of a report as files.

    The same report gives the same bytes.

    Parameters
    ----------
    report : Report

    Yields
    ------
    (str, bytes)
        Name of the file, such as ``precision-recall.png``, and its content.
    """
    drawings = draw_all(report, features_of(report))
    for field in fields(drawings):
        drawn = getattr(drawings, field.name)
        name = field.name.replace("_", "-")
        charts = [drawn] if isinstance(drawn, Chart) else list(drawn or ())
        for place, chart in enumerate(charts):
            yield from _files(name if len(charts) == 1 else f"{name}-{place + 1}", chart)
    if report.comparison is not None and (compared := curves_of(report.comparison)) is not None:
        yield from _files("comparison", compared.chart)


def _files(name: str, chart: Chart) -> Iterator[tuple[str, bytes]]:
    with styled(**{"svg.hashsalt": name}):
        figure = _figure(chart)
        for ending, options in (
            ("png", {"dpi": SCALE * POINTS_PER_INCH}),
            ("svg", {"metadata": {"Date": None, "Creator": None, "Title": chart.title}}),
        ):
            buffer = io.BytesIO()
            figure.savefig(buffer, format=ending, **_PAPER, **options)
            yield f"{name}.{ending}", buffer.getvalue()


def _figure(chart: Chart) -> Figure:
    """Lay out title, legend, axes and note under each other, in real colours."""
    drawing = chart.drawings[0]
    assert isinstance(drawing, Drawing)
    assert drawing.plot is not None
    width, _ = drawing.plot.size
    note = textwrap.wrap(chart.note, width // 6)
    above, below = _TITLE + _LINE * len(chart.legend) + _GAP, _LINE * len(note)
    figure, _ = drawing.plot.figure(above, below)
    FigureCanvasAgg(figure)
    height = figure.get_figheight() * POINTS_PER_INCH
    figure.text(
        2 / width, 1 - 18 / height, chart.title, fontsize=FONT_SIZE + 2, weight="bold",
        color=Colour.INK,
    )  # fmt: skip
    _write_legend(figure, chart.legend, (width, height))
    for place, line in enumerate(reversed(note)):
        at = (2 / width, (6 + _LINE * place) / height)
        figure.text(*at, line, fontsize=FONT_SIZE - 1, color=Colour.MUTED)
    figure.canvas.draw()  # now there are ticks to colour
    for artist in figure.findobj():
        _put_colours(artist)
        artist.set_gid(None)
    return figure


def _write_legend(figure: Figure, keys: Sequence[Key], size: tuple[float, float]) -> None:
    width, height = size
    left, right = 2 / width, 24 / width
    for place, key in enumerate(keys):
        y = 1 - (_TITLE + _LINE * (place + 0.5)) / height
        figure.add_artist(_mark(key, (left, right), y, 4.5 / height))
        figure.text(30 / width, y, key.label, color=Colour.MUTED, va="center_baseline")


def _mark(key: Key, ends: tuple[float, float], y: float, half: float) -> Artist:
    colour = Colour[key.colour.upper()]
    if key.mark == "area":
        box = (ends[0], y - half), ends[1] - ends[0], 2 * half
        return Rectangle(*box, facecolor=colour, edgecolor="none", alpha=0.4)
    if key.mark in POINTS:
        return Line2D([sum(ends) / 2], [y], marker=POINTS[key.mark], markersize=7, color=colour)
    return Line2D(ends, [y, y], color=colour, linestyle=DASHES if key.mark == "dashed" else "-")


def _put_colours(artist: Artist) -> None:
    """Put the real colour in the place of each that stands for a role."""
    for name in ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor"):
        get, put = (getattr(artist, f"{verb}_{name}", None) for verb in ("get", "set"))
        if get is not None and put is not None and (real := _real(get())) is not None:
            put(real)


def _real(colour: Any) -> str | None:
    """Return the real colour of a role; None of any other colour."""
    if isinstance(colour, str) and not is_color_like(colour):
        return None
    rgba = to_rgba_array(colour)
    return _REAL_OF.get(tuple(float(part) for part in rgba[0, :3])) if len(rgba) else None
