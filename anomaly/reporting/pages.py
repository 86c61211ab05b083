"""The report on a run, or on several side by side, as a file: a page, a PDF, its figures."""

from __future__ import annotations

import html
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from anomaly.errors import OptionError
from anomaly.runs.folder import DETAILS, REPORT, RunFolder
from anomaly.utils.files import replaced_when_done, written_or_explained

if TYPE_CHECKING:
    import reports
    from anomaly.comparison.folder.result import Comparison

    RunLike = str | os.PathLike[str] | RunFolder
    _Path = Path
else:
    _Path = type(Path())  # of this system; before Python 3.12 no other class can be derived from

HTML, PDF = "html", "pdf"
_ENDINGS = {".html": HTML, ".htm": HTML, ".pdf": PDF}
_SIDE_BY_SIDE = "side-by-side"
_NOTEBOOK_HEIGHT = 720


class ReportPath(_Path):
    """Where a report is. A notebook shows the page itself."""

    def _repr_html_(self) -> str | None:
        """Return the page in a frame whose script can reach nothing around it."""
        if _ENDINGS.get(self.suffix.lower()) != HTML or not self.is_file():
            return None
        page = html.escape(self.read_text(encoding="utf-8"))
        return (
            f'<iframe srcdoc="{page}" sandbox="allow-scripts" title="Report" '
            f'width="100%" height="{_NOTEBOOK_HEIGHT}" style="border: 0"></iframe>'
        )


def report(
    runs: RunLike | Sequence[RunLike],
    out: str | os.PathLike[str] | None = None,
    *,
    format: str | None = None,
    figures: str | os.PathLike[str] | None = None,
    comparison: str | os.PathLike[str] | None = None,
) -> ReportPath:
    """Write the report on a run, on a comparison, or one page with several runs side by side.

    Parameters
    ----------
    runs : path or Run, or sequence of them
        Or the folder that `anomaly compare` wrote.
    out : path, optional
        File that ends in .html or .pdf. By default `report.html` in the run, or, of several runs,
        `side-by-side.html` in the current folder; `.pdf` with that format.
    format : {"html", "pdf"}, optional
        By default as `out` ends. PDF is printed by an installed Chromium, Chrome or Edge.
    figures : path, optional
        Folder for each figure of the report on one run, as PNG and as SVG.
    comparison : path, optional
        Folder that `anomaly compare` left, for the report on one run of the same data to show. A
        run that a comparison left shows that one.

    Returns
    -------
    ReportPath
        The file. A notebook shows a page.

    Raises
    ------
    OptionError
        When the options do not go together, or the file cannot be written.
    InstallError
        When there is no browser that could print.
    RunError
        When a folder is no run.
    """
    compared = _comparison_of(runs)
    if compared is not None:
        return _report_comparison(compared, out, format, figures or comparison)
    opened = _open(runs)
    if figures is not None and len(opened) > 1:
        raise OptionError(
            "--figures draws the figures of one run; name one run, or leave --figures out"
        )
    if comparison is not None and len(opened) > 1:
        raise OptionError(
            "--comparison is for the report on one run; name one run, or leave --comparison out"
        )
    default = opened[0].folder / REPORT if len(opened) == 1 else Path(f"{_SIDE_BY_SIDE}.html")
    path, form = _destination(default, out, format)
    if form == PDF:
        from anomaly.reporting.pdf import browser

        browser()  # there is none: nothing is made for nothing
    content = _content(opened[0], comparison) if len(opened) == 1 else None
    page = _page(opened, content)
    with replaced_when_done(path) as partial:
        _write(page, partial, form)
        if figures is not None and content is not None:
            _write_figures(content, Path(figures))
    return path


def _open(runs: RunLike | Sequence[RunLike]) -> list[RunFolder]:
    several = [runs] if isinstance(runs, str | os.PathLike | RunFolder) else list(runs)
    if not several:
        raise OptionError("there is no run to report on; name one or several")
    return [run if isinstance(run, RunFolder) else RunFolder(run) for run in several]


def _comparison_of(runs: RunLike | Sequence[RunLike]) -> Comparison | None:
    """Return the comparison that the only folder holds; None where there is a run, or several."""
    several = [runs] if isinstance(runs, str | os.PathLike) else runs
    if isinstance(several, RunFolder) or len(several) != 1 or isinstance(several[0], RunFolder):
        return None
    folder = Path(several[0])
    if (folder / DETAILS).exists() or not folder.is_dir():
        return None
    from anomaly.comparison.folder.reading import is_comparison, read_comparison

    return read_comparison(folder) if is_comparison(folder) else None


def _report_comparison(
    comparison: Comparison,
    out: str | os.PathLike[str] | None,
    format: str | None,
    for_runs: str | os.PathLike[str] | None,
) -> ReportPath:
    from anomaly.reporting.comparison import page_of

    if for_runs is not None:
        raise OptionError(
            f"{comparison.folder} is a comparison: --figures and --comparison are for the report on a run"
        )
    path, form = _destination(comparison.page, out, format)
    page = page_of(comparison)
    with replaced_when_done(path) as partial:
        _write(page, partial, form)
    return path


def _destination(
    default: Path, out: str | os.PathLike[str] | None, format: str | None
) -> tuple[ReportPath, str]:
    """Return the file to write, and its format."""
    if format not in (None, HTML, PDF):
        raise OptionError(f"--format {format}: choose html or pdf")
    if out is None:
        form = format or HTML
        return ReportPath(default.with_suffix(f".{form}")), form
    path = ReportPath(out)
    ending = _ENDINGS.get(path.suffix.lower())
    if ending is None:
        raise OptionError(f"--out {path}: name a file that ends in .html or .pdf")
    if format not in (None, ending):
        raise OptionError(
            f"--format {format} with --out {path}: name a file that ends in .{format}"
        )
    return path, ending


def _content(run: RunFolder, comparison: str | os.PathLike[str] | None) -> reports.Report:
    from anomaly.reporting.run import report_of

    return report_of(run, comparison)


def page_of_run(run: RunFolder) -> str:
    """Return the report on one run as HTML."""
    return _page([run], _content(run, None))


def _page(runs: Sequence[RunFolder], content: reports.Report | None) -> str:
    import reports

    if content is not None:
        return reports.render(content)
    from anomaly.reporting.side_by_side import side_by_side

    return reports.render_comparison(side_by_side(runs))


def _write(page: str, path: Path, form: str) -> None:
    if form == PDF:
        from anomaly.reporting.pdf import print_page

        print_page(page, path)
    else:
        path.write_text(page, encoding="utf-8")


def _write_figures(content: reports.Report, folder: Path) -> None:
    from reports import figures_of

    with written_or_explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, drawn in figures_of(content):
        with replaced_when_done(folder / name) as partial:
            partial.write_bytes(drawn)
