"""`Run`, which users hold: thresholds picked, transactions scored, a report written."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from anomaly.errors import OptionError
from anomaly.runs.folder import RunFolder
from anomaly.utils.parallel import locked_property

if TYPE_CHECKING:
    import pandas

    from anomaly.cautions.caution import Caution
    from anomaly.features.behaviour.online import OnlineHistory
    from anomaly.features.online import OnlineFeatures
    from anomaly.reporting.pages import ReportPath
    from anomaly.runs.alerts import ScoreSummary
    from anomaly.runs.later_labels import LaterLabels
    from thresholds import Threshold


class Run(RunFolder):
    """A trained detector with its schema, scores and threshold.

    Parameters
    ----------
    folder : path
        What `anomaly.train` or `anomaly train` wrote.

    Attributes
    ----------
    folder : pathlib.Path
    details : dict
        Content of `run.json`.
    schema : Schema
        Role and kind of each column.
    features : Features
        What the detector's input is made of.

    Raises
    ------
    RunError
        When the folder is missing, is no run, is damaged, or has a newer format.
    """

    def pick_threshold(
        self,
        objective: str = "f1",
        *,
        also: Sequence[tuple[str, Mapping[str, Any]]] = (),
        missed_cost_column: str | None = None,
        entity: str | None = None,
        labels: Any = None,
        label: str | None = None,
        **options: Any,
    ) -> Threshold:
        """Pick the threshold on validation, report it on test, and keep it in the run.

        Days come from the time column, where the split is by time; a time that is a number is in
        seconds.

        Parameters
        ----------
        objective : str, default="f1"
            A name in `thresholds.OBJECTIVES`. `conformal` is calibrated on the normal rows of
            validation, and chooses its alerts among the rows of test.
        also : sequence of (str, mapping)
            Constraints besides, such as ``[("alerts", {"per_day": 100})]``.
        missed_cost_column : str, optional
            For `cost`: the column that holds what a missed anomaly costs. The run keeps the
            amount, the ids and the entities.
        entity : str, optional
            For `card-precision`: the column of the cards, where the run has several entities.
        labels : path or table, optional
            Labels that came later, which the run keeps; see `add_labels`.
        label : str, optional
            Their column.
        **options
            Options of the objective, and `robust`, `confidence`, `replicates` and `seed`; see
            `thresholds.pick`.

        Returns
        -------
        Threshold
            With its figures on validation (for `conformal`, on test). `run.threshold` has both.

        Raises
        ------
        OptionError
            When there is no such objective, option or column, or no threshold meets the policy.
        DataError
            When the objective needs labels and the run has none.
        """
        from anomaly.picking.history import pick_and_keep
        from anomaly.picking.policy import Policy

        if labels is not None:
            self.add_labels(labels, label)
        elif label is not None:
            raise OptionError("`label` names the column of `labels`; give them too")
        policy = Policy(
            objective=objective,
            also=also,
            missed_cost_column=missed_cost_column,
            entity=entity,
            options=options,
        )
        return pick_and_keep(self, policy)

    def add_labels(self, data: Any, label: str | None = None) -> LaterLabels:
        """Keep labels that came later with the held-out rows of the run.

        Rows are found by their ids. Those that the data do not name stay as they are; where some
        rows of validation or of test have a label and others have none, figures are of those that
        have one. A threshold that the run has is judged anew.

        Parameters
        ----------
        data : path, pandas.DataFrame or Arrow table
            The id columns of the run (all that it has of them), or, of a run without ids, `row`; and
            the labels: 1 and 0, or words that are plain, such as fraud and legitimate.
        label : str, optional
            The column of the labels: by default that of the run, or the only one beside the ids.

        Returns
        -------
        LaterLabels
            How many rows were labelled, and how many ids the run does not know.

        Raises
        ------
        DataError
            When labels contradict each other, or none is of a held-out row.
        OptionError
            When there is no column of ids, or of labels.
        """
        from anomaly.picking.history import judge_anew
        from anomaly.runs.later_labels import add_labels

        done = add_labels(self, data, label)
        judge_anew(self)
        return done

    def set_threshold(self, value: float | Threshold) -> dict[str, Any]:
        """Take a threshold that was not picked on the run, and keep it there as a picked one.

        Parameters
        ----------
        value : float or thresholds.Threshold
            Finite. A threshold that was picked elsewhere keeps what it was picked for.

        Returns
        -------
        dict
            What `threshold` holds from now on: among others, the figures on validation and test.
        """
        from anomaly.picking.history import set_by_hand

        return set_by_hand(self, value)

    def compare_objectives(
        self,
        *,
        missed_cost_column: str | None = None,
        entity: str | None = None,
        **options: Any,
    ) -> list[dict[str, Any]]:
        """Pick a threshold for every objective, and keep none; see `anomaly.picking.every_objective`."""
        from anomaly.picking.every_objective import compare_objectives

        return compare_objectives(self, missed_cost_column, entity, options)

    @property
    def cautions(self) -> list[Caution]:
        """What to know before a figure is believed, the gravest first, those acknowledged last."""
        from anomaly.cautions.of_run import cautions_of

        return cautions_of(self, self.threshold)

    def acknowledge(self, code: str, reason: str) -> Caution:
        """Keep in the run, with the time, that a caution is known and why the run is used.

        Parameters
        ----------
        code : str
            Of one of `cautions`, such as ``AN004``.
        reason : str

        Returns
        -------
        Caution

        Raises
        ------
        OptionError
            When there is no such code, the run has no such caution, or the reason is empty.
        """
        from anomaly.cautions.of_run import acknowledge

        return acknowledge(self, code, reason)

    def score(
        self,
        data: Any,
        reasons: int = 0,
        *,
        threshold: float | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        sheet: str | None = None,
        table: str | None = None,
        query: str | None = None,
    ) -> pandas.DataFrame:
        """Score transactions.

        Parameters
        ----------
        data : path, pandas.DataFrame or Arrow table
            Rows with the columns that the run was trained on; the label may be left out.
        reasons : int, default=0
            How many reasons each row gets.
        threshold : float, optional
            In place of the run's own.
        encoding, delimiter, sheet, table, query : str, optional
            As in `anomaly.train`.

        Returns
        -------
        pandas.DataFrame
            One row for each row of the data: the ids (or `row`), `score`, `alert`, `reasons`
            and `problem`. A row that cannot be scored has no score, and its problem in words.
        """
        from anomaly.runs.alerts import score_frame
        from anomaly.tables import Source

        source = Source(encoding, delimiter, sheet, table, query)
        return score_frame(self, data, reasons, threshold=threshold, source=source)

    def score_one(self, transaction: Mapping[str, Any]) -> float:
        """Score one transaction in a fraction of a millisecond, for an alert desk or a payment on its way.

        The score is the one that `score` gives for the same row of a table, bit for bit. Several
        threads may call this at once.

        Where the run looks at the history of entities, this object remembers each transaction for
        those after it, from what the run remembers on; the run's files do not change.

        Parameters
        ----------
        transaction : mapping of str to float, int, bool, str, datetime or None
            The value of each column that the run was trained on, None where there is none.
            Other names (the label, ids) are not looked at.

        Returns
        -------
        float
            Higher is more anomalous; an alert is a score at or above `threshold_value`.

        Raises
        ------
        DataError
            When a column is missing, or a value does not fit its column.

        Examples
        --------
        >>> run = anomaly.load("runs/creditcard-1")  # doctest: +SKIP
        >>> run.score_one({"Time": 406.0, "V1": -2.3, ..., "Amount": 0.0})  # doctest: +SKIP
        8.417509078979492
        """
        if self.behaviour is not None:
            history = self._online_history
            # What cannot be scored is not remembered either.
            self._online.row({**transaction, **history.nothing})
            transaction = history.added_to(transaction)
        return self.graph.score_of(self._online.row(transaction))

    @locked_property
    def _online_history(self) -> OnlineHistory:
        from anomaly.features.behaviour.online import OnlineHistory

        history = self.open_history()
        assert history is not None
        assert self.behaviour is not None
        return OnlineHistory(history, self.behaviour, self.schema)

    @locked_property
    def _online(self) -> OnlineFeatures:
        from anomaly.features.online import OnlineFeatures

        return OnlineFeatures(self.features)

    def forget(self, entity: str, value: str) -> int:
        """Forget what the run remembers of one customer, card or terminal, to tell the history of others.

        The scored rows of validation and test in `scores.parquet` stay, and so do files of scores.

        Parameters
        ----------
        entity : str
            The column.
        value : str
            The one to forget.

        Returns
        -------
        int
            How many of its transactions were remembered.

        Raises
        ------
        OptionError
            When the run does not look at the history of such entities.
        """
        from anomaly.runs.behaviour_state import forget

        count = forget(self, entity, value)
        # What this object remembers of single transactions is read anew.
        vars(self).pop("_online_history", None)
        return count

    def score_file(
        self,
        data: Any,
        out: str | os.PathLike[str] | None = None,
        reasons: int = 0,
        *,
        threshold: float | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        sheet: str | None = None,
        table: str | None = None,
        query: str | None = None,
        out_table: str | None = None,
        if_exists: str | None = None,
        update_behaviour: bool = False,
        progress: bool | None = None,
    ) -> ScoreSummary:
        """Score any number of transactions into a file or a table of a database.

        See `anomaly.runs.alerts.score_file`.
        """
        from anomaly.runs.alerts import score_file
        from anomaly.tables import Source

        source = Source(encoding, delimiter, sheet, table, query)
        return score_file(
            self,
            data,
            out,
            reasons,
            threshold=threshold,
            source=source,
            out_table=out_table,
            if_exists=if_exists,
            update_behaviour=update_behaviour,
            progress=progress,
        )

    def report(
        self,
        out: str | os.PathLike[str] | None = None,
        *,
        format: str | None = None,
        figures: str | os.PathLike[str] | None = None,
        comparison: str | os.PathLike[str] | None = None,
    ) -> ReportPath:
        """Write the report and return its path, by default `report.html` in the run.

        A notebook shows the page. See `anomaly.report` for the options.
        """
        from anomaly.reporting.pages import report

        return report(self, out, format=format, figures=figures, comparison=comparison)


def load(folder: str | os.PathLike[str]) -> Run:
    """Open a run that `train` wrote; see `Run`."""
    return Run(folder)
