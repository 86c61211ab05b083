"""A page parsed strictly enough to ask it questions."""

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """A page as a tree; `faults` lists every tag that is not closed where it must be."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._open: list[str] = []
        self._builder = TreeBuilder()
        self.feed(source)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        self.root: Element = self._builder.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) < len(attrs):
            self.faults.append(f"<{tag}> repeats an attribute")
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self._builder.end(tag)
        else:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:] or 'nothing'}")
            return
        self._open.pop()
        self._builder.end(tag)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._builder.data(data)

    def elements(self, tag: str, **attributes: str) -> list[Element]:
        """All elements of a tag; `class_` matches one of the classes."""
        wanted = attributes.pop("class_", None)
        return [
            element
            for element in self.root.iter(tag)
            if (wanted is None or wanted in element.get("class", "").split())
            and all(element.get(name) == value for name, value in attributes.items())
        ]

    def text(self, element: Element | None = None) -> str:
        """All text inside an element, or in the body, with single spaces; scripts are no text."""
        inside = self.elements("body")[0] if element is None else element
        return " ".join(" ".join(_texts(inside)).split())

    def table(self, caption: str) -> list[list[str]]:
        """The cells of the table with a caption, row by row, the head first."""
        for table in self.elements("table"):
            if self.text(table.find("caption")) == caption:
                return [[self.text(cell) for cell in row] for row in table.iter("tr")]
        raise AssertionError(f"no table with the caption {caption!r}")

    def charts(self) -> list[str]:
        """What the drawings say they show."""
        return [svg.get("aria-label", "") for svg in self.elements("svg", class_="chart")]


def _texts(element: Element) -> Iterator[str]:
    if element.tag != "script":
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""
