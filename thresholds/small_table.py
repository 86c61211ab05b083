"""A few figures as a small table: in a terminal, and as HTML in a notebook."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple


class SmallTable(NamedTuple):
    """What an object shows of itself.

    Attributes
    ----------
    title : str
    lines : sequence of (str, str)
        What a figure is called, and the figure.

    Examples
    --------
    >>> print(SmallTable("Two figures", [("precision", "0.5"), ("recall", "1")]))
    Two figures
      precision  0.5
      recall     1
    """

    title: str
    lines: Sequence[tuple[str, str]]

    def __str__(self) -> str:
        width = max((len(name) for name, _ in self.lines), default=0)
        return "\n".join([self.title, *(f"  {name:<{width}}  {said}" for name, said in self.lines)])

    def to_html(self) -> str:
        """Return the table as HTML, with nothing in it but text."""
        rows = "".join(
            f'<tr><th style="text-align: left">{escape(name)}</th>'
            f'<td style="text-align: left">{escape(said)}</td></tr>'
            for name, said in self.lines
        )
        return f"<table><caption>{escape(self.title)}</caption>{rows}</table>"
