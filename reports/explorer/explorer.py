"""What the threshold explorer needs to know: exact counts at many thresholds, and intervals."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from reports import formats
from reports.charts.histograms import ScoreAxis, score_axis
from reports.content.report import Report
from reports.content.scores import Scores
from reports.explorer.slider_thresholds import (
    Positions,
    Values,
    candidates,
    curve_of_any,
    grid,
    positions_of,
)
from reports.explorer.suggested_thresholds import SuggestedThreshold, suggested_thresholds
from reports.formats.script_data import script_data
from reports.words.headline import Money, among
from thresholds import (
    FEWEST_FOR_COST,
    CostTerms,
    Counts,
    Ends,
    Interval,
    PrecisionRecallCurve,
    ScoredRows,
    Sums,
    binomial_ends,
    day_counts,
    ends_at_thresholds,
    ends_of_sum,
)

DIGITS = 6  # of the ends of an interval: so many that rounding them again changes nothing shown
MONEY_DIGITS = 12  # of sums of money, which are shown to the hundredth


@dataclass(frozen=True, slots=True, eq=False)
class MissedAmount:
    """The money in the frauds below each threshold, and what tells how far it strays.

    Attributes
    ----------
    total, squares : ndarray of float64, shape (k,)
        The sums of the amounts and of the squared amounts.
    at_stake, at_stake_squares : float
        The same of all frauds.
    """

    total: Values
    squares: Values
    at_stake: float
    at_stake_squares: float


@dataclass(frozen=True, slots=True, eq=False)
class ExploredSplit:
    """What each threshold does on one split.

    Attributes
    ----------
    name : str
        ``test`` or ``validation``.
    rows : int
        Rows that could be scored.
    positives : int or None
        Frauds among them; None without labels.
    n_days : float or None
        Days that the rows span, where known.
    tp, fp : ndarray of int64, shape (k,)
        Frauds and normal rows at or above each threshold; without labels all count in `fp`.
    intervals : mapping of str to (ndarray, ndarray)
        Lower and upper ends of `alerts`, and with labels of `precision`, `recall` and `f1`, at
        each threshold; NaN where there are none that hold.
    missed_amount : MissedAmount or None
        Where the amounts of all frauds are known.
    cost_interval : (float, float) or None
        The run's own at its threshold on its terms, where it was picked for the least cost.
    """

    name: str
    rows: int
    positives: int | None
    n_days: float | None
    tp: NDArray[np.int64]
    fp: NDArray[np.int64]
    intervals: Mapping[str, Ends]
    missed_amount: MissedAmount | None
    cost_interval: Interval | None = None

    @property
    def has_cost_interval(self) -> bool:
        """Whether intervals of cost and of money hold: the threshold is not picked on these rows."""
        return self.name == "test" and (self.positives or 0) >= FEWEST_FOR_COST


@dataclass(frozen=True, slots=True, eq=False)
class Explorer:
    """Everything that the explorer shows.

    Attributes
    ----------
    thresholds : ndarray of float64, shape (k,)
        Ascending and finite.
    axis : ScoreAxis
        The axis of the score distributions.
    splits : sequence of ExploredSplit
        The one to read first.
    suggested : sequence of SuggestedThreshold
        One for each objective.
    candidates : ndarray of int
        Positions of the thresholds that the least cost is looked for among.
    picked : float or None
        The run's own threshold.
    cost_terms : CostTerms or None
        What alerts cost to begin with; None where nobody has said.
    amount_name : str
        What the money is that a fraud costs.
    command : str
        What sets a threshold, but for its value.
    day_notes : sequence of str
        What to know of the figures a day.
    noun : str
        What a row with label 1 is called.
    among : str
        What the sentence at the head of the page counts.
    """

    thresholds: Values
    axis: ScoreAxis
    splits: Sequence[ExploredSplit]
    suggested: Sequence[SuggestedThreshold]
    candidates: Positions
    picked: float | None
    cost_terms: CostTerms | None
    amount_name: str
    command: str
    day_notes: Sequence[str] = ()
    noun: str = "anomaly"
    among: str = ""

    @property
    def is_labelled(self) -> bool:
        """Whether any split has labels."""
        return any(split.positives is not None for split in self.splits)

    @property
    def knows_days(self) -> bool:
        """Whether alerts can be counted by day."""
        return any(split.n_days is not None for split in self.splits)

    @property
    def first_suggested(self) -> Sequence[SuggestedThreshold]:
        """The few that most readers want."""
        return [each for each in self.suggested if each.is_usual]

    @property
    def more_suggested(self) -> Sequence[SuggestedThreshold]:
        """All others."""
        return [each for each in self.suggested if not each.is_usual]

    @property
    def has_conformal(self) -> bool:
        """Whether a threshold was chosen among the scores of test."""
        return any(each.is_chosen_on_test and each.value is not None for each in self.suggested)

    @property
    def knows_amounts(self) -> bool:
        """Whether money missed can be told."""
        return any(split.missed_amount is not None for split in self.splits)

    @property
    def is_by_amount(self) -> bool:
        """Whether a missed fraud costs its amount, to begin with."""
        return self.cost_terms is not None and self.cost_terms.missed_cost is None

    def index_of(self, value: float | None) -> int | None:
        """Position of the threshold nearest to a value."""
        if value is None or not np.isfinite(value):
            return None
        return int(np.abs(self.thresholds / 2 - value / 2).argmin())

    @property
    def start(self) -> int:
        """Where the explorer begins: at the picked threshold, or else at the first suggested one."""
        values = [self.picked, *(each.value for each in self.suggested)]
        places = [place for value in values if (place := self.index_of(value)) is not None]
        return places[0] if places else self.thresholds.size // 2


def explore(report: Report) -> Explorer | None:
    """Gather what the explorer shows; None without a finite score."""
    threshold = report.threshold
    picked = None if threshold is None else threshold.value
    parts = {"validation": report.validation, "test": report.test}
    axis = score_axis(parts.values(), picked)
    if axis is None:
        return None
    curves = {
        name: curve for name, scores in parts.items() if (curve := curve_of_any(scores)) is not None
    }
    suggested = suggested_thresholds(report.validation, curves.get("validation"), report.test)
    always = [each.value for each in suggested] + [picked]
    values = grid([*curves.values()], [value for value in always if value is not None])
    return Explorer(
        thresholds=values,
        axis=axis,
        splits=[_split(name, report, curves[name], values) for name in reversed(curves)],
        suggested=suggested,
        candidates=candidates(next(iter(curves.values())), values),
        picked=picked,
        cost_terms=None if threshold is None else threshold.cost_terms,
        amount_name=_amount_name(report),
        command=f"anomaly pick-threshold {shlex.quote(report.run)} --set",
        day_notes=[formats.text(note, longest=600) for note in report.day_notes],
        noun=report.noun,
        among=among(report, next(reversed(curves))),
    )


def money_at_threshold(explorer: Explorer) -> Money | None:
    """What the run's threshold saves on the split to read first; None where that is not known."""
    split, place = explorer.splits[0], explorer.index_of(explorer.picked)
    money = split.missed_amount
    if money is None or place is None:
        return None
    terms = explorer.cost_terms
    recovered = 1.0 if terms is None else terms.recovered
    missed, missed_squares = (float(each[place]) for each in (money.total, money.squares))
    caught, squares = money.at_stake - missed, money.at_stake_squares - missed_squares
    left = 1 - recovered
    saved_ends, lost_ends = (
        _ends_of_money(split, total, of_squares, largest * _largest(money))
        for total, of_squares, largest in (
            (recovered * caught, recovered**2 * squares, recovered),
            (missed + left * caught, missed_squares + left**2 * squares, 1.0),
        )
    )
    return Money(money.at_stake, recovered * caught, missed + left * caught, saved_ends, lost_ends)


def _largest(money: MissedAmount) -> float:
    return money.at_stake_squares / money.at_stake if money.at_stake > 0 else 0.0


def _ends_of_money(
    split: ExploredSplit, total: float, squares: float, largest: float
) -> Interval | None:
    """The interval of a sum of money over so many rows: `endsOfMoney` in explorer.js."""
    strays = max(squares - total**2 / split.rows, 0.0)
    if not split.has_cost_interval or largest <= 0 or (total > 0 and strays <= 0):
        return None
    sums = Sums(total=np.array([total]), squares=np.array([strays]), largest=largest)
    low, high = ends_of_sum(sums)
    return float(low[0]), float(high[0])


def as_json(explorer: Explorer) -> Markup:
    """Return the data as JSON that can stand in a script element, whatever they hold."""
    content = {
        "thresholds": explorer.thresholds.tolist(),
        "start": explorer.start,
        "picked": explorer.index_of(explorer.picked),
        "cost_terms": _terms_as_json(explorer.cost_terms),
        "amount_name": explorer.amount_name,
        "noun": explorer.noun,
        "nouns": formats.plural_of(explorer.noun),
        "among": explorer.among,
        "candidates": explorer.candidates.tolist(),
        "axis": {
            "low": explorer.axis.low,
            "high": explorer.axis.high,
            "is_log": explorer.axis.is_log,
        },
        "splits": {split.name: _split_as_json(split) for split in explorer.splits},
        "command": explorer.command,
    }
    return script_data(content)


def _split(name: str, report: Report, curve: PrecisionRecallCurve, values: Values) -> ExploredSplit:
    scores = report.test if name == "test" else report.validation
    assert scores is not None, "it has a curve"
    points = curve.counts_at(positions_of(curve, values))
    positives = int(curve.positives) if scores.labels is not None else None
    intervals = {}
    # On validation, where the threshold is picked, none would hold.
    if name == "test":
        intervals = _intervals(points, scores.known, values)
    return ExploredSplit(
        name=name,
        rows=int(curve.positives + curve.negatives),
        positives=positives,
        n_days=curve.n_days,
        tp=points.tp,
        fp=points.fp,
        intervals=_as_reported(intervals, name, report, values),
        missed_amount=_missed_amount(scores.known, values),
        cost_interval=_reported_cost(name, report),
    )


def _intervals(points: Counts, scores: Scores, values: Values) -> dict[str, Ends]:
    """Intervals at rising thresholds: those of alerts from how days differ, where they are known."""
    is_labelled = scores.labels is not None
    days = day_counts(ScoredRows.checked(None, scores.scores, days=scores.days), values)
    if scores.days is not None and days is None:
        return ends_at_thresholds(points, labelled=is_labelled)
    if days is None:
        rest = points.positives + points.negatives - points.alerts
        low, high = binomial_ends(points.alerts, rest)
        whole = points.alerts + rest
        return ends_at_thresholds(points, labelled=is_labelled) | {
            "alerts": (low * whole, high * whole)
        }
    found = ends_at_thresholds(replace(points, days=days), labelled=is_labelled)
    low, high = found.pop("alerts_per_day")
    span = days.lengths.sum()
    return found | {"alerts": (low * span, high * span)}


def _missed_amount(scores: Scores, values: Values) -> MissedAmount | None:
    """The money below each threshold; None unless the amount of every fraud is usable."""
    money = scores.amounts if scores.missed_costs is None else scores.missed_costs
    if scores.labels is None or money is None:
        return None
    is_fraud = scores.labels.astype(bool)
    amounts = money[is_fraud].astype(np.float64)
    if not amounts.size or not (np.isfinite(amounts) & (amounts >= 0)).all():
        return None
    order = np.argsort(scores.scores[is_fraud])
    ranked = scores.scores[is_fraud][order]
    with np.errstate(over="ignore"):
        below = np.searchsorted(ranked, values.astype(ranked.dtype))
    sums, squares = _sums(amounts[order]), _sums(amounts[order] ** 2)
    return MissedAmount(
        sums[below], squares[below], at_stake=sums[-1], at_stake_squares=squares[-1]
    )


def _sums(ordered: Values) -> Values:
    return np.append(0.0, np.cumsum(ordered))


def _as_reported(
    drawn: Mapping[str, Ends], split: str, report: Report, values: Values
) -> dict[str, Ends]:
    """Take the run's own intervals at its threshold: the page says one thing of a figure."""
    threshold = report.threshold
    if threshold is None or split not in threshold.splits:
        return dict(drawn)
    is_picked = values == threshold.value
    figures = threshold.splits[split]
    reported = dict(figures.intervals)
    if figures.alerts_per_day and "alerts_per_day" in reported:
        # A threshold of an older version does not tell `n_days`.
        days = figures.alerts / figures.alerts_per_day
        low, high = reported["alerts_per_day"]
        reported["alerts"] = (low * days, high * days)
    return {
        name: (np.where(is_picked, own[0], low), np.where(is_picked, own[1], high))
        for name, (low, high) in drawn.items()
        for own in [reported.get(name, (low, high))]
    }


def _reported_cost(split: str, report: Report) -> Interval | None:
    """The run's own interval of the cost, where it was picked for that."""
    threshold = report.threshold
    figures = None if threshold is None else threshold.splits.get(split)
    if threshold is None or threshold.cost_terms is None or figures is None:
        return None
    return figures.intervals.get("cost")


def _amount_name(report: Report) -> str:
    terms = None if report.threshold is None else report.threshold.cost_terms
    column = (terms and terms.missed_cost_column) or report.amount_column
    return formats.text(column) or "amount"


def _terms_as_json(terms: CostTerms | None) -> dict[str, float | None] | None:
    if terms is None:
        return None
    return {
        "false_alarm": terms.false_alarm_cost,
        "missed": terms.missed_cost,
        "recovered": terms.recovered,
    }


def _split_as_json(split: ExploredSplit) -> dict[str, Any]:
    missed = split.missed_amount
    return {
        "rows": split.rows,
        "positives": split.positives,
        "has_cost_interval": split.has_cost_interval,
        "days": split.n_days,
        "tp": split.tp.tolist(),
        "fp": split.fp.tolist(),
        "intervals": {
            name: [_rounded(side, DIGITS) for side in ends]
            for name, ends in split.intervals.items()
        },
        "missed_amount": None if missed is None else _missed_as_json(missed),
        "cost_interval": split.cost_interval,
    }


def _missed_as_json(missed: MissedAmount) -> dict[str, Any]:
    return {
        "total": _rounded(missed.total, MONEY_DIGITS),
        "squares": _rounded(missed.squares, MONEY_DIGITS),
        "at_stake": _short(missed.at_stake, MONEY_DIGITS),
        "at_stake_squares": _short(missed.at_stake_squares, MONEY_DIGITS),
    }


def _rounded(values: Values, digits: int) -> list[float | None]:
    """Numbers with so many significant digits, as short as JSON can have them; None for NaN."""
    return [None if np.isnan(value) else _short(value, digits) for value in values.tolist()]


def _short(value: float, digits: int) -> float:
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded
