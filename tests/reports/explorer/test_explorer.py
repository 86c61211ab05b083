"""The explorer knows the exact counts at every threshold that it offers, and offers enough."""

import json
from dataclasses import replace

import numpy as np
import pytest

from reports import Scores, Threshold, ThresholdFigures
from reports.explorer.explorer import as_json, explore
from reports.explorer.slider_thresholds import MOST_THRESHOLDS
from thresholds import CostTerms, PrecisionRecallCurve, pick


def split(explorer, name):
    return next(split for split in explorer.splits if split.name == name)


def suggestion(explorer, label):
    return next(each for each in explorer.suggested if each.label == label)


@pytest.fixture
def explorer(explorable):
    return explore(explorable)


@pytest.mark.parametrize("part", ["validation", "test"])
def test_counts_are_exact_at_every_threshold(explorable, explorer, part):
    scores, found = getattr(explorable, part), split(explorer, part)
    alerts = scores.scores[:, None] >= explorer.thresholds
    assert (found.tp == alerts[scores.labels == 1].sum(axis=0)).all()
    assert (found.fp == alerts[scores.labels == 0].sum(axis=0)).all()
    assert (found.rows, found.positives) == (scores.scores.size, scores.labels.sum())
    assert found.n_days == 10


def test_counts_are_those_of_the_precision_recall_curve(explorable, explorer):
    curve = PrecisionRecallCurve.from_scores(explorable.test.labels, explorable.test.scores)
    places = np.searchsorted(curve.thresholds, explorer.thresholds)
    some = places < curve.thresholds.size
    assert (split(explorer, "test").tp[some] == curve.tp[places[some]]).all()
    assert (split(explorer, "test").fp[some] == curve.fp[places[some]]).all()


@pytest.mark.parametrize("figure", ["precision", "recall", "f1"])
def test_intervals_are_those_of_thresholds_but_for_the_draw(
    explorable, explorer, figures_at, figure
):
    scores, found = explorable.test, split(explorer, "test")
    for index in range(40, explorer.thresholds.size - 1, 251):
        value = float(explorer.thresholds[index])
        low, high = figures_at(value, scores).intervals[figure]
        drawn = [side[index] for side in found.intervals[figure]]
        assert drawn == pytest.approx([low, high], abs=max(0.12 * (high - low), 0.002))


def test_the_picked_threshold_has_the_intervals_of_the_run(explorable, explorer):
    index = explorer.index_of(explorable.threshold.value)
    found = {
        figure: (low[index], high[index])
        for figure, (low, high) in split(explorer, "test").intervals.items()
    }
    low, high = found.pop("alerts")
    expected = dict(explorable.threshold.splits["test"].intervals)
    assert (low / 10, high / 10) == pytest.approx(expected.pop("alerts_per_day"))
    assert found == expected


def test_the_cost_the_run_was_picked_for_has_the_interval_of_the_run(explorable):
    splits = {
        name: replace(
            figures, cost=2.0 * figures.fp + 30.0 * figures.fn,
            intervals={**figures.intervals, "cost": (1.0, 99.0)},
        )
        for name, figures in explorable.threshold.splits.items()
    }  # fmt: skip
    terms = CostTerms(false_alarm_cost=2, missed_cost=30)
    threshold = replace(explorable.threshold, cost_terms=terms, splits=splits)
    explorer = explore(replace(explorable, threshold=threshold))
    assert split(explorer, "test").cost_interval == (1.0, 99.0)
    explorer = explore(replace(explorable, threshold=replace(threshold, cost_terms=None)))
    assert split(explorer, "test").cost_interval is None


def test_a_rounded_interval_rounds_on_as_the_exact_one_does(explorable):
    """0.389487 to four digits and then to one of a percentage would be 39.0, and is 38.9."""
    figures = replace(explorable.threshold.splits["test"], intervals={"precision": (0.2, 0.389487)})
    threshold = replace(explorable.threshold, splits={"test": figures})
    explorer = explore(replace(explorable, threshold=threshold))
    told = json.loads(as_json(explorer))["splits"]["test"]["intervals"]["precision"]
    assert told[1][explorer.start] == 0.389487


def test_the_intervals_of_few_frauds_are_exact(explorable):
    rows = explorable.test
    ranks = np.argsort(-rows.scores)
    labels = np.zeros(rows.scores.size, dtype=np.int8)
    labels[ranks[:2]] = 1
    few = replace(rows, labels=labels)
    found = split(explore(replace(explorable, validation=few, test=few, threshold=None)), "test")
    both = np.flatnonzero((found.tp == 2) & (found.fp == 0))[0]
    interval = (0.025**0.5, 1.0)
    for name in ("precision", "recall"):
        assert [side[both] for side in found.intervals[name]] == pytest.approx(interval)
    low = 2 * interval[0] / (1 + interval[0])
    assert [side[both] for side in found.intervals["f1"]] == pytest.approx((low, 1.0))
    assert not found.has_cost_interval


def test_only_rows_that_the_threshold_is_not_picked_on_have_intervals(explorable):
    found = explore(explorable)
    assert split(found, "test").has_cost_interval
    assert not split(found, "validation").has_cost_interval
    assert split(found, "validation").intervals == {}


def test_no_shown_interval_is_without_width(explorer):
    for part in explorer.splits:
        for low, high in part.intervals.values():
            assert (np.isnan(low) | (high > low)).all()


def test_the_amount_missed_is_that_of_the_frauds_below(explorable, explorer):
    scores, missed = explorable.test, split(explorer, "test").missed_amount
    is_fraud = scores.labels == 1
    for index in (0, 700, explorer.start, explorer.thresholds.size - 1):
        below = np.where(scores.scores < explorer.thresholds[index], scores.amounts, 0)[is_fraud]
        assert missed.total[index] == pytest.approx(below.sum())
        assert missed.squares[index] == pytest.approx((below**2).sum())


def test_thresholds_are_few_and_hold_every_fraud_and_the_highest_scores(explorable, explorer):
    values = explorer.thresholds
    assert MOST_THRESHOLDS / 2 < values.size <= MOST_THRESHOLDS
    assert (np.diff(values) > 0).all()
    for name in ("validation", "test"):
        assert set(split(explorer, name).tp) == set(range(split(explorer, name).positives + 1))
        scores = np.sort(getattr(explorable, name).scores)[::-1]
        highest = np.unique(scores[:200])
        assert np.unique(np.searchsorted(highest, values)).size == highest.size + 1
    assert split(explorer, "test").fp[0] + split(explorer, "test").tp[0] == 11_000


def test_between_two_thresholds_alerts_hardly_change(explorer):
    alerts = split(explorer, "test").tp + split(explorer, "test").fp
    more = alerts[:-1] - alerts[1:]
    assert (more <= 1 + 0.03 * alerts[1:]).all()


def test_few_scores_are_all_thresholds(explorable):
    few = Scores(np.array([1.0, 2.0, 2.0, 4.0]), np.array([0, 1, 0, 1]))
    explorer = explore(replace(explorable, validation=few, test=None, threshold=None))
    assert explorer.thresholds[:-1].tolist() == [1.0, 1.5, 3.0]
    assert explorer.thresholds[-1] == np.nextafter(4.0, 5.0)
    assert split(explorer, "validation").tp.tolist() == [2, 2, 1, 0]


@pytest.mark.parametrize(
    ("label", "objective", "options"),
    [
        ("Highest F1", "f1", {}),
        ("Highest F2", "fbeta", {"beta": 2}),
        ("Recall ≥ 0.8", "recall", {"at_least": 0.8}),
        ("Matthews correlation", "mcc", {}),
        ("Youden’s J", "youden", {}),
        ("Geometric mean", "gmean", {}),
        ("False-positive rate ≤ 0.001", "fpr", {"at_most": 0.001}),
        ("100 alerts a day", "alerts", {"per_day": 100}),
    ],
)
def test_a_suggested_threshold_is_what_pick_picks(explorable, explorer, label, objective, options):
    rows = explorable.validation
    found = pick(rows.labels, rows.scores, objective, days=rows.days, **options).value
    assert suggestion(explorer, label).value == found
    assert found in explorer.thresholds


def test_conformal_is_calibrated_on_the_normal_rows_of_validation(explorable, explorer):
    rows = explorable.validation
    normal = rows.scores[rows.labels == 0]
    found = pick(None, explorable.test.scores, "conformal", normal=normal, at_most=0.05).value
    assert suggestion(explorer, "False discovery rate ≤ 0.05").value == found
    assert found in explorer.thresholds
    alone = explore(replace(explorable, test=None, threshold=None))
    assert all("conformal" not in each.objective for each in alone.suggested)


def test_each_column_of_cards_has_its_suggestion(explorable):
    random = np.random.default_rng(0)
    rows = explorable.validation
    cards = {name: random.integers(0, 500, rows.scores.size) for name in ("card", "the shop")}
    found = explore(replace(explorable, validation=replace(rows, entities=cards))).suggested
    offered = {each.objective: each for each in found if "card-precision" in each.objective}
    assert list(offered) == [
        f"--objective card-precision --per-day 100 --entity {name}"
        for name in ("card", "'the shop'")
    ]
    expected = pick(
        rows.labels, rows.scores, "card-precision", days=rows.days, entities=cards["card"], per_day=100
    ).value  # fmt: skip
    first = next(iter(offered.values()))
    assert (first.value, first.label) == (expected, "Card precision, 100 a day (card)")
    one = replace(rows, entities={"card": cards["card"]})
    assert (
        suggestion(explore(replace(explorable, validation=one)), "Card precision, 100 a day").value
        == expected
    )
    undated = replace(one, days=None)
    alone = explore(replace(explorable, validation=undated))
    assert all("card-precision" not in each.objective for each in alone.suggested)


@pytest.mark.parametrize(("false_alarm", "missed"), [(1, 100), (1, 7), (50, 1), (0, 1)])
def test_the_least_cost_among_the_candidates_is_that_of_pick(
    explorable, explorer, false_alarm, missed
):
    rows, found = explorable.validation, split(explorer, "validation")
    costs = false_alarm * found.fp + missed * (found.positives - found.tp)
    among = explorer.candidates
    best = among[np.flatnonzero(costs[among] == costs[among].min())[-1]]
    options = {"false_alarm_cost": false_alarm, "missed_cost": missed}
    assert explorer.thresholds[best] == pick(rows.labels, rows.scores, "cost", **options).value


def test_an_objective_out_of_reach_says_why(explorable):
    rows = replace(explorable.validation, scores=np.ones(9_000))
    found = suggestion(explore(replace(explorable, validation=rows)), "Precision ≥ 0.9")
    assert found.value is None
    assert "precision of at least 0.9 cannot be had" in found.problem


def test_without_labels_there_are_alerts_and_objectives_that_need_none(explorable):
    parts = {
        name: Scores(getattr(explorable, name).scores, days=getattr(explorable, name).days)
        for name in ("validation", "test")
    }
    explorer = explore(replace(explorable, **parts, threshold=None))
    found = split(explorer, "test")
    alerts = (parts["test"].scores[:, None] >= explorer.thresholds).sum(axis=0)
    assert (found.fp == alerts).all()
    assert (found.positives, set(found.intervals), found.missed_amount) == (None, {"alerts"}, None)
    expected = pick(None, parts["validation"].scores, "contamination", share=0.01).value
    assert suggestion(explorer, "Highest 1 %").value == expected
    assert suggestion(explorer, "Far from the median").value is not None
    normal = parts["validation"].scores
    expected_of_test = pick(None, parts["test"].scores, "conformal", normal=normal, at_most=0.05)
    assert suggestion(explorer, "False discovery rate ≤ 0.05").value == expected_of_test.value
    assert explorer.thresholds[explorer.start] == expected


@pytest.mark.parametrize("label", [0, 1])
def test_a_single_class_is_explored_too(explorable, label):
    one = Scores(explorable.test.scores, np.full(11_000, label))
    explorer = explore(replace(explorable, validation=one, test=one, threshold=None))
    assert split(explorer, "test").positives == 11_000 * label
    json.loads(as_json(explorer))


@pytest.mark.parametrize(
    "scores",
    [
        [np.inf, -np.inf, 1.0, np.nan],
        [0.0, -0.0, 5e-324, 1.7e308],
        [-1.7e308, 1.7e308, 1.7976931348623157e308],
        [3.0],
        np.array([1.0, 1.0000001], dtype=np.float32),
        np.array([1, 5], dtype=np.int64),
    ],
)
def test_any_finite_score_can_be_explored(explorable, scores):
    part = Scores(np.array(scores), np.arange(len(scores)) % 2)
    explorer = explore(replace(explorable, validation=part, test=part, threshold=None))
    known = part.scores[~np.isnan(part.scores)]
    for name in ("validation", "test"):
        found = split(explorer, name)
        for index, value in enumerate(explorer.thresholds.tolist()):
            assert found.tp[index] + found.fp[index] == (known >= value).sum()
    content = json.loads(as_json(explorer))
    assert content["thresholds"] == explorer.thresholds.tolist()


@pytest.mark.parametrize("scores", [[], [np.nan], [np.inf, np.inf]])
def test_without_a_finite_score_there_is_nothing_to_explore(explorable, scores):
    nothing = Scores(np.array(scores, dtype=float))
    assert explore(replace(explorable, validation=nothing, test=None, threshold=None)) is None


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_a_threshold_that_is_no_number_is_left_out(explorable, value):
    explorer = explore(replace(explorable, threshold=replace(explorable.threshold, value=value)))
    assert np.isfinite(explorer.thresholds).all()
    assert explorer.index_of(explorer.picked) is None


def test_a_threshold_set_by_hand_is_offered_as_it_is(explorable):
    by_hand = Threshold("", 7.123, {"test": ThresholdFigures(alerts=1)}, "set by hand")
    explorer = explore(replace(explorable, threshold=by_hand))
    assert explorer.thresholds[explorer.start] == 7.123


def test_prices_are_those_the_threshold_was_picked_for_or_none(explorable):
    assert json.loads(as_json(explore(explorable)))["cost_terms"] is None
    terms = CostTerms(false_alarm_cost=3, missed_cost_column="loss", recovered=0.8)
    priced = replace(explorable.threshold, cost_terms=terms)
    content = json.loads(as_json(explore(replace(explorable, threshold=priced))))
    assert content["cost_terms"] == {"false_alarm": 3, "missed": None, "recovered": 0.8}
    assert content["amount_name"] == "loss"


def test_the_money_missed_is_what_the_threshold_was_picked_by(explorable):
    rows = explorable.test
    losses = replace(rows, missed_costs=2 * rows.amounts)
    missed, twice = (
        split(explore(replace(explorable, test=part)), "test").missed_amount
        for part in (rows, losses)
    )
    assert twice.total == pytest.approx(2 * missed.total)
    assert twice.at_stake == pytest.approx(2 * rows.amounts[rows.labels == 1].sum())


def test_unusable_amounts_are_not_summed(explorable):
    amounts = explorable.test.amounts.copy()
    amounts[np.flatnonzero(explorable.test.labels)[0]] = np.nan
    explorer = explore(replace(explorable, test=replace(explorable.test, amounts=amounts)))
    assert split(explorer, "test").missed_amount is None
    assert split(explorer, "validation").missed_amount is not None


def test_the_same_report_gives_the_same_json(explorable):
    assert as_json(explore(explorable)) == as_json(explore(explorable))


def test_many_frauds_are_thinned_in_little_space(explorable):
    random = np.random.default_rng(0)
    labels = random.random(300_000) < 0.3
    many = Scores(np.exp(random.normal(size=300_000) + labels), labels)
    other = replace(many, scores=many.scores * 1.01)
    explorer = explore(replace(explorable, validation=many, test=other))
    assert MOST_THRESHOLDS / 2 < explorer.thresholds.size <= MOST_THRESHOLDS
    assert len(as_json(explorer)) < 400_000
    recall = split(explorer, "test").tp / split(explorer, "test").positives
    assert -np.diff(recall).min() < 0.01
