from contextlib import suppress
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thresholds import PrecisionRecallCurve, ScoreSketch, ThresholdError, pick, pick_on
from thresholds.sketch.tally import Tally, keys_of, scores_of

FEW = {"tail": 100, "bins": 4096}


def rows_of(kind, rows=30_000, dtype=np.float64):
    """Labelled scores, with far more distinct ones than 4,096 bins hold."""
    random = np.random.default_rng(7)
    labels = (random.random(rows) < 0.01).astype(np.int64)
    scores = {
        "positive": lambda: random.lognormal(size=rows) * (1 + 9 * labels),
        "both signs": lambda: random.normal(size=rows) + 3 * labels,
        "close together": lambda: 1e6 + random.normal(size=rows) + 3 * labels,
        "tied": lambda: random.lognormal(size=rows).round(1) + labels,
    }[kind]()
    return labels, scores.astype(dtype)


def sketch_of(labels, scores, **settings):
    sketch = ScoreSketch(**settings)
    sketch.add(labels, scores)
    return sketch


KINDS = ["positive", "both signs", "close together", "tied"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_counts_at_every_level_are_exact(kind, dtype):
    labels, scores = rows_of(kind, dtype=dtype)
    curve = sketch_of(labels, scores, **FEW).curve()
    exact = PrecisionRecallCurve.from_scores(labels, scores)
    at = np.searchsorted(exact.thresholds, curve.thresholds)
    np.testing.assert_array_equal(curve.tp, exact.tp[at])
    np.testing.assert_array_equal(curve.fp, exact.fp[at])
    assert curve.thresholds.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_the_value_at_every_level_has_its_counts(kind, dtype):
    labels, scores = rows_of(kind, dtype=dtype)
    curve = sketch_of(labels, scores, **FEW).curve()
    positions = range(0, curve.thresholds.size, 37)
    values = np.array([curve.value_at(position) for position in positions], dtype=dtype)
    alerts = scores.size - np.searchsorted(np.sort(scores), values)
    np.testing.assert_array_equal(alerts, curve.alerts[::37])


@pytest.mark.parametrize("kind", KINDS)
def test_the_highest_scores_are_exact(kind):
    labels, scores = rows_of(kind)
    curve = sketch_of(labels, scores, **FEW).curve()
    exact = PrecisionRecallCurve.from_scores(labels, scores)
    np.testing.assert_array_equal(curve.thresholds[-100:], exact.thresholds[-100:])
    np.testing.assert_array_equal(curve.alerts[-100:], exact.alerts[-100:])
    assert [curve.value_at(curve.thresholds.size - k) for k in range(100)] == [
        exact.value_at(exact.thresholds.size - k) for k in range(100)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_score_is_within_the_stated_error_of_its_level(kind):
    labels, scores = rows_of(kind)
    sketch = sketch_of(labels, scores, **FEW)
    levels = sketch.curve().thresholds
    level = levels[np.searchsorted(levels, scores, side="right") - 1]
    assert (level <= scores).all()
    assert ((scores - level) <= sketch.relative_error * np.abs(scores)).all()


@pytest.mark.parametrize("kind", ["positive", "both signs", "close together"])
def test_bins_are_as_fine_as_their_number_allows(kind):
    sketch = sketch_of(*rows_of(kind), **FEW)
    levels = sketch.curve().thresholds.size - sketch.tail
    assert sketch.bins / 2 < levels <= sketch.bins


def test_as_many_distinct_scores_as_bins_lose_nothing():
    labels, scores = rows_of("tied")
    sketch = sketch_of(labels, scores, **FEW)
    exact = PrecisionRecallCurve.from_scores(labels, scores)
    assert sketch.relative_error == 0
    np.testing.assert_array_equal(sketch.curve().thresholds, exact.thresholds)
    assert sketch.pick("f1") == pick(labels, scores, "f1")


def test_float32_scores_lose_nothing_while_they_fit():
    labels, scores = rows_of("positive", rows=4_000, dtype=np.float32)
    sketch = sketch_of(labels, scores, tail=1, bins=4096)
    np.testing.assert_array_equal(sketch.curve().thresholds, np.unique(scores))
    assert sketch.relative_error == 0


@settings(deadline=None, max_examples=20)
@given(st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_any_batches_in_any_order_merged_in_any_tree_give_the_same_sketch(kind, data):
    labels, scores = rows_of(kind)
    order = np.random.default_rng(data.draw(st.integers(0, 99))).permutation(scores.size)
    cuts = data.draw(st.lists(st.integers(0, scores.size), min_size=1, max_size=8))
    parts = [part for part in np.split(order, sorted(cuts)) if part.size]
    sketches = [ScoreSketch(**FEW) for _ in range(data.draw(st.integers(1, 4)))]
    for part in parts:
        sketch = data.draw(st.sampled_from(sketches))
        sketch.add(labels[part], scores[part])
        if data.draw(st.booleans()):
            _ = sketch.n_rows
    while len(sketches) > 1:
        one = sketches.pop(data.draw(st.integers(0, len(sketches) - 1)))
        data.draw(st.sampled_from(sketches)).merge(one)
    assert sketches[0].to_bytes() == sketch_of(labels, scores, **FEW).to_bytes()


def test_a_long_stream_is_counted_as_it_comes(monkeypatch):
    monkeypatch.setattr("thresholds.sketch.sketch.PENDING", 1_000)
    labels, scores = rows_of("positive")
    sketch = ScoreSketch(**FEW)
    for rows in np.array_split(np.arange(scores.size), 1_111):
        sketch.add(labels[rows], scores[rows])
    assert sketch.to_bytes() == sketch_of(labels, scores, **FEW).to_bytes()


def test_adding_two_sketches_leaves_both_as_they_were():
    one, other = sketch_of([0, 1], [1.0, 2.0]), sketch_of([0], [3.0])
    both = one + other
    assert (both.n_rows, one.n_rows, other.n_rows) == (3, 2, 1)
    assert (both.positives, both.negatives) == (1, 2)


def test_sketches_of_workers_are_reduced():
    parts = [sketch_of([0, 1], [float(k), k + 0.5]) for k in range(10)]
    assert reduce(add, parts).n_rows == 20


def test_a_sketch_merges_with_itself():
    sketch = sketch_of([0, 1, 1], [1.0, 2.0, 2.0])
    sketch.merge(sketch)
    assert (sketch.positives, sketch.negatives) == (4, 2)


def test_a_sketch_comes_back_from_its_bytes():
    sketch = sketch_of(*rows_of("both signs", dtype=np.float32), **FEW)
    again = ScoreSketch.from_bytes(sketch.to_bytes())
    assert again.to_bytes() == sketch.to_bytes()
    assert again.pick("f1") == sketch.pick("f1")
    again.add([1], [1e9])
    assert (again.positives, again.tail, again.bins) == (sketch.positives + 1, 100, 4096)


def test_an_empty_sketch_comes_back_and_changes_nothing():
    sketch = sketch_of([0, 1], np.array([1, 2], dtype=np.float32))
    before = sketch.to_bytes()
    sketch.merge(ScoreSketch.from_bytes(ScoreSketch().to_bytes()))
    assert sketch.to_bytes() == before


@pytest.mark.parametrize("cut", [0, 10, 200, -1])
def test_damaged_bytes_are_an_error(cut):
    content = sketch_of([0, 1], [1.0, 2.0]).to_bytes()
    with pytest.raises(ThresholdError, match="these bytes hold no sketch"):
        ScoreSketch.from_bytes(content[:cut])


def test_a_changed_byte_is_an_error_or_changes_nothing():
    content = sketch_of([0, 1], [1.0, 2.0]).to_bytes()
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 0xFF
        with suppress(ThresholdError):
            assert ScoreSketch.from_bytes(bytes(changed)).to_bytes() == content


def test_bytes_of_another_format_are_an_error(monkeypatch):
    monkeypatch.setattr("thresholds.sketch.sketch.FORMAT", 2)
    content = sketch_of([0, 1], [1.0, 2.0]).to_bytes()
    monkeypatch.undo()
    with pytest.raises(ThresholdError, match="this sketch has format 2, this version reads 1"):
        ScoreSketch.from_bytes(content)


def test_a_pick_is_near_the_exact_one():
    labels, scores = rows_of("positive")
    picked = sketch_of(labels, scores, **FEW).pick("f1")
    # 4,096 bins are 64 times as coarse as the default, and 300 anomalies make a rough curve.
    assert picked.f1 == pytest.approx(pick(labels, scores, "f1").f1, rel=5e-3)
    alerted = scores >= picked.value
    assert (picked.alerts, picked.tp) == (alerted.sum(), (alerted & (labels == 1)).sum())
    low, high = picked.intervals["threshold"]
    assert low < picked.value < high


@pytest.fixture(scope="module")
def half_a_million():
    """Labelled scores that are too many for the default settings, their curve and their sketch."""
    random = np.random.default_rng(11)
    labels = random.random(500_000) < 0.01
    scores = np.exp(random.normal(size=labels.size) + 3 * labels)
    sketch = sketch_of(labels, scores)
    assert sketch.relative_error > 0
    return PrecisionRecallCurve.from_scores(labels, scores), sketch


@pytest.mark.parametrize(
    ("objective", "options", "figure"),
    [
        ("f1", {"robust": False}, "f1"),
        ("f1", {"robust": True}, "f1"),
        ("fbeta", {"beta": 2}, "recall"),
        ("mcc", {}, "f1"),
        ("youden", {}, "recall"),
        ("gmean", {}, "recall"),
        ("cost", {"false_alarm_cost": 5, "missed_cost": 100}, "cost"),
        ("precision", {"at_least": 0.8}, "recall"),
        ("recall", {"at_least": 0.5}, "precision"),
        ("alerts", {"per_day": 300, "n_days": 10}, "alerts_per_day"),
        ("contamination", {"share": 0.1}, "alerts"),
        ("fpr", {"at_most": 0.1}, "fp"),
        ("recall", {"at_least": 0.5, "also": [("alerts", {"total": 9_000})]}, "precision"),
    ],
)
def test_every_objective_is_within_a_thousandth_of_the_exact_one(
    half_a_million, objective, options, figure
):
    curve, sketch = half_a_million
    picked = sketch.pick(objective, replicates=100, **options)
    exact = pick_on(curve, objective, replicates=100, **options)
    assert getattr(picked, figure) == pytest.approx(getattr(exact, figure), rel=1e-3)


@pytest.mark.parametrize("objective", ["mad", "card-precision"])
def test_what_a_sketch_does_not_know_is_an_error(half_a_million, objective):
    options = {"per_day": 5} if objective == "card-precision" else {}
    with pytest.raises(ThresholdError):
        half_a_million[1].pick(objective, **options)


def test_the_position_behind_the_last_alerts_on_no_level_where_all_are_edges():
    curve = sketch_of([0, 1, 0], [1.0, 2.0, 3.0]).curve()
    for n_bins in (0, 1, 3):
        with_bins = curve.with_bins(n_bins)
        assert with_bins.value_at(3) == np.nextafter(3.0, 4.0)
        assert with_bins.value_at(2) == (3.0 if n_bins == 3 else 2.5)


def test_batches_of_two_precisions_give_the_wider():
    sketch = sketch_of([0, 1], np.array([1, 2], dtype=np.float32))
    sketch.add([0], np.array([3.0]))
    assert sketch.curve().thresholds.dtype == np.float64


def test_infinities_and_zeros_of_both_signs_have_their_place():
    sketch = sketch_of([0, 1, 0, 0, 1], [-np.inf, -0.0, 0.0, np.inf, np.inf])
    curve = sketch.curve()
    assert curve.thresholds.tolist() == [-np.inf, 0.0, np.inf]
    assert (curve.alerts.tolist(), curve.tp.tolist()) == ([5, 4, 2], [2, 2, 1])


def test_the_lowest_numbers_of_float32_stay_above_minus_infinity():
    lowest = np.finfo(np.float32).min
    random = np.random.default_rng(0)
    scores = np.append(random.uniform(0.5, 1, 20_000) * lowest, [lowest, -np.inf, 0])
    scores = scores.astype(np.float32)
    labels = np.arange(scores.size) % 2
    curve = sketch_of(labels, scores, **FEW).curve()
    assert curve.thresholds[:2].tolist() == [-np.inf, lowest]
    assert curve.alerts[:2].tolist() == [scores.size, scores.size - 1]


def test_a_million_ties_are_one_level():
    curve = sketch_of(np.arange(1_000_000) % 4 == 0, np.full(1_000_000, 0.5)).curve()
    assert (curve.thresholds.tolist(), curve.tp.tolist()) == ([0.5], [250_000])


def test_the_rows_are_copied():
    labels, scores = np.array([True, False]), np.array([1.0, 2.0])
    sketch = sketch_of(labels, scores)
    labels[:], scores[:] = False, 0
    assert sketch.curve().thresholds.tolist() == [1.0, 2.0]


def test_unusable_rows_leave_the_sketch_as_it_was():
    sketch = sketch_of([0, 1], [1.0, 2.0])
    with pytest.raises(ThresholdError, match=r"scores\[1\] is NaN"):
        sketch.add([0, 1], [1.0, np.nan])
    with pytest.raises(ThresholdError, match="2 labels for 1 scores"):
        sketch.add([0, 1], [1.0])
    with pytest.raises(ThresholdError, match="a sketch counts rows by label"):
        sketch.add(None, [1.0])
    assert sketch.n_rows == 2


@pytest.mark.parametrize("labels", [[0, 0], [1, 1]])
def test_a_curve_needs_both_classes(labels):
    with pytest.raises(ThresholdError, match="labels"):
        sketch_of(labels, [1.0, 2.0]).curve()


def test_an_empty_sketch_has_no_curve():
    with pytest.raises(ThresholdError, match="empty"):
        ScoreSketch().curve()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"tail": 0}, "`tail` is 0; give a whole number from 1"),
        ({"bins": 4095}, "`bins` is 4095; give a whole number from 4096"),
        ({"tail": 1.5}, "`tail` is 1.5; give a whole number"),
    ],
)
def test_a_setting_out_of_range_is_an_error(setting, message):
    with pytest.raises(ThresholdError, match=message):
        ScoreSketch(**setting)


def test_sketches_of_other_settings_do_not_merge():
    with pytest.raises(ThresholdError, match="one sketch has tail=100, the other tail=200"):
        ScoreSketch(tail=100).merge(ScoreSketch(tail=200))


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_keys_have_the_order_of_the_scores(scores):
    scores = np.array(scores)
    keys = keys_of(scores)
    np.testing.assert_array_equal(np.sort(scores), scores[np.argsort(keys)])
    np.testing.assert_array_equal(scores_of(keys), scores)


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=1))
def test_a_tally_counts_what_counting_one_by_one_does(rows):
    keys, flags = (np.array(column) for column in zip(*rows, strict=True))
    tally = Tally.of(keys, flags)
    assert tally.keys.tolist() == sorted(set(keys.tolist()))
    assert tally.positives.tolist() == [flags[keys == key].sum() for key in tally.keys]
    assert tally.negatives.tolist() == [(~flags[keys == key]).sum() for key in tally.keys]
