"""Alerts within a budget: a day, in all, or as a share of the rows."""

from thresholds.counting.counts import Counts, Figure, Ratios, ratio
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal, Limit, checked_budget, refuse_share, within
from thresholds.objectives.registry import with_goal


@with_goal(needs_labels=False, usual={"share": 0.001}, usual_with_days={"per_day": 100.0})
def alerts(
    *, per_day: float | None = None, total: float | None = None, share: float | None = None
) -> Goal:
    """Alert on as many rows as possible within the budget of the review team.

    Where even the rows of the highest score are too many, nothing alerts.

    Assumes that the rows to come are as many, and score as high, as these.

    Parameters
    ----------
    per_day : float, optional
        Alerts a day, on average over the days that the rows span. Needs `days`, of an hour or more.
    total : float, optional
        Alerts in all.
    share : float, optional
        Alerts as a share of all rows, above 0 and at most 1.
    """
    budgets = {"per_day": per_day, "total": total, "share": share}
    named = [name for name, budget in budgets.items() if budget is not None]
    if len(named) != 1:
        raise ThresholdError(
            f"objective 'alerts' got {' and '.join(f'`{name}`' for name in named) or 'no budget'}; "
            "give one of `per_day`, `total` and `share`"
        )
    if share is not None:
        return within(_share_of_alerts(share))
    if per_day is not None:
        return within(_number_of_alerts(_alerts_a_day, "per_day", per_day, " a day"))
    return within(_number_of_alerts(lambda counts: counts.alerts, "total", total))


@with_goal(needs_labels=False, usual={"share": 0.01})
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
    return within(_share_of_alerts(share))


def _share_of_alerts(share: float) -> Limit:
    """Return the limit that at most a share of the rows alerts."""
    refuse_share("share", share, 0.01)
    return Limit(
        figure=lambda counts: ratio(counts.alerts, counts.positives + counts.negatives),
        bound=share,
        at_least=False,
        words=f"alerts on at most {share:g} of the rows",
        measured="{} of the rows alert",
        falls=True,
    )


def _number_of_alerts(figure: Figure, name: str, budget: float | None, unit: str = "") -> Limit:
    bound = checked_budget(name, budget)
    return Limit(
        figure=figure,
        bound=bound,
        at_least=False,
        words=f"at most {bound:g} alerts{unit}",
        measured=f"there are {{}} alerts{unit}",
        excess="too many",
        falls=True,
        a_day=name == "per_day",
    )


def _alerts_a_day(counts: Counts) -> Ratios:
    if counts.n_days is None:
        raise ThresholdError(
            "a budget `per_day` needs `days` that span at least an hour; "
            "give the day or the time of each row"
        )
    return counts.alerts_per_day
