"""What `anomaly report` is asked for: the report on runs, or on scores from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anomaly.errors import OptionError
from anomaly.terminal.assumption_words import words_of_assumptions
from anomaly.terminal.caution_words import words_of_cautions
from anomaly.terminal.policies import flag
from anomaly.terminal.report_words import words_of_report
from anomaly.terminal.run_words import lines_of_parts

Answer = tuple[Path, dict[str, Any], str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """The options of the command, None or empty where one is not given.

    Attributes
    ----------
    runs : sequence of Path
    scores : str or None
        A table of scores, in place of runs.
    of_scores : mapping
        Options of `anomaly.report_scores`.
    out : Path or None
        The page, or the folder of the run of scores.
    of_page : mapping
        Options of `anomaly.report`.
    """

    runs: Sequence[Path]
    scores: str | None
    of_scores: Mapping[str, Any]
    out: Path | None
    of_page: Mapping[str, Any]

    def answer(self, report: Callable[..., Path], report_scores: Callable[..., Any]) -> Answer:
        """Write the page, and return where it is and what there is to print.

        That is the content as JSON, the words, and what was taken for what to read the scores.

        Parameters
        ----------
        report, report_scores : callable
            Those of `anomaly`.

        Raises
        ------
        OptionError
            When options do not go together.
        """
        if self.scores is None:
            return self._of_runs(report)
        if self.runs:
            raise OptionError(
                f"--scores is in place of a run, and {self.runs[0]} is named too; leave one out"
            )
        if "score" not in self.of_scores:
            raise OptionError("--scores: say with --score which column holds the scores")
        given = {name: value for name, value in self.of_scores.items() if value not in (None, [])}
        run = report_scores(self.scores, **given, out=self.out)
        path = run.report(**self.of_page) if self.of_page else run.folder / "report.html"
        words = f"{words_of_scores(run)}\n{self._wrote(path, [run.folder])}"
        return path, {"out": str(path), **self._drawn, **run.metrics}, words, run.readings

    def _of_runs(self, report: Callable[..., Path]) -> Answer:
        useless = [flag(name) for name, value in self.of_scores.items() if value not in (None, [])]
        if useless:
            raise OptionError(
                f"{' and '.join(useless)} is said of a table of scores; give it with --scores"
            )
        if not self.runs:
            raise OptionError("there is nothing to report on; name a run, or scores with --scores")
        path = report(list(self.runs), self.out, **self.of_page)
        return path, {"out": str(path), **self._drawn}, self._wrote(path, self.runs), ()

    @property
    def _drawn(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.of_page.items() if name == "figures"}

    def _wrote(self, path: Path, runs: Sequence[Path]) -> str:
        return words_of_report(path, self.of_page.get("figures"), runs)


def words_of_scores(run: Any) -> str:
    """Tell how many scores there are, and how well they rank each half."""
    figures = run.metrics
    manner = "by time" if run.details["split"]["method"] == "time" else "at random"
    lines = [
        f"Scores {run.schema.score} of {run.details['data']['name']}, halved {manner}",
        *words_of_assumptions(figures["assumed"]),
        "",
        *lines_of_parts(figures),
    ]
    if cautions := words_of_cautions(figures.get("cautions", ())):
        lines += ["", *cautions]
    has_labels = any(value is not None for value in figures["positives"].values())
    needs_no_labels = "" if has_labels else " --objective contamination --share 0.01"
    if run.threshold is None:
        lines += ["", f"No threshold yet: anomaly pick-threshold {run.folder}{needs_no_labels}"]
    return "\n".join(lines)
