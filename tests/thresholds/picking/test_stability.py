import numpy as np
import pytest
from scipy.stats import norm

from thresholds import ThresholdError, pick


def labelled(rows, share, seed=0):
    random = np.random.default_rng(seed)
    labels = (random.random(rows) < share).astype(np.int64)
    return labels, random.normal(size=rows) + 2 * labels


def redrawn(labels, scores, draws, *more):
    """Yield resamples of the rows, drawn row by row."""
    random = np.random.default_rng(7)
    for _ in range(draws):
        rows = random.integers(0, labels.size, labels.size)
        yield tuple(column[rows] for column in (labels, scores, *more))


def ends(values):
    return np.quantile(values, (0.025, 0.975))


def assert_near(interval, values, tolerance=0.25):
    """The ends agree, up to a share of the width."""
    low, high = ends(values)
    np.testing.assert_allclose(interval, (low, high), atol=tolerance * (high - low))


CASES = {
    "alerts": ("alerts", {"total": 50}, (), 2_000, 0.1),
    "fpr": ("fpr", {"at_most": 0.01}, (), 3_000, 0.1),
    "under a constraint": ("f1", {}, [("alerts", {"share": 0.03})], 1_000, 0.1),
}


@pytest.mark.parametrize("case", CASES)
def test_under_a_limit_the_threshold_moves_as_it_does_on_rows_drawn_one_by_one(case):
    objective, options, also, rows, share = CASES[case]
    labels, scores = labelled(rows, share)
    options = options | {"also": also}
    values = [
        pick(*drawn, objective, replicates=1, **options).value
        for drawn in redrawn(labels, scores, 400)
    ]
    found = pick(labels, scores, objective, replicates=4_000, **options)
    assert_near(found.intervals["threshold"], values)


@pytest.mark.parametrize("objective", ["precision", "recall"])
def test_a_limit_that_resamples_miss_has_no_interval(objective):
    found = pick(*labelled(500, 0.1), objective, at_least=0.5, replicates=20)
    assert found.intervals["threshold"] is None


GOALS = {
    "f1": ({}, lambda tp, fp, p: 2 * tp / (tp + fp + p)),
    "fbeta": ({"beta": 2}, lambda tp, fp, p: 5 * tp / (tp + fp + 4 * p)),
    "cost": (
        {"false_alarm_cost": 1, "missed_cost": 20},
        lambda tp, fp, p: -(fp + 20 * (p - tp)),
    ),
}


@pytest.mark.parametrize("objective", GOALS)
def test_the_interval_holds_the_best_threshold_of_the_population(objective):
    options, utility = GOALS[objective]
    grid = np.linspace(-3, 8, 11_001)
    truth = grid[utility(0.02 * norm.sf(grid - 2), 0.98 * norm.sf(grid), 0.02).argmax()]
    held = 0
    for seed in range(100):
        rows = labelled(2_000, 0.02, seed)
        low, high = pick(*rows, objective, replicates=200, **options).intervals["threshold"]
        held += low <= truth <= high
    assert held >= 90


def test_amounts_that_differ_much_make_the_cheapest_threshold_less_sure():
    labels, scores = labelled(2_000, 0.05)
    alike, unlike = np.full(2_000, 20.0), np.random.default_rng(1).lognormal(1, 2, 2_000)
    unlike *= 20 / unlike[labels == 1].mean()
    widths = [
        np.ptp(
            pick(labels, scores, "cost", false_alarm_cost=1, amounts=each).intervals["threshold"]
        )
        for each in (alike, unlike)
    ]
    assert widths[1] > widths[0]


def test_equal_weights_change_no_interval(many):
    plain = pick(*many)
    weighed = pick(*many, weights=np.full(many[0].size, 2.0))
    assert (weighed.value, weighed.tp) == (plain.value, 2 * plain.tp)
    for name, interval in plain.intervals.items():
        assert weighed.intervals[name] == (interval and pytest.approx(interval))


def test_a_robust_pick_is_the_median_of_the_picks_on_rows_drawn_one_by_one():
    labels, scores = labelled(1_000, 0.1, seed=5)
    values = [pick(*drawn, replicates=1).value for drawn in redrawn(labels, scores, 400)]
    found = pick(labels, scores, robust=True, replicates=4_000)
    assert found.robust
    # Four standard errors of the median.
    assert abs(np.mean(np.array(values) <= found.value) - 0.5) < 0.1
    assert found.value != pick(labels, scores, robust=False).value


@pytest.mark.parametrize("robust", [False, True])
def test_what_is_as_good_is_within_a_standard_error_on_rows_drawn_one_by_one(robust):
    labels, scores = labelled(400, 0.1, seed=5)
    levels = np.unique(scores)
    curves = []
    for y, s in redrawn(labels, scores, 2_000):
        alerted = s[:, None] >= levels
        tp, alerts = (alerted & (y[:, None] == 1)).sum(axis=0), alerted.sum(axis=0)
        curves.append(2 * tp / (alerts + y.sum()))
    mean = np.mean(curves, axis=0)
    found = pick(labels, scores, robust=robust, replicates=2_000)
    low, high = found.as_good
    assert low <= found.value <= high
    at = np.searchsorted(levels, found.value)
    within = levels[mean >= mean[at] - np.std(curves, axis=0)[at]]
    assert low == pytest.approx(within.min(), abs=0.1)
    assert high == pytest.approx(within.max(), abs=0.1)


def test_a_robust_pick_is_the_default_where_it_helps(many):
    assert pick(*many).robust
    assert pick(*many, "fbeta", beta=2).robust
    assert not pick(*many, "mcc").robust
    assert not pick(*many, "cost", false_alarm_cost=1, missed_cost=20).robust
    assert not pick(*many, robust=False).robust


def test_few_replicates_make_no_robust_pick(many):
    assert not pick(*many, replicates=99).robust
    with pytest.raises(
        ThresholdError, match="from 99 replicates would be noise; give `replicates` of at least 100"
    ):
        pick(*many, robust=True, replicates=99)


def test_a_robust_pick_keeps_the_limits(many):
    found = pick(*many, robust=True, also=[("alerts", {"total": 100})])
    assert 0 < found.alerts <= 100


@pytest.mark.parametrize("objective", ["f1", "fbeta", "mcc", "youden", "gmean"])
def test_what_has_a_utility_alone_can_be_robust(many, objective):
    assert pick(*many, objective, robust=True).robust
    assert pick(*many, "cost", false_alarm_cost=1, missed_cost=20, robust=True).robust


def test_what_is_a_limit_cannot_be_robust(many):
    with pytest.raises(
        ThresholdError, match="objective 'recall' has no robust pick; leave `robust` out"
    ):
        pick(*many, "recall", at_least=0.5, robust=True)


def test_the_seed_decides_a_robust_pick(many):
    first, again, *others = (
        pick(*many, robust=True, seed=seed, replicates=100) for seed in (1, 1, 2, 3, 4)
    )
    assert first == again
    assert any(other.value != first.value for other in others)


def test_a_curve_of_many_points_is_thinned_and_keeps_the_best():
    labels, scores = labelled(100_000, 0.1)
    found = pick(labels, scores)
    low, high = found.intervals["threshold"]
    assert low <= found.value <= high
    low, high = found.as_good
    assert low < found.value < high


@pytest.mark.parametrize("weight", [0.001, 1000.0])
def test_where_points_are_thinned_does_not_depend_on_the_unit_of_the_weights(weight):
    labels, scores = labelled(100_000, 0.1)
    plain, weighed = (
        pick(labels, scores, weights=np.full(labels.size, each), robust=False)
        for each in (1.0, weight)
    )
    assert weighed.value == plain.value
    assert weighed.intervals["threshold"] == pytest.approx(plain.intervals["threshold"], abs=0.01)


def test_a_robust_pick_under_a_limit_is_the_nearest_that_keeps_it(many):
    free = pick(*many, robust=True)
    also = [("alerts", {"total": free.alerts - 100})]
    found = pick(*many, robust=True, also=also)
    assert found.alerts <= free.alerts - 100
    assert found.alerts >= free.alerts - 140


def test_infinite_thresholds_are_left_out_of_the_dict():
    found = pick([1, 1, 0, 0], [-np.inf, -np.inf, -np.inf, 0.0])
    assert found.as_good[0] == -np.inf
    many = pick([1, 1, 0, 0] * 10, [-np.inf, -np.inf, -np.inf, 0.0] * 10)
    assert many.intervals["threshold"][0] == -np.inf
    assert many.to_dict()["intervals"]["threshold"][0] is None
