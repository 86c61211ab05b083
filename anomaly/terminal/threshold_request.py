"""What `anomaly pick-threshold` is asked for: to pick, to set, to compare objectives, or to look back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from anomaly.errors import OptionError
from anomaly.terminal.caution_words import words_of_acknowledgement
from anomaly.terminal.label_words import words_of_labels
from anomaly.terminal.policies import divide_options, refuse_beside
from anomaly.terminal.run_words import words_of_history, words_of_objectives, words_of_threshold

Content = dict[str, Any] | list[dict[str, Any]]


class Run(Protocol):
    """What is asked of a run: see `anomaly.Run`."""

    folder: Path

    @property
    def has_model(self) -> bool: ...
    @property
    def threshold(self) -> dict[str, Any] | None: ...
    @property
    def threshold_history(self) -> list[dict[str, Any]]: ...
    def pick_threshold(self, objective: str, **options: Any) -> Any: ...
    def set_threshold(self, value: float) -> dict[str, Any]: ...
    def compare_objectives(self, **options: Any) -> list[dict[str, Any]]: ...
    @property
    def cautions(self) -> list[Any]: ...
    def acknowledge(self, code: str, reason: str) -> Any: ...
    def add_labels(self, data: Any, label: str | None) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdRequest:
    """The options of the command, None or empty where one is not given.

    Attributes
    ----------
    objective : str or None
    also : sequence of str
        Further constraints, as `anomaly.terminal.policies.divide_options` reads them.
    options : mapping
        Of the objective and of its constraints.
    columns : mapping
        Columns of the run that the objective looks at.
    draws : mapping
        How the rows are resampled.
    set_to : float or None
        The threshold given by hand.
    compares : bool
        Whether every objective is to be shown.
    looks_back : bool
        Whether the thresholds so far are to be shown.
    acknowledges : str or None
        The code of a caution that is known.
    reason : str or None
        Why the run is used all the same.
    labels : str or None
        A table of labels that came later.
    label : str or None
        Its column of labels.
    """

    objective: str | None
    also: Sequence[str]
    options: Mapping[str, Any]
    columns: Mapping[str, Any]
    draws: Mapping[str, Any]
    set_to: float | None
    compares: bool
    looks_back: bool
    acknowledges: str | None = None
    reason: str | None = None
    labels: str | None = None
    label: str | None = None

    def answer(self, run: Run) -> tuple[Content, str]:
        """Do what is asked, and return what there is to print: as JSON, and as words.

        Raises
        ------
        OptionError
            When an option is given that has no use, or the policy cannot be met.
        """
        if self.labels is None:
            if self.label is not None:
                raise OptionError(
                    "--label names the column of labels that came later; give --labels"
                )
            return self._answer(run)
        others = {"acknowledge": self.acknowledges, "history": self.looks_back or None}
        refuse_beside("--labels", "keeps labels in the run", others)
        done = run.add_labels(self.labels, self.label)
        content, words = self._answer(run)
        if isinstance(content, dict):
            content = {**content, "labels": asdict(done)}
        return content, f"{words_of_labels(done)}\n\n{words}"

    def _answer(self, run: Run) -> tuple[Content, str]:
        if self.acknowledges is not None:
            return self._acknowledge(run)
        if self.reason is not None:
            raise OptionError("--reason says why a caution is known; give --acknowledge CODE too")
        if self.looks_back:
            others = {"compare": self.compares or None, "set": self.set_to, **self._policy}
            refuse_beside("--history", "only shows what was picked", others | self._details)
            history = run.threshold_history
            return history, words_of_history(run.folder, history)
        if self.compares:
            others = {"set": self.set_to, **self._policy}
            refuse_beside("--compare", "shows every objective", others)
            rows = run.compare_objectives(**self._details)
            return rows, words_of_objectives(run.folder, rows)
        if self.set_to is not None:
            refuse_beside("--set", "takes the value by hand", self._policy | self._details)
            run.set_threshold(self.set_to)
        else:
            objective = self.objective or "f1"
            own, also = divide_options(objective, self.options, self.also)
            run.pick_threshold(objective, also=also, **self.columns, **own, **self.draws)
        content = run.threshold
        assert content is not None
        return content, words_of_threshold(run.folder, content, can_score=run.has_model)

    def _acknowledge(self, run: Run) -> tuple[Content, str]:
        picks = {"compare": self.compares or None, "history": self.looks_back or None}
        others = {**picks, "set": self.set_to, **self._policy, **self._details}
        refuse_beside("--acknowledge", "picks nothing", others)
        known = run.acknowledge(self.acknowledges or "", self.reason or "")
        cautions = [caution.to_dict() for caution in run.cautions]
        content = {"run": str(run.folder), "acknowledged": known.code, "cautions": cautions}
        return content, words_of_acknowledgement(run.folder, known.code, cautions)

    @property
    def _policy(self) -> dict[str, Any]:
        return {"objective": self.objective, "and": self.also or None}

    @property
    def _details(self) -> dict[str, Any]:
        return {**self.options, **self.columns, **self.draws}
