"""Compromised cards within a number of cards a day."""

from thresholds.counting.counts import CardCounts, Counts
from thresholds.errors import ThresholdError
from thresholds.objectives.goals import Goal, Limit, checked_budget
from thresholds.objectives.registry import with_goal


@with_goal(usual={"per_day": 100.0})
def card_precision(*, per_day: float) -> Goal:
    """Catch the most compromised cards within a number of cards a day.

    A card counts once a day, with its highest score, and no more on the days after it was caught.
    Needs `days` and `entities`; see `thresholds.counting.cards.card_counts`.

    Parameters
    ----------
    per_day : float
        Cards a day that the team can look at, on average over the days of the calendar from the
        first to the last, both included.
    """
    bound = checked_budget("per_day", per_day)
    limit = Limit(
        figure=lambda counts: _cards(counts).alerted_per_day,
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


def _cards(counts: Counts) -> CardCounts:
    if counts.cards is None:
        raise ThresholdError(
            "objective 'card-precision' needs `days` and `entities`; give the day and the card of each row"
        )
    return counts.cards
