import dataclasses

import numpy as np
import pytest
from sklearn import metrics

from thresholds import PrecisionRecallCurve, ThresholdError


def shares(rows, share, seed=0):
    random = np.random.default_rng(seed)
    labels = random.random(rows) < share
    return labels, random.normal(size=rows) + labels


@pytest.mark.parametrize("share", [0.01, 0.3, 0.97])
@pytest.mark.parametrize("decimals", [1, 3, 17])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_curve_is_scikit_learns_to_the_last_digit(share, decimals, dtype):
    labels, scores = shares(5_000, share)
    scores = scores.round(decimals).astype(dtype)
    curve = PrecisionRecallCurve.from_scores(labels, scores)
    precision, recall, thresholds = metrics.precision_recall_curve(labels, scores)
    np.testing.assert_array_equal(curve.precision, precision[:-1])
    np.testing.assert_array_equal(curve.recall, recall[:-1])
    np.testing.assert_array_equal(curve.thresholds, thresholds)
    assert curve.thresholds.dtype == dtype


def test_average_precision_is_scikit_learns_to_the_last_digit(many):
    curve = PrecisionRecallCurve.from_scores(*many)
    assert curve.average_precision == metrics.average_precision_score(*many)


def test_roc_auc_is_scikit_learns(many):
    curve = PrecisionRecallCurve.from_scores(*many)
    assert curve.roc_auc == pytest.approx(metrics.roc_auc_score(*many), abs=1e-12)


def test_roc_points_are_scikit_learns(many):
    curve = PrecisionRecallCurve.from_scores(*many)
    fpr, tpr, thresholds = metrics.roc_curve(*many, drop_intermediate=False)
    np.testing.assert_array_equal(curve.thresholds, thresholds[:0:-1])
    np.testing.assert_array_equal(curve.false_positive_rate, fpr[:0:-1])
    np.testing.assert_array_equal(curve.recall, tpr[:0:-1])


@pytest.mark.parametrize("beta", [0.5, 1, 2])
def test_f_beta_at_a_threshold_is_scikit_learns(many, beta):
    labels, scores = many
    curve = PrecisionRecallCurve.from_scores(labels, scores)
    at = curve.thresholds.size // 2
    expected = metrics.fbeta_score(labels, scores >= curve.thresholds[at], beta=beta)
    assert curve.f_beta(beta)[at] == pytest.approx(expected, rel=1e-14)


def test_rows_of_equal_score_alert_together():
    curve = PrecisionRecallCurve.from_scores([1, 0, 1, 0], [2.0, 2.0, 2.0, 1.0])
    assert curve.thresholds.tolist() == [1.0, 2.0]
    assert curve.tp.tolist() == [2, 2]
    assert curve.fp.tolist() == [2, 1]


def test_one_distinct_score_is_one_point():
    curve = PrecisionRecallCurve.from_scores([0, 1, 0], [5.0, 5.0, 5.0])
    assert (curve.thresholds.tolist(), curve.tp.tolist(), curve.fp.tolist()) == ([5.0], [1], [2])


def test_zeros_of_both_signs_are_one_score():
    curve = PrecisionRecallCurve.from_scores([1, 0, 0], [0.0, -0.0, -1.0])
    assert curve.alerts.tolist() == [3, 2]


def test_infinite_scores_have_their_place():
    curve = PrecisionRecallCurve.from_scores([1, 0, 0], [np.inf, 1.0, -np.inf])
    assert curve.thresholds.tolist() == [-np.inf, 1.0, np.inf]
    assert curve.alerts.tolist() == [3, 2, 1]


def test_corners_are_the_thresholds_where_an_anomaly_stands(many):
    labels, scores = many
    curve = PrecisionRecallCurve.from_scores(labels, scores)
    np.testing.assert_array_equal(curve.thresholds[curve.corners()], np.unique(scores[labels == 1]))


def test_a_highest_score_without_an_anomaly_is_no_corner():
    curve = PrecisionRecallCurve.from_scores([0, 1, 0], [1.0, 2.0, 3.0])
    assert curve.corners().tolist() == [1]


@pytest.mark.parametrize("make", [list, np.asarray, lambda a: np.asarray(a).astype(">f8")])
def test_lists_and_foreign_byte_order_are_accepted(make):
    curve = PrecisionRecallCurve.from_scores(make([0, 1, 1]), make([1, 2, 3]))
    assert curve.thresholds.tolist() == [1, 2, 3]


def test_a_strided_column_is_accepted():
    table = np.arange(12, dtype=np.float64).reshape(4, 3)
    curve = PrecisionRecallCurve.from_scores([0, 1, 0, 1], table[:, 1])
    assert curve.thresholds.tolist() == [1, 4, 7, 10]


def test_the_input_is_left_alone(many):
    labels, scores = (array.copy() for array in many)
    PrecisionRecallCurve.from_scores(labels, scores)
    assert (labels == many[0]).all()
    assert (scores == many[1]).all()


def test_a_curve_cannot_be_changed(many):
    curve = PrecisionRecallCurve.from_scores(*many)
    with pytest.raises(dataclasses.FrozenInstanceError):
        curve.positives = 0
    with pytest.raises(ValueError, match="read-only"):
        curve.tp[0] = 0


def test_a_curve_from_counts_is_that_of_the_rows(many):
    labels, scores = many
    levels, places = np.unique(scores, return_inverse=True)
    counts = [np.bincount(places[labels == label], minlength=levels.size) for label in (1, 0)]
    curve = PrecisionRecallCurve.from_counts(levels, *counts)
    expected = PrecisionRecallCurve.from_scores(labels, scores)
    for name in ("thresholds", "tp", "fp", "positives", "negatives"):
        np.testing.assert_array_equal(getattr(curve, name), getattr(expected, name))
    assert curve.tp.dtype == np.int64


def test_a_level_without_rows_is_left_out_of_a_curve():
    curve = PrecisionRecallCurve.from_counts([1.0, 2.0, 3.0], [0, 0, 1], [0.5, 0.0, 0.0])
    assert (curve.thresholds.tolist(), curve.fp.tolist()) == ([1.0, 3.0], [0.5, 0.0])


def test_the_areas_under_a_weighted_curve_are_scikit_learns(many):
    labels, scores = many
    weights = np.random.default_rng(0).random(labels.size)
    levels, places = np.unique(scores, return_inverse=True)
    sums = [np.bincount(places, weights * (labels == label)) for label in (1, 0)]
    curve = PrecisionRecallCurve.from_counts(levels, *sums)
    expected = metrics.average_precision_score(labels, scores, sample_weight=weights)
    assert curve.average_precision == pytest.approx(expected)
    expected = metrics.roc_auc_score(labels, scores, sample_weight=weights)
    assert curve.roc_auc == pytest.approx(expected)


@pytest.mark.parametrize(
    ("levels", "positives", "negatives", "message"),
    [
        ([2.0, 1.0], [1, 1], [1, 1], "levels do not ascend; give each distinct score once"),
        ([1.0, 1.0], [1, 1], [1, 1], "levels do not ascend"),
        ([1.0, np.nan], [1, 1], [1, 1], r"scores\[1\] is NaN"),
        ([1.0, 2.0], [1], [1, 1], "1 positives for 2 levels; give one count a level"),
        ([1.0, 2.0], [1, 1], [1, -1], r"negatives\[1\] is -1; give a finite number from 0"),
        ([1.0, 2.0], [1, np.inf], [1, 1], r"positives\[1\] is inf; give a finite number"),
        ([1.0, 2.0], ["1", "2"], [1, 1], "positives hold <U1, not numbers"),
        ([1.0, 2.0], [0, 0], [1, 1], "none of the 2 labels is 1"),
        ([1.0, 2.0], [1, 1], [0, 0], "all 2 labels are 1"),
    ],
)
def test_unusable_counts_are_an_error(levels, positives, negatives, message):
    with pytest.raises(ThresholdError, match=message):
        PrecisionRecallCurve.from_counts(levels, positives, negatives)


def test_no_anomaly_is_an_error():
    with pytest.raises(ThresholdError, match=r"none of the 2 labels is 1; add rows with anomalies"):
        PrecisionRecallCurve.from_scores([0, 0], [1.0, 2.0])


def test_no_normal_row_is_an_error():
    with pytest.raises(ThresholdError, match=r"all 2 labels are 1; add normal rows"):
        PrecisionRecallCurve.from_scores([1, 1], [1.0, 2.0])
