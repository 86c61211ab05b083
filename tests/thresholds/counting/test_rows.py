import numpy as np
import pytest

from thresholds import ThresholdError, pick

LABELS, SCORES = [0, 1, 0, 1], [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"weights": [1, 1]}, "2 weights for 4 scores; give one of each a row"),
        ({"weights": [1, -2, 1, -3]}, r"weights\[1\] is -2.0; give a finite number from 0"),
        ({"weights": [1, np.nan, 1, 1]}, r"weights\[1\] is nan;"),
        ({"weights": [0, 0, 0, 0]}, "all weights are 0; give some rows weight"),
        ({"weights": [1, 0, 1, 0]}, "none of the 2 labels is 1"),
        ({"weights": ["1"] * 4}, "weights hold <U1, not numbers"),
        ({"amounts": [1, 1, np.inf, 1]}, r"amounts\[2\] is inf; give a finite number"),
        ({"amounts": [1]}, "1 amounts for 4 scores"),
        ({"amounts": [[1, 1, 1, 1]]}, r"amounts have shape \(1, 4\), not one dimension"),
        ({"days": [1, 2, 3]}, "3 days for 4 scores; give one day a row"),
        ({"days": [1, 2, 3, np.nan]}, r"days\[3\] is missing; give a day number, a date or a time"),
        ({"days": [1, None, 3, 4]}, r"days\[1\] is missing"),
        ({"days": [True, False, True, False]}, "days hold bool, not days; give day numbers"),
        ({"days": ["1 May"] * 4}, "days hold something that is no date"),
        ({"days": np.array([1, 2, "NaT", 3], "datetime64[D]")}, r"days\[2\] is missing"),
        ({"entities": ["a"]}, "1 entities for 4 scores; give one name a row"),
        (
            {"entities": np.array(["a", 1, None, 2.0], object), "days": [1, 1, 1, 1]},
            "entities are of several kinds",
        ),
    ],
)
def test_an_unusable_column_is_one_clear_line(column, message):
    threshold = pick(LABELS, SCORES)
    with pytest.raises(ThresholdError, match=message) as caught:
        pick(LABELS, SCORES, **column)
    assert "\n" not in str(caught.value)
    if "none of" not in message:
        with pytest.raises(ThresholdError, match=message):
            threshold.evaluate(LABELS, SCORES, **column)


def test_rows_of_no_weight_are_as_not_there():
    picked = pick(LABELS, SCORES, weights=[1, 1, 0, 1])
    assert (picked.tp, picked.fp, picked.f1, picked.rows) == (2, 0, 1.0, 3)


def test_nan_is_named_where_its_row_has_no_weight():
    with pytest.raises(ThresholdError, match=r"scores\[2\] is NaN"):
        pick(LABELS, [1.0, 2.0, np.nan, 4.0], weights=[1, 1, 0, 1])


def test_one_anomaly_has_figures_and_intervals():
    picked = pick([0, 0, 1, 0], SCORES, amounts=[0, 0, 7, 0], days=[1, 1, 2, 2])
    assert picked.recall == 1.0
    assert picked.evaluate([0, 1], [1.0, 9.0]).intervals["recall"] == pytest.approx((0.025, 1.0))


@pytest.mark.parametrize("objective", ["f1", "mcc", "youden", "gmean"])
def test_equal_scores_all_alert(objective):
    picked = pick(LABELS, [2.0] * 4, objective)
    assert (picked.value, picked.alerts) == (2.0, 4)
    assert picked.as_good == (2.0, 2.0)
    many = pick(LABELS * 20, [2.0] * 80, objective)
    # One score tells nothing of others.
    assert many.intervals["threshold"] is None


def test_a_million_ties_are_one_threshold():
    labels = np.arange(1_000_000) % 1000 == 0
    picked = pick(labels, np.zeros(1_000_000, np.float32), days=np.zeros(1_000_000, np.int8))
    assert (picked.alerts, picked.tp) == (1_000_000, 1_000)
