"""Objectives that keep a limit, and so can constrain another objective."""

from math import inf

import numpy as np

from thresholds.counting.counts import CardCounts, Counts, Ratios, ratio
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Figure, Goal, Limit
from thresholds.objectives.registry import aimed, aimed_without_labels


@aimed
def precision(*, at_least: float) -> Goal:
    """Catch the most anomalies with precision no lower than a bound.

    Parameters
    ----------
    at_least : float
        The lowest precision, above 0 and at most 1.
    """
    _refuse_share("at_least", at_least, 0.9)
    limit = Limit(
        figure=lambda counts: counts.precision,
        bound=at_least,
        at_least=True,
        words=f"precision of at least {at_least:g}",
        measured="precision is {}",
    )
    return Goal(utility=lambda counts: counts.recall, limit=limit, falls=True)


@aimed
def recall(*, at_least: float) -> Goal:
    """Reach the highest precision with recall no lower than a bound.

    Parameters
    ----------
    at_least : float
        The lowest recall, above 0 and at most 1.
    """
    _refuse_share("at_least", at_least, 0.9)
    limit = Limit(
        figure=lambda counts: counts.recall,
        bound=at_least,
        at_least=True,
        words=f"recall of at least {at_least:g}",
        measured="recall is {}",
        falls=True,
    )
    return Goal(utility=lambda counts: counts.precision, limit=limit)


@aimed_without_labels
def alerts(
    *, per_day: float | None = None, total: float | None = None, share: float | None = None
) -> Goal:
    """Alert on as many rows as possible within the budget of the review team.

    Where even the rows of the highest score are too many, nothing alerts.

    Assumes that the rows to come are as many, and score as high, as these.

    Parameters
    ----------
    per_day : float, optional
        Alerts a day, on average over the days from the first to the last. Needs `days`.
    total : float, optional
        Alerts in all.
    share : float, optional
        Alerts as a share of all rows, above 0 and at most 1.
    """
    given = {"per_day": per_day, "total": total, "share": share}
    chosen = [name for name, budget in given.items() if budget is not None]
    if len(chosen) != 1:
        raise ThresholdError(
            f"objective 'alerts' got {' and '.join(f'`{name}`' for name in chosen) or 'no budget'}; "
            "give one of `per_day`, `total` and `share`"
        )
    if share is not None:
        return _within(share_of_alerts(share))
    if per_day is not None:
        return _within(_number_of_alerts(_alerts_a_day, "per_day", per_day, " a day"))
    return _within(_number_of_alerts(lambda counts: counts.alerts, "total", total))


@aimed_without_labels
def contamination(*, share: float) -> Goal:
    """Alert on as many rows as possible, but on no more than a share of them.

    The alerts are the largest number of highest scores, equal scores together, that is at most
    `share` of the rows. Where even the rows of the highest score are too many, nothing alerts and
    the threshold is the next number above that score.

    Assumes that this share of the rows are anomalies, and that they score highest.

    Parameters
    ----------
    share : float
        Above 0 and at most 1.
    """
    return _within(share_of_alerts(share))


@aimed_without_labels
def fpr(*, at_most: float) -> Goal:
    """Alert on as many rows as possible with a false positive rate no higher than a bound.

    Assumes, without labels, that all rows are normal: every alert counts as a false one.

    Parameters
    ----------
    at_most : float
        The highest share of the normal rows that may alert, from 0 to 1.
    """
    if not 0 <= at_most <= 1:
        raise ThresholdError(f"`at_most` is {at_most}; give a share from 0 to 1, such as 0.001")
    limit = Limit(
        figure=lambda counts: counts.false_positive_rate,
        bound=at_most,
        at_least=False,
        words=f"a false positive rate of at most {at_most:g}",
        measured="the false positive rate is {}",
        falls=True,
    )
    return _within(limit)


@aimed
def card_precision(*, per_day: float) -> Goal:
    """Catch the most compromised cards within a number of cards a day.

    A card counts once a day, with its highest score, and no more on the days after it was caught.
    Needs `days` and `entities`; see `thresholds.counting.cards.card_counts`.

    Parameters
    ----------
    per_day : float
        Cards a day that the team can look at, on average over the days from the first to the last.
    """
    bound = _budget("per_day", per_day)
    limit = Limit(
        figure=lambda counts: ratio(_cards(counts).alerted, counts.n_days or np.nan),
        bound=bound,
        at_least=False,
        words=f"at most {bound:g} cards a day",
        measured="there are {} cards a day",
        excess="too many",
        of_cards=True,
    )
    return Goal(
        utility=lambda counts: _cards(counts).compromised,
        limit=limit,
        corners_suffice=False,
        silence_counts=True,
    )


def share_of_alerts(share: float) -> Limit:
    """Return the limit that at most a share of the rows alerts."""
    _refuse_share("share", share, 0.01)
    return Limit(
        figure=lambda counts: ratio(counts.alerts, counts.positives + counts.negatives),
        bound=share,
        at_least=False,
        words=f"alerts on at most {share:g} of the rows",
        measured="{} of the rows alert",
        falls=True,
    )


def _number_of_alerts(figure: Figure, name: str, budget: float | None, unit: str = "") -> Limit:
    bound = _budget(name, budget)
    return Limit(
        figure=figure,
        bound=bound,
        at_least=False,
        words=f"at most {bound:g} alerts{unit}",
        measured=f"there are {{}} alerts{unit}",
        excess="too many",
        falls=True,
    )


def _within(limit: Limit) -> Goal:
    """Return the goal of the lowest threshold that keeps a limit."""
    return Goal(
        utility=lambda counts: counts.alerts,
        limit=limit,
        falls=True,
        corners_suffice=False,
        silence_counts=True,
    )


def _alerts_a_day(counts: Counts) -> Ratios:
    if counts.n_days is None:
        raise ThresholdError("a budget `per_day` needs `days`; give the day of each row")
    return counts.alerts_per_day


def _cards(counts: Counts) -> CardCounts:
    if counts.cards is None:
        raise ThresholdError(
            "objective 'card-precision' needs `days` and `entities`; give the day and the card of each row"
        )
    return counts.cards


def _refuse_share(name: str, share: float, example: float) -> None:
    if not 0 < share <= 1:
        raise ThresholdError(
            f"`{name}` is {share}; give a number above 0 and at most 1, such as {example}"
        )


def _budget(name: str, budget: float | None) -> float:
    if budget is None or not 0 <= budget < inf:
        raise ThresholdError(f"`{name}` is {budget}; give a finite number from 0, such as 100")
    return budget
