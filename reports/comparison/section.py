"""The section of a report on a run that shows a comparison: words, rows, and curves together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports import formats
from reports.charts import overlays
from reports.charts.overlays import Overlay
from reports.comparison import words
from reports.comparison.rows import Row, leak_method, leak_of, rows_of
from reports.content.comparison import ComparedMethod, ComparisonReport

MOST_ROWS = 24


@dataclass(frozen=True, slots=True)
class Compared:
    """What the section shows, all of it text and charts.

    Attributes
    ----------
    verdict, about, standing : str
        Which method is best, how they came about, and where the run stands among them.
    notes : sequence of str
        What to know before relying on it.
    curves : Overlay or None
    rows : sequence of Row
        The best methods, and the run's own.
    more : str
        Which these are, where they are not all.
    own : str
        Name of the run's own method.
    leak : sequence of (str, str, str, str)
    leak_why : str
    page : str
        Where the whole page is.
    """

    verdict: str
    about: str
    standing: str
    notes: Sequence[str]
    curves: Overlay | None
    rows: Sequence[Row]
    more: str
    own: str
    leak: Sequence[tuple[str, str, str, str]]
    leak_method: str
    leak_why: str
    page: str


def summarise_compared(report: ComparisonReport | None) -> Compared | None:
    """Return the section's words, rows and charts; None without a comparison."""
    if report is None:
        return None
    own, rows = formats.text(report.own), rows_of(replace(report, methods=_methods(report)), ())
    shown = [row for place, row in enumerate(rows) if place < MOST_ROWS or row.name == own]
    return Compared(
        verdict=words.verdict(report),
        about=words.about(report),
        standing=words.standing(report),
        notes=words.caveats(report),
        curves=curves_of(report),
        rows=shown,
        more="" if len(shown) == len(rows) else _which(len(shown), len(report.methods)),
        own=own,
        leak=leak_of(report),
        leak_method=leak_method(report),
        leak_why="" if report.leak is None else formats.text(report.leak.why, 2000),
        page=formats.text(report.page, 4000),
    )


def curves_of(report: ComparisonReport) -> Overlay | None:
    """Return the curves of all methods, the run's own one to be told apart before all others."""
    return overlays.precision_recall(_methods(report), words.curves_note(report), report.own)


def _methods(report: ComparisonReport) -> Sequence[ComparedMethod]:
    """Return the methods, with the run among them where it is one more."""
    if report.run is None:
        return report.methods
    # A figure that is not known comes last, as it does among the methods.
    return sorted(
        [*report.methods, report.run], key=lambda m: -(m.figures.get("average_precision") or 0.0)
    )


def _which(n_shown: int, n_all: int) -> str:
    and_own = " and this run's" if n_shown > MOST_ROWS else ""
    return f"The best {MOST_ROWS}{and_own} of {formats.count(n_all)} methods."
