import numpy as np
import pytest

from thresholds import Evaluation, ThresholdError, evaluate, pick


@pytest.fixture
def threshold():
    return pick([0, 0, 1, 1], [1.0, 2.0, 3.0, 4.0])


def test_other_rows_get_the_figures_of_the_same_threshold(threshold):
    test = threshold.evaluate([0, 1, 0, 1, 1], [1.0, 2.0, 3.0, 4.0, 5.0])
    assert isinstance(test, Evaluation)
    assert (test.alerts, test.tp, test.fp, test.fn, test.tn) == (3, 2, 1, 1, 1)
    assert (test.precision, test.recall, test.f1) == (2 / 3, 2 / 3, 2 / 3)


def test_the_same_rows_get_the_same_figures(many):
    threshold = pick(*many, seed=4)
    figures, again = threshold.to_dict(), threshold.evaluate(*many).to_dict()
    assert figures.pop("intervals").keys() == again.pop("intervals").keys() | {"threshold"}
    assert again == figures


def test_on_the_rows_of_the_pick_intervals_would_not_hold(many):
    picked = pick(*many)
    assert {picked.intervals[name] for name in ("precision", "recall", "f1")} == {None}
    assert None not in picked.evaluate(*many).to_dict()["intervals"].values()


def test_a_pick_without_a_look_at_labels_leaves_their_figures_sure(many):
    days = np.arange(many[0].size) // 1000
    picked = pick(*many, "alerts", per_day=20, days=days)
    same = picked.evaluate(*many, days=days)
    for name in ("precision", "recall", "f1"):
        assert picked.intervals[name] == same.intervals[name] is not None
    # The budget is met on these days, whatever others are like.
    assert picked.intervals["alerts_per_day"] is None
    assert same.intervals["alerts_per_day"] is not None


def test_rows_without_labels_get_their_alerts(threshold):
    test = threshold.evaluate(None, [1.0, 3.0, 5.0])
    assert (test.alerts, test.rows, test.tp, test.f1) == (2, 3, None, None)


def test_without_alerts_precision_is_undefined_and_f1_is_0(threshold):
    test = threshold.evaluate([0, 1], [1.0, 1.0])
    assert (test.precision, test.recall, test.f1) == (None, 0.0, 0.0)
    assert test.to_dict()["intervals"] == {
        "precision": None,
        "recall": pytest.approx([0, 0.975]),
        "f1": pytest.approx([0, 2 * 0.975 / 1.975]),
    }


def test_without_anomalies_recall_is_undefined(threshold):
    test = threshold.evaluate([0, 0], [1.0, 4.0])
    assert (test.precision, test.recall, test.f1) == (0.0, None, 0.0)
    assert test.intervals["recall"] is None


def test_without_anomalies_and_alerts_f1_is_undefined(threshold):
    assert threshold.evaluate([0, 0], [1.0, 1.0]).f1 is None


def test_without_normal_rows_precision_is_1(threshold):
    test = threshold.evaluate([1, 1], [1.0, 4.0])
    assert (test.precision, test.recall) == (1.0, 0.5)


def test_a_threshold_beyond_the_range_of_the_scores_alerts_on_nothing():
    threshold = pick([0, 1], [1e299, 1e300])
    assert threshold.evaluate(None, np.array([1, 3e38], dtype=np.float32)).alerts == 0


def test_optimism_is_how_much_better_the_figures_were_where_it_was_picked(threshold):
    test = threshold.evaluate([0, 1, 0, 1], [1.0, 2.0, 3.0, 4.0])
    assert threshold.optimism(test) == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    quiet = threshold.evaluate([0, 1], [1.0, 1.0])
    assert threshold.optimism(quiet) == {"precision": None, "recall": 1.0, "f1": 1.0}


def test_nan_is_an_error(threshold):
    with pytest.raises(ThresholdError, match=r"scores\[1\] is NaN"):
        threshold.evaluate(None, [1.0, np.nan])


def test_any_threshold_has_the_figures_of_a_picked_one(many):
    threshold = pick(*many, "cost", false_alarm_cost=2, missed_cost=9, confidence=0.9)
    prices = {"false_alarm_cost": 2, "missed_cost": 9}
    found = evaluate(threshold.value, *many, cost=prices, confidence=0.9)
    assert found == threshold.evaluate(*many)
    assert found.cost == 2 * found.fp + 9 * found.fn
    assert evaluate(threshold.value, *many).cost is None


@pytest.mark.parametrize(("value", "alerts"), [(-np.inf, 3), (np.inf, 0), (2, 2)])
def test_a_threshold_may_be_anywhere(value, alerts):
    assert evaluate(value, None, [1.0, 2.0, 3.0]).alerts == alerts


@pytest.mark.parametrize(
    ("value", "options", "message"),
    [
        (np.nan, {}, "`value` is nan; give a number"),
        (1, {"cost": {}}, "objective 'cost' needs the option `false_alarm_cost`"),
        (1, {"confidence": 95}, "`confidence` is 95"),
        (1, {"weights": [1]}, "1 weights for 2 scores"),
    ],
)
def test_what_cannot_be_evaluated_is_one_clear_line(value, options, message):
    with pytest.raises(ThresholdError, match=message):
        evaluate(value, [0, 1], [1.0, 2.0], **options)
