import json

import numpy as np
import pytest

from thresholds import ThresholdError, pick

LABELS, SCORES = [0, 0, 1, 0, 1, 0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


def refused(*arguments, **options):
    with pytest.raises(ThresholdError) as caught:
        pick(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_precision_that_is_never_reached_names_the_nearest_point():
    assert refused(LABELS, SCORES, "precision", at_least=0.9) == (
        "precision of at least 0.9 cannot be had: "
        "precision is at most 0.5, 0.4 too low (threshold 4.5); ask for less"
    )


def test_limits_that_do_not_hold_together_name_both_sides():
    also = [("alerts", {"per_day": 1})]
    assert refused(LABELS, SCORES, "recall", at_least=0.8, also=also, days=[1, 1, 1, 2, 2, 2]) == (
        "recall of at least 0.8 and at most 1 alerts a day do not hold together: "
        "with recall of at least 0.8 there are at least 2 alerts a day, 1 too many "
        "(threshold 2.5); with at most 1 alerts a day recall is at most 0.5, 0.3 too low "
        "(threshold 4.5); ask for less, or allow more"
    )


def test_of_three_limits_the_one_that_fails_is_named():
    also = [("fpr", {"at_most": 0.5}), ("precision", {"at_least": 0.6})]
    message = refused(LABELS, SCORES, "recall", at_least=0.5, also=also)
    assert message.startswith("precision of at least 0.6 cannot be had")
    also = [("fpr", {"at_most": 0.5}), ("alerts", {"total": 1})]
    message = refused(LABELS, SCORES, "recall", at_least=0.5, also=also)
    assert "and a false positive rate of at most 0.5 and at most 1 alerts do not" in message


def test_the_budget_is_filled_as_far_as_ties_allow():
    scores = [1.0, 2.0, 2.0, 3.0]
    assert pick(None, scores, "alerts", total=2).alerts == 1
    assert pick(None, scores, "alerts", total=3).alerts == 3


def test_a_budget_below_the_top_ties_alerts_on_nothing():
    picked = pick([0, 1, 1], [1.0, 2.0, 2.0], "alerts", total=1)
    assert (picked.alerts, picked.precision, picked.recall) == (0, None, 0.0)
    assert picked.value == np.nextafter(2.0, 3.0)


def test_a_day_is_counted_from_the_first_to_the_last():
    days = np.array(["2024-01-01", "2024-01-01", "2024-01-04", "2024-01-04"], "datetime64[s]")
    picked = pick(None, [1.0, 2.0, 3.0, 4.0], "alerts", per_day=0.5, days=days)
    assert (picked.alerts, picked.alerts_per_day) == (2, 0.5)


def test_nothing_is_the_cheapest_where_alarms_cost_more_than_they_save():
    picked = pick(LABELS, SCORES, "cost", false_alarm_cost=10, missed_cost=1)
    assert (picked.alerts, picked.cost) == (0, 2.0)


def test_missed_money_costs_what_it_is():
    amounts = [9, 9, 100, 9, 10, 9]
    picked = pick(LABELS, SCORES, "cost", false_alarm_cost=5, recovered=0.8, amounts=amounts)
    assert (picked.alerts, picked.cost) == (4, 10 + 0.2 * 110)
    assert picked.evaluate(LABELS, SCORES).cost is None
    many = [np.tile(each, 20) for each in (LABELS, SCORES, amounts)]
    test = picked.evaluate(*many[:2], amounts=many[2])
    low, high = test.intervals["cost"]
    assert low < test.cost < high


def test_a_curve_cannot_stand_above_infinite_scores():
    message = refused(None, [1.0, np.inf, np.inf], "alerts", total=1)
    assert message == (
        "at most 1 alerts cannot be had: there are at least 2 alerts, 1 too many "
        "(threshold 1.79769e+308); allow more"
    )


def test_a_rate_is_too_high_and_not_too_many():
    also = [("fpr", {"at_most": 0.3})]
    message = refused(LABELS, SCORES, "recall", at_least=1, also=also)
    assert "the false positive rate is at least 0.5, 0.2 too high (threshold 2.5)" in message


def test_fpr_without_labels_holds_all_rows_to_be_normal():
    picked = pick(None, np.arange(100.0), "fpr", at_most=0.05)
    assert (picked.alerts, picked.tp) == (5, None)
    assert "all rows are normal" in picked.assumption
    low, high = picked.intervals["threshold"]
    assert low < picked.value < high
    assert pick([0, 1], [1.0, 2.0], "fpr", at_most=0.5).assumption is None


def test_what_labels_do_not_show_is_assumed_with_them_too():
    assert "this share of the rows are anomalies" in (
        pick([0, 1], [1.0, 2.0], "contamination", share=0.5).assumption
    )
    assert pick([0, 1], [1.0, 2.0]).assumption is None


def test_a_constraint_states_its_assumption_too():
    also = [("fpr", {"at_most": 0.5}), ("fpr", {"at_most": 0.4})]
    assumption = pick(None, SCORES, "alerts", total=3, also=also).assumption
    assert assumption.count("Assumes") == 2
    assert "score as high" in assumption
    assert "all rows are normal" in assumption


@pytest.mark.parametrize("labels", [[0, 0, 0], [1, 1, 1]])
def test_one_class_alone_will_do_for_a_budget(labels):
    picked = pick(labels, [1.0, 2.0, 3.0], "alerts", total=2)
    assert (picked.alerts, picked.tp) == (2, 2 * labels[0])
    with pytest.raises(ThresholdError, match=r"none of the 3 labels is 1|all 3 labels are 1"):
        pick(labels, [1.0, 2.0, 3.0], "alerts", total=2, also=[("recall", {"at_least": 0.1})])


@pytest.mark.parametrize(
    ("objective", "options", "message"),
    [
        ("precision", {"at_least": 0}, "`at_least` is 0; give a number above 0 and at most 1"),
        ("recall", {"at_least": 1.1}, "`at_least` is 1.1;"),
        ("recall", {}, "objective 'recall' needs the option `at_least`; give it"),
        ("fpr", {"at_most": -0.1}, "`at_most` is -0.1; give a share from 0 to 1"),
        ("fbeta", {"beta": 0}, "`beta` is 0; give a number above 0"),
        (
            "alerts",
            {},
            "objective 'alerts' got no budget; give one of `per_day`, `total` and `share`",
        ),
        ("alerts", {"total": 1, "share": 0.5}, "'alerts' got `total` and `share`; give one of"),
        ("alerts", {"total": -1}, "`total` is -1; give a finite number from 0"),
        ("alerts", {"per_day": 1}, "`per_day` needs `days` that span at least an hour; give"),
        ("alerts", {"share": 2}, "`share` is 2; give a number above 0"),
        ("cost", {"false_alarm_cost": -1}, "`false_alarm_cost` is -1; give a finite number from 0"),
        ("cost", {"false_alarm_cost": 1}, "needs the option `missed_cost` or `amounts`"),
        ("cost", {"false_alarm_cost": 1, "recovered": 2}, "`recovered` is 2; give a share from 0"),
        ("card-precision", {"per_day": 1}, "'card-precision' needs `days` and `entities`"),
        ("f1", {"also": [("mcc", {})]}, "objective 'mcc' sets no limit, so it is no constraint"),
        ("f1", {"also": ["alerts"]}, r"`also` holds 'alerts'; give pairs of a name and options"),
        ("f1", {"also": [("alert", {})]}, r"no objective 'alert' \(did you mean 'alerts'\?\)"),
        ("f1", {"also": [("alerts", {"a": 1})]}, "objective 'alerts' has no option `a`"),
    ],
)
def test_wrong_options_are_one_clear_line(objective, options, message):
    with pytest.raises(ThresholdError, match=message) as caught:
        pick(LABELS, SCORES, objective, **options)
    assert "\n" not in str(caught.value)


def test_a_constraint_that_needs_labels_says_so():
    message = "objective 'recall' needs labels; give them, or choose one of: alerts"
    with pytest.raises(ThresholdError, match=message):
        pick(None, SCORES, "alerts", total=3, also=[("recall", {"at_least": 0.5})])


def test_numbers_of_numpy_among_the_options_are_plain_json():
    also = [("alerts", {"total": np.int64(4)})]
    policy = pick(LABELS, SCORES, "fbeta", beta=np.float32(2), also=also).policy()
    assert json.loads(json.dumps(policy))["also"][0][1]["total"] == 4


def test_how_it_was_picked_is_plain_json():
    also = [("alerts", {"total": 4})]
    policy = pick(LABELS, SCORES, also=also, robust=False).policy()
    assert policy["also"] == [["alerts", {"per_day": None, "total": 4, "share": None}]]
    assert (policy["objective"], policy["threshold"], policy["robust"]) == ("f1", 2.5, False)
