from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from thresholds import PrecisionRecallCurve, ScoreSketch, ThresholdError, evaluate, pick

FOUND_BY_SEARCH = np.arange(100) == 0
FOUND_BY_KEYS = np.arange(100) < 50


@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([0, 1], [1.0, 2.0, 3.0], "2 labels for 3 scores; give one label and one score a row"),
        ([], [], "scores are empty; give at least one row"),
        ([0, 2, 1], [1.0, 2.0, 3.0], r"labels\[1\] is 2, neither 0 \(normal\) nor 1"),
        ([0, 1, -1], [1.0, 2.0, 3.0], r"labels\[2\] is -1, neither"),
        ([0, 0.5, 1], [1.0, 2.0, 3.0], r"labels\[1\] is 0.5, neither"),
        ([0, np.nan, 1], [1.0, 2.0, 3.0], r"labels\[1\] is missing \(1 of 3 labels are\); drop"),
        (["0", "1"], [1.0, 2.0], "labels hold <U1, not numbers; give 0 or 1 a row"),
        ([None, 1], [1.0, 2.0], r"labels\[0\] is missing \(1 of 2 labels are\)"),
        ([1, pd.NA, pd.NA], [1.0, 2.0, 3.0], r"labels\[1\] is missing \(2 of 3 labels are\)"),
        ([np.nan, 1, 0], [1.0, 0.0, 0.0], r"labels\[0\] is missing"),
        (np.array([0, 2], object), [1.0, 2.0], r"labels\[1\] is 2.0, neither"),
        (np.array([0, "1"], object), [1.0, 2.0], r"labels\[1\] is '1', not a number; give 0 or 1"),
        ([0, 1], ["a", "b"], "scores hold <U1, not numbers"),
        ([0, 1], [1.0, None], "scores hold object, not numbers"),
        ([0, 1], np.array([1, 2], dtype=np.complex128), "scores hold complex128, not numbers"),
        ([0, 1], [[1.0], [2.0]], r"scores have shape \(2, 1\), not one dimension"),
        ([[0, 1]], [1.0, 2.0], r"labels have shape \(1, 2\), not one dimension"),
        (1, 1.0, r"scores have shape \(\), not one dimension"),
        ([0, 1], [[1.0], [2.0, 3.0]], "scores are no array"),
    ],
)
def test_unusable_input_is_one_clear_line(labels, scores, message):
    for use in (pick, PrecisionRecallCurve.from_scores):
        with pytest.raises(ThresholdError, match=message) as caught:
            use(labels, scores)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "labels",
    [
        np.array([0, 1, 0, 1], object),
        np.array([False, True, False, True], object),
        np.array([np.bool_(False), np.int8(1), 0, True], object),
        pd.Series([0, 1, 0, 1], dtype="Int64"),
        pd.Series([False, True, False, True], dtype="boolean"),
        pa.array([0, 1, 0, 1]),
        pa.chunked_array([[False, True], [False, True]]),
    ],
    ids=["ints", "bools", "mixed", "Int64", "boolean", "arrow", "chunked"],
)
def test_labels_may_be_objects(labels):
    assert pick(labels, [1.0, 4.0, 2.0, 3.0], replicates=1).tp == 2


def test_swapped_labels_and_scores_are_named():
    labels, scores = [0, 1, 0], [0.2, 0.9, 0.3]
    for use in (
        pick,
        PrecisionRecallCurve.from_scores,
        ScoreSketch().add,
        partial(evaluate, 0.5),
        pick(labels, scores).evaluate,
    ):
        with pytest.raises(
            ThresholdError, match=r"seem swapped: labels\[0\] is 0.2 and each score"
        ):
            use(scores, labels)
    with pytest.raises(ThresholdError, match="give the threshold, labels, scores"):
        evaluate(labels, scores, 0.5)


@pytest.mark.parametrize("labels", [FOUND_BY_SEARCH, FOUND_BY_KEYS])
@pytest.mark.parametrize("nan", [np.nan, -np.nan])
def test_nan_among_the_scores_is_named(labels, nan):
    scores = np.arange(100.0)
    scores[[7, 9]] = nan
    with pytest.raises(ThresholdError, match=r"scores\[7\] is NaN \(2 of 100 scores are\)"):
        pick(labels, scores)


def test_nan_is_named_without_labels():
    with pytest.raises(ThresholdError, match=r"scores\[1\] is NaN"):
        pick(None, [1.0, np.nan], "contamination", share=0.5)


def test_scores_wider_than_64_bits_are_refused():
    if np.dtype(np.longdouble).itemsize == 8:
        pytest.skip("no wider floats on this machine")
    with pytest.raises(ThresholdError, match="convert them to float64"):
        pick([0, 1], np.array([1, 2], dtype=np.longdouble))
