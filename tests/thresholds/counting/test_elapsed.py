"""Figures a day divide by the days that elapsed."""

import numpy as np
import pytest

from thresholds import ScoredRows, ThresholdError, evaluate, pick


def span_of(times, **columns):
    return ScoredRows.checked(None, np.zeros(len(times)), days=times, **columns).n_days


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        (np.arange(15, 39), 1),
        (np.arange(15, 39).repeat(7), 1),
        (np.arange(15, 15 + 60), 2.5),
        (np.arange(15, 33), 0.75),
        (np.arange(15, 16, 1 / 60), 1 / 24),
        (np.arange(15, 15.9, 1 / 60), None),
        ([15.0] * 9, None),
    ],
)
def test_times_count_by_what_elapsed(hours, days):
    assert span_of(np.asarray(hours) / 24) == (days and pytest.approx(days))


def test_a_part_lasts_until_the_next_one_begins():
    """On average over parts that are cut from rows at random times."""
    random = np.random.default_rng(0)
    spans, lasted = [], []
    for _ in range(400):
        times = np.cumsum(random.exponential(0.1, 60))
        spans.append(span_of(times[20:40]))
        lasted.append(times[40] - times[20])
    assert np.mean(spans) == pytest.approx(np.mean(lasted), rel=0.02)


@pytest.mark.parametrize("starts", [0.0, 0.25, 15 / 24])
def test_whole_days_count_as_they_are_and_a_day_cut_short_by_its_rows(starts):
    """Nine rows in ten come in the first half of a day."""
    one_day = np.append(np.arange(0, 0.5, 1 / 180), np.arange(0.5, 1, 1 / 20))
    times = (np.arange(20)[:, None] + one_day).ravel()
    times = times[(times >= starts) & (times < 18.5)]
    share_of_first = (one_day >= starts).mean()
    expected = share_of_first + 17 + (one_day < 0.5).mean()
    assert span_of(times) == pytest.approx(expected)
    assert span_of(times, weights=np.full(times.size, 2.0)) == pytest.approx(expected)


def test_of_fewer_whole_days_hours_count():
    times = np.append(np.arange(0.75, 14, 0.25), np.arange(14, 14.5, 0.01))
    assert span_of(times) == pytest.approx(13.75, abs=0.25)
    later = np.append(times, np.arange(14.5, 15.5, 0.01))
    # Fourteen whole days; those at the ends count as one at most.
    assert 14.1 < span_of(later) < 16


def test_a_day_cut_short_counts_as_one_at_most():
    times = np.concatenate((np.arange(0.5, 1, 0.001), np.arange(1, 16), np.arange(16, 16.4, 0.001)))
    assert span_of(times) == 17


def test_a_part_of_a_day_is_scaled():
    found = evaluate(1, None, [0, 1] * 6, days=np.arange(12) / 24)
    assert (found.n_days, found.alerts_per_day) == (pytest.approx(0.5), pytest.approx(12))
    assert found.to_dict()["n_days"] == found.n_days


def test_less_than_an_hour_has_no_figure_a_day():
    rows = {"labels": [0, 1, 0, 1], "scores": [1, 2, 3, 4], "days": np.arange(4) / 1440 + 0.3}
    found = pick(**rows)
    assert (found.n_days, found.alerts_per_day) == (None, None)
    assert found.intervals["alerts_per_day"] is None
    with pytest.raises(ThresholdError, match="`per_day` needs `days` that span at least an hour"):
        pick(**rows, objective="alerts", per_day=10)


@pytest.mark.parametrize("hours", [30, 57, 24 * 17.3])
def test_a_budget_a_day_holds_on_average(hours):
    """In 24 hours after a part that begins in the afternoon."""
    random = np.random.default_rng(0)
    begin, per_day, caught = 15 / 24, 500, []
    for _ in range(100):
        n_rows = random.poisson(per_day * hours / 24)
        times = np.sort(begin + random.random(n_rows) * hours / 24)
        picked = pick(
            *(None, random.random(n_rows), "alerts"), per_day=20, days=times, replicates=1
        )
        next_day = random.random(random.poisson(per_day))
        caught.append(np.count_nonzero(next_day >= picked.value))
    assert np.mean(caught) == pytest.approx(20, abs=1.5)


def test_cards_count_by_days_of_the_calendar():
    times = np.array([0.9, 0.95, 1.1, 1.2])
    found = pick(
        *([1, 1, 0, 0], [4.0, 3.0, 2.0, 1.0], "card-precision"),
        per_day=1,
        days=times,
        entities=list("abcd"),
    )
    assert found.alerts == 2
