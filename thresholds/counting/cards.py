"""Cards that alert: a card counts once a day, and no more once it is caught.

A team that looks at cards, not at transactions, looks at the transaction of the highest score of
each card and day. A card on which it finds an anomaly is blocked, and seen no more on later days.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thresholds.counting.counts import CardCounts, Integers
from thresholds.counting.inputs import Flags, Floats
from thresholds.errors import ThresholdError


def card_counts(
    levels: Floats, flags: Flags, scores: Floats, days: Integers, entities: NDArray[Any]
) -> CardCounts:
    """Count the cards that alert at each threshold, and those that are compromised.

    A pair of a card and a day alerts where its highest score does, unless the card was caught on
    an earlier day: one with an anomaly on it whose highest score alerted. So the pair alerts at the
    thresholds above the highest such score of the earlier days, up to its own highest score, and
    all thresholds are counted in one pass over the ends of these ranges.

    Parameters
    ----------
    levels : ndarray of float, shape (m,)
        The distinct scores, ascending.
    flags : ndarray of bool, shape (n,)
        True for an anomaly.
    scores : ndarray of float, shape (n,)
    days : ndarray of int64, shape (n,)
        Days since the first one.
    entities : ndarray, shape (n,)
        The card of each row, of any dtype that sorts. A row without one, as None or NaN, is a card
        of its own.

    Returns
    -------
    CardCounts
        Of shape (m,).

    References
    ----------
    Y.-A. Le Borgne, W. Siblini, B. Lebichot, G. Bontempi, *Reproducible Machine Learning for Credit
    Card Fraud Detection: Practical Handbook*, Université libre de Bruxelles, 2022, chapter 4, "Card
    Precision top-k". There each day alerts on its k highest cards; here one threshold holds for all
    days, and their average is what is limited.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.array([0.5, 0.8, 0.9])
    >>> caught_on_day_0 = np.array([False, True, True])
    >>> days, cards = np.array([0, 0, 1]), np.array(["a", "a", "a"])
    >>> counts = card_counts(scores, caught_on_day_0, scores, days, cards)
    >>> counts.alerted, counts.compromised
    (array([1, 1, 1]), array([1, 1, 1]))
    """
    ranks = np.searchsorted(levels, scores)
    highest, is_compromised, cards = _pairs(ranks, flags, _numbered(entities), days)
    caught = _highest_caught_before(highest, is_compromised, cards, levels.size)
    is_free = caught < highest
    alerted, compromised = (
        _covered(caught[which], highest[which], levels.size)
        for which in (is_free, is_free & is_compromised)
    )
    return CardCounts(alerted=alerted, compromised=compromised, n_days=int(np.ptp(days)) + 1)


def _numbered(entities: NDArray[Any]) -> Integers:
    """Return a number for each row's card, from 0; a row without one is a card of its own."""
    missing = _missing(entities)
    if missing.any():
        numbers = np.empty(entities.size, np.int64)
        numbers[~missing] = _numbered(entities[~missing])
        alone = np.count_nonzero(missing)
        numbers[missing] = np.arange(entities.size - alone, entities.size)
        return numbers
    try:
        return np.unique(entities, return_inverse=True)[1]
    except TypeError as error:
        raise ThresholdError(
            f"entities are of several kinds ({error}); give all as text or all as numbers"
        ) from error


def _missing(entities: NDArray[Any]) -> Flags:
    """Tell which cards are None or, as only NaN and NaT are, unequal to themselves."""
    missing = np.asarray(entities != entities, np.bool_)
    if entities.dtype.kind == "O":
        missing |= np.fromiter((card is None for card in entities), np.bool_, entities.size)
    return missing


def _pairs(
    ranks: Integers, flags: Flags, cards: Integers, days: Integers
) -> tuple[Integers, Flags, Integers]:
    """Return each pair's highest rank, whether it has an anomaly, and its card; by card and day."""
    keys = cards * (days.max() + 1) + days
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    return (
        np.maximum.reduceat(ranks[order], starts),
        np.logical_or.reduceat(flags[order], starts),
        cards[order[starts]],
    )


def _highest_caught_before(
    highest: Integers, compromised: Flags, cards: Integers, levels: int
) -> Integers:
    """Return the highest rank of the card's earlier pairs with an anomaly; -1 where there is none."""
    # Each card stands on a floor of its own, above all ranks of the card before.
    floors = cards * (levels + 2)
    running = np.maximum.accumulate(np.where(compromised, highest, -1) + floors)
    before = np.concatenate((running[:1] * 0 - 1, running[:-1]))
    return np.maximum(before - floors, -1)


def _covered(below: Integers, upto: Integers, levels: int) -> Integers:
    """Return how many of the ranges ``below < rank <= upto`` hold each rank."""
    starts = np.bincount(below + 1, minlength=levels + 1)
    ends = np.bincount(upto + 1, minlength=levels + 1)
    return np.cumsum(starts - ends)[:levels]
