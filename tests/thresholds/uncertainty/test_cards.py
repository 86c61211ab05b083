"""How sure a threshold for cards is: whole cards are drawn."""

import numpy as np
import pytest

from thresholds import Plan, curve_of, pick
from thresholds.counting.rows import ScoredRows
from thresholds.picking.selection import select

N_DAYS = 20


def card_rows(n_cards, seed, *, compromised=0.3, a_day=0.3, likeness=1.0):
    """Rows of cards over 20 days; those of a card resemble each other."""
    random = np.random.default_rng(seed)
    rows = random.poisson(a_day * N_DAYS, n_cards) + 1
    cards = np.repeat(np.arange(n_cards), rows)
    days = random.integers(0, N_DAYS, cards.size)
    days[[0, -1]] = 0, N_DAYS - 1
    bad = random.random(n_cards) < compromised
    labels = (bad[cards] & (random.random(cards.size) < 0.4)).astype(np.int64)
    level = random.normal(0, likeness, n_cards)
    scores = random.normal(size=cards.size) + level[cards] + 2 * labels
    return {"labels": labels, "scores": scores, "days": days, "entities": cards}


def picked(rows, per_day, objective="card-precision", **options):
    return pick(**rows, objective=objective, per_day=per_day, **options)


def value_of(rows, objective="card-precision", also=(), **options):
    """Return the value that is picked, without its intervals, which take ten times as long."""
    plan = Plan.checked(objective, options, also)
    curve = curve_of(ScoredRows.checked(**rows))
    return curve.value_at(select(curve, plan.goal, plan.limits).best)


def cards_drawn(rows, draws):
    """Yield resamples of whole cards, those with an anomaly apart."""
    random = np.random.default_rng(3)
    cards = rows["entities"]
    ends = np.flatnonzero(np.diff(cards, append=-1)) + 1
    rows_of = np.split(np.arange(cards.size), ends[:-1])
    bad = np.array([rows["labels"][each].any() for each in rows_of])
    kinds = [np.flatnonzero(which) for which in (bad, ~bad)]
    for _ in range(draws):
        chosen = np.concatenate([random.choice(each, each.size) for each in kinds])
        taken = np.concatenate([rows_of[card] for card in chosen])
        again = {name: column[taken] for name, column in rows.items()}
        again["entities"] = np.repeat(np.arange(chosen.size), [rows_of[c].size for c in chosen])
        if np.ptp(again["days"]) == N_DAYS - 1:
            yield again


@pytest.mark.parametrize(
    ("objective", "options"), [("card-precision", {"per_day": 15}), ("f1", {})]
)
def test_the_value_alone_is_that_of_the_pick(objective, options):
    also = [] if options else [("card-precision", {"per_day": 5})]
    for again in cards_drawn(card_rows(800, 1), 10):
        whole = pick(**again, objective=objective, also=also, replicates=1, **options)
        assert value_of(again, objective, also, **options) == whole.value


@pytest.mark.parametrize("likeness", [0.0, 1.5])
def test_the_interval_is_that_of_cards_drawn_one_by_one(likeness):
    rows = card_rows(800, 1, likeness=likeness)
    picks = [value_of(again, per_day=15) for again in cards_drawn(rows, 300)]
    low, high = np.quantile(picks, (0.1, 0.9))
    found = picked(rows, 15, replicates=2_000, confidence=0.8)
    assert found.intervals["threshold"] == pytest.approx((low, high), abs=0.2 * (high - low))


def test_the_interval_holds_the_threshold_of_the_population():
    truth = picked(card_rows(100_000, 999), 100_000 / 60, replicates=1).value
    held = 0
    for seed in range(100):
        low, high = picked(card_rows(1_200, seed), 20, replicates=100).intervals["threshold"]
        held += low <= truth <= high
    assert held >= 85


def test_cards_dealt_into_units_stray_as_cards_do(monkeypatch):
    rows = card_rows(4_000, 2, compromised=0.5)
    dealt = picked(rows, 60, replicates=2_000).intervals["threshold"]
    monkeypatch.setattr("thresholds.uncertainty.cards.UNITS", 10_000)
    low, high = picked(rows, 60, replicates=2_000).intervals["threshold"]
    assert dealt == pytest.approx((low, high), abs=0.2 * (high - low))


def test_a_budget_of_cards_beside_another_objective_has_its_interval():
    rows = card_rows(800, 1)
    also = [("card-precision", {"per_day": 5})]
    picks = [value_of(again, "f1", also) for again in cards_drawn(rows, 300)]
    low, high = np.quantile(picks, (0.1, 0.9))
    found = pick(**rows, objective="f1", also=also, replicates=2_000, confidence=0.8)
    assert found.intervals["threshold"] == pytest.approx((low, high), abs=0.25 * (high - low))


def test_amounts_are_drawn_with_their_cards():
    rows = card_rows(800, 1)
    rows["amounts"] = np.random.default_rng(0).lognormal(3, 1, rows["scores"].size)
    options = {"objective": "cost", "false_alarm_cost": 10.0}
    also = [("card-precision", {"per_day": 5})]
    picks = [value_of(again, also=also, **options) for again in cards_drawn(rows, 300)]
    low, high = np.quantile(picks, (0.1, 0.9))
    found = pick(**rows, also=also, replicates=2_000, confidence=0.8, **options)
    assert found.intervals["threshold"] == pytest.approx((low, high), abs=0.25 * (high - low))


def test_what_is_as_good_for_cards_holds_the_pick():
    found = picked(card_rows(800, 1), 15)
    low, high = found.as_good
    assert low <= found.value <= high


def test_the_seed_decides_the_interval_and_not_the_threshold():
    rows = card_rows(3_000, 2, compromised=0.6)
    first, again, other = (picked(rows, 60, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.value == other.value
    assert first.intervals["threshold"] != other.intervals["threshold"]


def test_few_compromised_cards_have_no_interval_of_the_threshold():
    found = picked(card_rows(300, 1), 5)
    assert (found.intervals["threshold"], found.as_good) == (None, None)


def test_cards_that_are_all_compromised_have_an_interval():
    rows = card_rows(300, 1)
    rows["labels"] = (np.arange(rows["labels"].size) % 2 == 0) | (rows["scores"] > 1)
    assert picked(rows, 5).intervals["threshold"] is not None


def test_equal_scores_tell_nothing_of_other_thresholds():
    rows = card_rows(800, 1) | {"scores": np.ones(card_rows(800, 1)["scores"].size)}
    found = picked(rows, 1e6)
    assert found.intervals["threshold"] is None
    assert picked(rows, 1).intervals["threshold"] is None
