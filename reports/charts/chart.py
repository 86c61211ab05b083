"""What a chart is: a drawing with its title, its legend and a note."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from reports.charts.figure import Colour

HALF = (420, 290)  # beside another chart
WIDE = (900, 300)  # across the page
DASHES = (0, (4, 2))
SOLID: dict[str, Any] = {"color": Colour.INK}
DASHED: dict[str, Any] = {"color": Colour.MUTED, "linestyle": DASHES}


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: a mark (``area``, ``line``, ``dashed``, ``dot``, ``diamond``) in a colour."""

    mark: str
    colour: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the words around it; a second drawing is for screens too narrow for the first."""

    title: str
    legend: Sequence[Key]
    drawings: Sequence[Markup]
    note: str = ""


def line_key(name: str, is_main: bool, figure: str) -> Key:
    """The legend's entry of a line, drawn through where it is the one to read."""
    mark, colour = ("line", "ink") if is_main else ("dashed", "muted")
    return Key(mark, colour, f"{name}{figure}")
