import dataclasses
import json
from contextlib import suppress
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from thresholds import OBJECTIVES, PrecisionRecallCurve, ThresholdError, pick, pick_on

DTYPES = (np.float16, np.float32, np.float64)


@st.composite
def scores_of_any_kind(draw):
    """Scores with ties, adjacent floats, zeros of both signs and infinities."""
    dtype = draw(st.sampled_from(DTYPES))
    width = np.dtype(dtype).itemsize * 8
    base = dtype(draw(st.floats(width=width, allow_nan=False, allow_infinity=False)))
    with np.errstate(over="ignore"):
        near = [np.nextafter(base, dtype(end)) for end in (np.inf, -np.inf)]
    pool = [base, *near, dtype(0.0), dtype(-0.0), dtype(1), dtype(np.inf), dtype(-np.inf)]
    return np.array(draw(st.lists(st.sampled_from(pool), min_size=2, max_size=12)), dtype=dtype)


@st.composite
def labelled_cases(draw):
    """Labels of both classes, and scores."""
    scores = draw(scores_of_any_kind())
    rest = st.lists(st.integers(0, 1), min_size=scores.size - 2, max_size=scores.size - 2)
    return np.array(draw(st.permutations([0, 1, *draw(rest)]))), scores


def best_f1_one_by_one(labels, scores):
    """Return (F1, threshold) of the best F1 and of equals the highest threshold, exactly."""
    return max(
        (
            Fraction(
                2 * int(np.count_nonzero(labels[scores >= threshold])),
                int(np.count_nonzero(scores >= threshold)) + int(labels.sum()),
            ),
            threshold,
        )
        for threshold in scores.tolist()
    )


@settings(deadline=None)
@given(labelled_cases())
def test_f1_is_the_best_there_is(case):
    labels, scores = case
    best, threshold = best_f1_one_by_one(labels, scores)
    picked = pick(labels, scores, replicates=1)
    assert picked.f1 == float(best)
    assert picked.alerts == np.count_nonzero(scores >= threshold)


@settings(deadline=None)
@given(labelled_cases())
def test_the_counts_are_those_of_comparing_in_either_precision(case):
    labels, scores = case
    picked = pick(labels, scores, replicates=1)
    for compared in (scores, scores.astype(np.float64)):
        alerted = compared >= picked.value
        assert picked.alerts == np.count_nonzero(alerted)
        assert picked.tp == np.count_nonzero(alerted & (labels == 1))
    assert picked.tp + picked.fp + picked.fn + picked.tn == scores.size


@settings(deadline=None)
@given(scores_of_any_kind(), st.floats(0, 1, exclude_min=True))
def test_contamination_alerts_on_the_most_rows_within_the_share(scores, share):
    possible = {int(np.count_nonzero(scores >= score)) for score in scores} | {0}
    expected = max(alerts for alerts in possible if alerts / scores.size <= share)
    if expected == 0 and scores.max() == np.inf:
        with pytest.raises(ThresholdError, match=r"alerts on at most .* cannot be had: at least"):
            pick(None, scores, "contamination", share=share)
    else:
        picked = pick(None, scores, "contamination", share=share)
        assert picked.alerts == expected
        assert np.count_nonzero(scores.astype(np.float64) >= picked.value) == expected


def test_f1_is_scikit_learns_best_on_many_rows(many):
    precision, recall, _ = metrics.precision_recall_curve(*many)
    f1 = 2 * precision[:-1] * recall[:-1] / np.maximum(precision + recall, 1e-300)[:-1]
    assert pick(*many, robust=False).f1 == pytest.approx(f1.max(), rel=1e-14)


def test_f1_is_exact_where_the_thresholds_fill_several_blocks():
    labels = np.tile([0, 1], 100_000)
    picked = pick(labels, np.arange(200_000.0), robust=False)
    assert (picked.value, picked.alerts) == (0.5, 199_999)


def test_the_threshold_keeps_clear_of_the_scores():
    assert pick([0, 0, 1], [1.0, 2.0, 4.0]).value == 3.0


def test_of_equal_f1_the_fewest_alerts_win():
    rows = [1, 0, 0, 1, 0], [5.0, 4.0, 3.0, 2.0, 1.0]
    assert pick(*rows, robust=False).alerts == 1


def test_where_every_row_alerts_the_threshold_is_the_lowest_score():
    picked = pick([0, 1, 1], [3.0, 3.0, 3.0])
    assert (picked.value, picked.alerts) == (3.0, 3)


def test_one_anomaly_is_enough():
    picked = pick([0, 0, 1, 0], [1.0, 2.0, 3.0, 4.0])
    assert (picked.value, picked.tp, picked.fp, picked.f1) == (2.5, 1, 1, 2 / 3)


def test_float32_and_float64_scores_give_the_same_alerts(many):
    labels, scores = many
    assert pick(labels, scores.astype(np.float32)).alerts == pick(labels, scores).alerts


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64, np.float32, np.float64])
def test_labels_of_any_number_type_give_the_same_threshold(many, dtype):
    labels, scores = many
    assert pick(labels.astype(dtype), scores) == pick(labels, scores)


def test_integer_scores_are_accepted():
    assert pick([0, 1], np.array([1, 4])).value == 2.5


def test_the_seed_decides_the_intervals_alone(many):
    first, again, other = (pick(*many, "mcc", seed=seed, replicates=20) for seed in (1, 1, 2))
    assert first == again
    assert first.as_good != other.as_good
    assert first.value == other.value


def test_options_are_kept_with_the_threshold():
    picked = pick(None, [1.0, 2.0], "contamination", share=0.5)
    assert (picked.objective, picked.options) == ("contamination", {"share": 0.5})


def test_a_share_of_a_decimal_fraction_counts_as_written():
    picked = pick(None, np.arange(100.0), "contamination", share=0.29)
    assert picked.alerts == 29


def test_contamination_without_labels_leaves_labelled_figures_empty():
    figures = pick(None, [1.0, 2.0], "contamination", share=0.5).to_dict()
    intervals = figures.pop("intervals")
    assert (intervals["precision"], intervals["recall"], intervals["f1"]) == (None, None, None)
    assert (figures.pop("rows"), figures.pop("alerts")) == (2, 1)
    assert set(figures.values()) == {None}


def test_contamination_with_labels_fills_them_in():
    picked = pick([0, 1], [1.0, 2.0], "contamination", share=0.5)
    assert (picked.precision, picked.recall) == (1.0, 1.0)


def test_a_share_of_less_than_one_row_alerts_on_nothing():
    picked = pick([0, 1], [1.0, 2.0], "contamination", share=0.1)
    assert (picked.alerts, picked.precision, picked.recall, picked.f1) == (0, None, 0.0, 0.0)
    assert picked.value == np.nextafter(2.0, 3.0)


def test_a_threshold_cannot_be_changed(many):
    with pytest.raises(dataclasses.FrozenInstanceError):
        pick(*many).value = 0.0


def test_the_dict_is_plain_json(many):
    figures = pick(*many).to_dict()
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert list(figures["intervals"]) == ["precision", "recall", "f1", "threshold"]


@pytest.mark.parametrize("share", [0, -0.1, 1.5, float("nan")])
def test_a_share_out_of_range_is_an_error(share):
    with pytest.raises(ThresholdError, match="give a number above 0 and at most 1"):
        pick(None, [1.0, 2.0], "contamination", share=share)


def test_a_curve_with_its_days_takes_a_budget_a_day(many):
    curve = PrecisionRecallCurve.from_scores(*many)
    picked = pick_on(curve, "alerts", per_day=10, n_days=7)
    assert picked.alerts == pick(*many, "alerts", total=70).alerts
    assert picked.alerts_per_day == picked.alerts / 7
    with pytest.raises(ThresholdError, match="`n_days` is 0; give days, an hour"):
        pick_on(curve, n_days=0)


def test_what_looks_at_the_scores_alone_takes_no_curve(many):
    curve = PrecisionRecallCurve.from_scores(*many)
    with pytest.raises(ThresholdError, match="'mad' looks at the scores and takes no curve"):
        pick_on(curve, "mad")
    with pytest.raises(ThresholdError, match="objective 'mad' takes no constraints"):
        pick(*many, "mad", also=[("alerts", {"total": 5})])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    ("objective", "options"),
    [
        ("contamination", {"share": 1}),
        ("fpr", {"at_most": 1}),
        ("conformal", {"normal": [0.0] * 99}),
    ],
)
def test_infinite_scores_that_all_alert_have_a_finite_threshold(objective, options, dtype):
    found = pick(None, np.full(4, np.inf, dtype), objective, **options)
    assert found.alerts == 4
    assert found.value == np.finfo(dtype).max
    assert json.loads(json.dumps(found.policy(), allow_nan=False))["threshold"] == found.value


@pytest.mark.parametrize(
    ("scores", "share", "message"),
    [
        (
            [-np.inf, -np.inf, 1.0],
            1,
            "the threshold is -inf, which JSON cannot hold; drop the rows with the lowest scores",
        ),
        (
            [1.0, 2.0, np.finfo(float).max],
            0.1,
            "the threshold is inf, which JSON cannot hold; drop the rows with the highest scores",
        ),
    ],
)
def test_an_infinite_threshold_is_no_policy(scores, share, message):
    found = pick(None, scores, "contamination", share=share)
    with pytest.raises(ThresholdError, match=message):
        found.policy()


@pytest.mark.parametrize("objective", sorted(OBJECTIVES))
def test_no_policy_and_no_figure_is_beyond_json(objective):
    options = {
        "precision": {"at_least": 0.1},
        "recall": {"at_least": 0.5},
        "cost": {"false_alarm_cost": 1e308, "missed_cost": 1e308},
        "alerts": {"total": 3},
        "contamination": {"share": 0.5},
        "fpr": {"at_most": 0.5},
        "card-precision": {"per_day": 3},
        "conformal": {"normal": [0.0] * 50, "at_most": 0.3},
    }.get(objective, {})
    columns = {"days": [0, 1] * 200, "entities": np.arange(400) % 7}
    labels = np.array([1, 0, 0, 0] * 100)
    random = np.random.default_rng(0)
    for scores in (
        np.full(400, np.inf),
        np.full(400, -np.inf),
        np.where(labels, np.inf, -np.inf),
        np.where(labels, np.inf, random.normal(size=400)),
        np.where(labels, random.normal(size=400), -np.inf),
    ):
        with suppress(ThresholdError), np.errstate(over="ignore", invalid="ignore"):
            found = pick(labels, scores, objective, **columns, **options)
            json.dumps(found.to_dict(), allow_nan=False)
            json.dumps(found.policy(), allow_nan=False)
