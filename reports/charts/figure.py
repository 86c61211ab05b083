"""A matplotlib figure as SVG for the inside of a page: its font, its colours, unique ids."""

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.style
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure


class Colour(StrEnum):
    """Colours by their role; the page's style sheet says what they look like, light and dark.

    matplotlib draws in these stand-ins, which become classes: ``stroke: #00000a`` turns into
    ``class="s-ink"``.
    """

    INK = "#00000a"
    MUTED = "#00000b"
    HAIRLINE = "#00000c"
    NORMAL = "#00000d"
    ACCENT = "#00000e"
    PAPER = "#00000f"


POINTS_PER_INCH = 72  # one unit of the SVG
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 34, 44
FONT_SIZE = 11
SETTINGS = {
    "svg.fonttype": "none",
    "text.usetex": False,
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": FONT_SIZE,
    "axes.edgecolor": Colour.HAIRLINE,
    "axes.facecolor": "none",
    "axes.labelcolor": Colour.MUTED,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.spines.top": False,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "grid.color": Colour.HAIRLINE,
    "grid.linewidth": 1,
    "lines.linewidth": 1.75,
    "xtick.bottom": False,
    "xtick.minor.bottom": False,
    "ytick.left": False,
    "ytick.minor.left": False,
    "xtick.labelcolor": Colour.MUTED,
    "ytick.labelcolor": Colour.MUTED,
}
_CLASS_OF = {str(colour): colour.name.lower() for colour in Colour}
_KEPT_STYLES = {
    "clip-rule",
    "fill-opacity",
    "fill-rule",
    "opacity",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
}
#: A drawing's group with one of these as its `gid` gets it as its class, for scripts: what is of
#: the picked threshold, the points of the two classes, ticks, and the names of the axes.
PICKED, POINTS, X_TICKS, Y_TICKS, X_NAME, Y_NAME = KEPT = (
    *("picked", "points", "x-ticks", "y-ticks"),
    *("x-name", "y-name"),
)
#: So does a group whose `gid` begins with this: it is of the method in that place.
METHOD = "method-"
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """What a chart is drawn from, so that it can be drawn again for another place.

    Attributes
    ----------
    size : (int, int)
        Width and height in units of the page's font.
    axis_labels : (str, str)
    paint : callable
    left : int
        Room beside the axes.
    """

    size: tuple[int, int]
    axis_labels: tuple[str, str]
    paint: Callable[[Axes], None]
    left: int = LEFT

    def figure(self, above: int = 0, below: int = 0) -> tuple[Figure, Axes]:
        """Paint a figure, with so much more room above and below; its style is the caller's."""
        width, height = self.size[0], self.size[1] + above + below
        inches = (width / POINTS_PER_INCH, height / POINTS_PER_INCH)
        figure = Figure(figsize=inches, dpi=POINTS_PER_INCH)
        axes = figure.add_axes(
            (
                self.left / width,
                (BOTTOM + below) / height,
                1 - (self.left + RIGHT) / width,
                (self.size[1] - TOP - BOTTOM) / height,
            )
        )
        axes.margins(x=0)
        self.paint(axes)
        x, y = self.axis_labels
        figure.text(2 / width, 1 - (above + 11) / height, y, color=Colour.MUTED, gid=Y_NAME)
        figure.text(
            1 - RIGHT / width, (below + 6) / height, x, color=Colour.MUTED, ha="right", gid=X_NAME
        )
        return figure, axes


@contextmanager
def styled(**settings: Any) -> Iterator[None]:
    """Draw in the page's style with further settings; letters that no font has are no warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        # A user's own matplotlibrc must not reach the page: the style starts from the defaults.
        with mpl.style.context(["default", SETTINGS, settings]):
            yield


class Drawing(Markup):
    """A chart as SVG for the page, with what it was drawn from."""

    plot: Plot | None = None


def draw(
    name: str,
    label: str,
    size: tuple[int, int],
    axis_labels: tuple[str, str],
    paint: Callable[[Axes], None],
    left: int = LEFT,
) -> Drawing:
    """Draw one chart.

    Parameters
    ----------
    name : str
        Name of the chart, unique in the page: its ids begin with it.
    label : str
        What the chart shows, for those who do not see it.
    size : (int, int)
        Width and height in units of the page's font: text is `FONT_SIZE` of them high.
    axis_labels : (str, str)
        What x and y are, with units. The label of y stands on top of the axis, horizontally.
    paint : callable
        Draws on the axes it is given.
    left : int
        Room for the ticks of y.

    Returns
    -------
    Drawing
        An ``<svg>`` element without styles, scripts or references to the outside. For scripts it
        says its name (`data-chart`), where the axes are in its own units (`data-box`: left, top,
        width, height), and what they range over (`data-limits`: left, right, bottom, top).
    """
    width, height = size
    plot = Plot(size, axis_labels, paint, left)
    with styled():
        figure, axes = plot.figure()
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    box = (left, TOP, width - left - RIGHT, height - TOP - BOTTOM)
    mapping = {"box": box, "limits": (*axes.get_xlim(), *axes.get_ylim())}
    facts = {f"data-{key}": " ".join(f"{n:.6g}" for n in ns) for key, ns in mapping.items()}
    root = ElementTree.fromstring(buffer.getvalue())
    drawing = Drawing(_for_page(root, name, {"aria-label": label, "data-chart": name, **facts}))
    drawing.plot = plot
    return drawing


def _for_page(root: ElementTree.Element, name: str, facts: dict[str, str]) -> Markup:
    ids = _drop_unused_ids(root, name)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}style", f"{_SVG}metadata"):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.text = element.text if element.tag == "text" else None
        element.tail = None
        _style_to_classes(element)
        if _HREF in element.attrib:
            element.set("href", f"#{ids[element.attrib.pop(_HREF).removeprefix('#')]}")
        if "clip-path" in element.attrib:
            clip = element.attrib["clip-path"].removeprefix("url(#").removesuffix(")")
            element.set("clip-path", f"url(#{ids[clip]})")
        for key in ("d", "x", "y", "transform"):
            if key in element.attrib:
                element.set(key, _short_numbers(element.attrib[key]))
    _flatten(root)
    box = root.attrib["viewBox"]
    root.attrib = {"class": "chart", "viewBox": box, "role": "img", **facts}
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _drop_unused_ids(root: ElementTree.Element, name: str) -> dict[str, str]:
    # matplotlib names every group (`axes_1`), the same in every figure of the page.
    references = " ".join(
        element.get(key, "") for element in root.iter() for key in (_HREF, "clip-path")
    )
    used = set(re.findall(r"#(\w+)", references))
    new: dict[str, str] = {}
    for element in root.iter():
        old = element.attrib.pop("id", "")
        if old in KEPT or old.startswith(METHOD):
            element.set("class", old)
        if old in used:
            new[old] = f"{name}-{len(new)}"
            element.set("id", new[old])
    return new


def _style_to_classes(element: ElementTree.Element) -> None:
    # The page forbids style attributes, so colours become classes and the rest attributes.
    classes = []
    for declaration in element.attrib.pop("style", "").split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if key in ("fill", "stroke") and value in _CLASS_OF:
            classes.append(f"{key[0]}-{_CLASS_OF[value]}")
        elif key in _KEPT_STYLES or (key == "fill" and value == "none"):
            element.set(key, value)
    if classes:
        element.set("class", " ".join(classes))


def _short_numbers(path: str) -> str:
    shorter = re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), path)
    return " ".join(shorter.replace("rotate(-0 ", "rotate(0 ").split())


def _flatten(element: ElementTree.Element) -> None:
    # Groups that only carried a name hold nothing together any more.
    children: list[ElementTree.Element] = []
    for child in element:
        _flatten(child)
        children.extend(child if child.tag == "g" and not child.attrib else [child])
    element[:] = [child for child in children if len(child) or child.attrib or child.text]
