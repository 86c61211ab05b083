from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from thresholds import ThresholdError, pick
from thresholds.objectives.distributions.gaussian_mixture import TwoGaussians
from thresholds.objectives.distributions.generalised_pareto import GeneralisedPareto

TIED = st.sampled_from([-np.inf, -1.5, 0.0, 1.0, 1.5, 2.0, np.inf])


def drawn(distribution, rows, seed=0):
    return distribution.rvs(rows, random_state=np.random.default_rng(seed))


def two_groups(rows=20_000, share=0.05, distance=6.0, seed=0):
    """Normal rows and a share of anomalies, a distance above them, each with deviation 1."""
    random = np.random.default_rng(seed)
    anomalies = round(share * rows)
    return np.append(random.normal(size=rows - anomalies), random.normal(distance, size=anomalies))


# --- median absolute deviation


def test_mad_is_median_and_deviations_of_the_formula():
    scores = [1.0, 2.0, 3.0, 5.0, 100.0]
    assert pick(None, scores, "mad", deviations=2).value == 3 + 2 * 1.4826022185056018 * 2


def test_mad_of_normal_scores_is_standard_deviations():
    picked = pick(None, drawn(stats.norm(10, 2), 200_000), "mad")
    assert picked.value == pytest.approx(10 + 3.5 * 2, rel=0.005)
    assert picked.options == {"deviations": 3.5}


def test_mad_hardly_moves_with_anomalies():
    clean = pick(None, two_groups(share=0.0), "mad").value
    assert pick(None, two_groups(share=0.05, distance=1e6), "mad").value < 1.15 * clean


def test_mad_stands_infinite_scores():
    scores = np.append(np.arange(100.0), [np.inf, -np.inf])
    picked = pick(None, scores, "mad")
    assert picked.alerts == 1


@pytest.mark.parametrize("scores", [[2.0] * 9, [2.0] * 6 + [5.0] * 5, [2.0]])
def test_mad_of_0_is_an_error(scores):
    with pytest.raises(ThresholdError, match="more than half of the scores are 2, so"):
        pick(None, scores, "mad")


@pytest.mark.parametrize(
    "scores", [[1.0, np.inf, np.inf], [-np.inf, np.inf], [1.0, 2.0, np.inf, np.inf]]
)
def test_mad_of_mostly_infinite_scores_is_an_error(scores):
    with pytest.raises(ThresholdError, match="too many scores are infinite"):
        pick(None, scores, "mad")


# --- extreme value theory


@pytest.mark.parametrize(
    "distribution",
    [
        stats.norm(),
        stats.expon(),
        stats.lognorm(1),
        stats.t(4),
        stats.genpareto(0.3),
        stats.genpareto(-0.2),
    ],
    ids=["normal", "exponential", "lognormal", "t", "heavy", "bounded"],
)
@pytest.mark.parametrize("probability", [1e-3, 1e-4])
def test_evt_gives_the_share_of_false_alarms_asked_for(distribution, probability):
    values = [
        pick(None, drawn(distribution, 50_000, seed), "evt", probability=probability).value
        for seed in range(10)
    ]
    assert np.mean(distribution.sf(values)) == pytest.approx(probability, rel=0.25)


def test_evt_reaches_beyond_the_highest_score():
    scores = drawn(stats.expon(), 20_000)
    picked = pick(None, scores, "evt", probability=1e-7)
    assert picked.alerts == 0
    assert picked.value == pytest.approx(-np.log(1e-7), rel=0.2)


def test_evt_moves_with_the_unit_of_the_scores():
    scores = drawn(stats.norm(), 20_000)
    value = pick(None, scores, "evt").value
    assert pick(None, 1e-9 * scores, "evt").value == pytest.approx(1e-9 * value, rel=1e-6)
    assert pick(None, scores + 50, "evt").value == pytest.approx(value + 50, rel=1e-6)


@pytest.mark.parametrize("shape", [-0.4, 0.0, 0.5, 1.5])
def test_the_fit_finds_the_distribution_it_was_drawn_from(shape):
    fitted = GeneralisedPareto.fit(np.sort(drawn(stats.genpareto(shape, scale=3.0), 20_000)))
    assert (fitted.shape, fitted.scale) == (
        pytest.approx(shape, abs=0.04),
        pytest.approx(3, rel=0.04),
    )


@pytest.mark.parametrize("shape", [-0.3, 0.0, 0.5])
def test_no_distribution_near_the_fit_is_likelier(shape):
    sample = np.sort(drawn(stats.genpareto(shape), 500))
    fitted = GeneralisedPareto.fit(sample)

    def likelihood(shape, scale):
        return stats.genpareto(shape, scale=scale).logpdf(sample).sum()

    best = likelihood(fitted.shape, fitted.scale)
    for move in (-0.01, 0.01):
        assert likelihood(fitted.shape + move, fitted.scale) < best
        assert likelihood(fitted.shape, fitted.scale * (1 + move)) < best


@pytest.mark.parametrize("shape", [-0.5, 0.0, 1e-12, 0.7])
def test_the_excess_is_that_of_the_distribution(shape):
    expected = stats.genpareto(shape, scale=2.0).isf(0.003)
    assert GeneralisedPareto(shape, 2.0).exceeded_with(0.003) == pytest.approx(expected)


def test_evt_above_ties_alerts_on_no_more_than_asked_for():
    scores = np.append(np.zeros(1_000), np.arange(1.0, 16.0))
    assert pick(None, scores, "evt", probability=0.019).alerts == 15


def test_excesses_that_are_all_equal_are_left_alone():
    picked = pick(None, np.append(np.zeros(980), np.ones(20)), "evt")
    assert (picked.alerts, picked.value) == (0, pytest.approx(1, rel=0.01))


@pytest.mark.parametrize("scores", [np.zeros(1_000), np.arange(400.0), [1.0]])
def test_too_few_excesses_are_an_error(scores):
    with pytest.raises(ThresholdError, match="a fit needs 10; give more rows, or raise `tail`"):
        pick(None, scores, "evt")


@pytest.mark.parametrize("end", [np.inf, -np.inf])
def test_evt_of_infinite_scores_in_the_tail_is_an_error(end):
    scores = np.append(np.full(1_000, -np.inf), np.arange(15.0))
    scores[-1] = max(end, scores[-1])
    with pytest.raises(ThresholdError, match="the tail holds infinite scores"):
        pick(None, scores, "evt")


def test_evt_stands_scores_of_minus_infinity_below_the_tail():
    scores = np.append(drawn(stats.expon(), 10_000), -np.inf)
    assert np.isfinite(pick(None, scores, "evt").value)


def test_a_threshold_beyond_the_range_of_floats_is_an_error():
    scores = np.append(np.zeros(980), 10.0 ** np.linspace(28, 38, 20)).astype(np.float32)
    with pytest.raises(ThresholdError, match="beyond the range of float32, so heavy is the tail"):
        pick(None, scores, "evt")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"probability": 0.02}, "`probability` is 0.02; give a number above 0 and below `tail`"),
        ({"probability": 0}, "`probability` is 0;"),
        ({"tail": 1}, "`tail` is 1; give a number between 0 and 1"),
        ({"tail": float("nan")}, "`tail` is nan;"),
    ],
)
def test_evt_options_out_of_range_are_an_error(options, message):
    with pytest.raises(ThresholdError, match=message):
        pick(None, np.arange(1_000.0), "evt", **options)


# --- mixture


@pytest.mark.parametrize("share", [0.3, 0.05, 0.01])
def test_a_mixture_is_split_where_both_groups_are_as_likely(share):
    expected = 3 + np.log((1 - share) / share) / 6
    scores = two_groups(200_000, share)
    assert pick(None, scores, "mixture").value == pytest.approx(expected, abs=0.05)
    logarithmic = pick(None, np.exp(scores), "mixture")
    assert np.log(logarithmic.value) == pytest.approx(expected, abs=0.05)


def test_a_higher_posterior_gives_a_higher_threshold():
    scores = two_groups()
    values = [pick(None, scores, "mixture", posterior=p).value for p in (0.1, 0.5, 0.9)]
    assert values == sorted(set(values))
    assert values[2] - values[1] == pytest.approx(np.log(9) / 6, abs=0.1)


def test_the_fit_finds_the_two_groups():
    fitted = TwoGaussians.fit(np.sort(two_groups(100_000, share=0.02)))
    assert fitted.weights == pytest.approx([0.98, 0.02], abs=0.002)
    assert fitted.means == pytest.approx([0, 6], abs=0.1)
    assert fitted.deviations == pytest.approx([1, 1], abs=0.05)


def test_the_fit_is_scikit_learns():
    mixture = pytest.importorskip("sklearn.mixture")
    scores = two_groups(5_000, share=0.2, distance=4.0)
    peer = mixture.GaussianMixture(2, tol=1e-8, max_iter=1_000, random_state=0, reg_covar=0)
    peer.fit(scores[:, None])
    fitted = TwoGaussians.fit(np.sort(scores))
    assert fitted.means == pytest.approx(np.sort(peer.means_.ravel()), abs=0.01)
    assert fitted.log_likelihood / 5_000 == pytest.approx(peer.score(scores[:, None]), abs=1e-4)


def test_one_far_outlier_is_no_group():
    with pytest.raises(ThresholdError, match="two groups: the upper one holds 1 of 20001"):
        pick(None, np.append(two_groups(), 1e12), "mixture")


def test_an_upper_group_of_most_rows_is_not_the_anomalies():
    with pytest.raises(ThresholdError, match="two groups: the upper one holds 900 of 1000"):
        pick(None, two_groups(1_000, share=0.9, distance=9.0), "mixture")


@pytest.mark.parametrize(
    "distribution",
    [stats.norm(100), stats.expon(), stats.lognorm(1), stats.gamma(2), stats.uniform(), stats.t(3)],
    ids=["normal", "exponential", "lognormal", "gamma", "uniform", "t"],
)
@pytest.mark.parametrize("rows", [100, 20_000])
def test_one_group_is_no_mixture(distribution, rows):
    with pytest.raises(ThresholdError, match="the scores do not fall into two groups: "):
        pick(None, drawn(distribution, rows), "mixture")


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([3.0] * 100, "do not fall into two groups: all are near 3"),
        (np.arange(99.0), "99 scores are too few for a mixture; give at least 100"),
        (np.append(np.arange(99.0), np.inf), "infinite scores fit no mixture"),
        (np.append(np.arange(99.0), -np.inf), "infinite scores fit no mixture"),
    ],
)
def test_unusable_scores_for_a_mixture_are_an_error(scores, message):
    with pytest.raises(ThresholdError, match=message):
        pick(None, scores, "mixture")


@pytest.mark.parametrize("unit", [1e-305, 1.0, 1e305])
def test_a_mixture_moves_with_the_unit_of_the_scores(unit):
    scores = two_groups()
    value = pick(None, scores, "mixture").value
    assert pick(None, unit * scores, "mixture").value == pytest.approx(unit * value, rel=1e-3)


def test_scores_that_only_rounding_tells_apart_are_no_mixture():
    scores = np.full(200, 1e15)
    scores[100:] = np.nextafter(1e15, np.inf)
    with pytest.raises(ThresholdError, match="do not fall into two groups"):
        pick(None, scores, "mixture")


@pytest.mark.parametrize("posterior", [0, 1, float("nan")])
def test_a_posterior_out_of_range_is_an_error(posterior):
    with pytest.raises(ThresholdError, match="give a number between 0 and 1"):
        pick(None, two_groups(), "mixture", posterior=posterior)


# --- conformal p-values


def rejected_one_by_one(scores, normal, rate):
    """Return which scores Benjamini and Hochberg reject, by SciPy's adjusted p-values."""
    p_values = [(1 + sum(n >= score for n in normal)) / (1 + len(normal)) for score in scores]
    return stats.false_discovery_control(p_values) <= rate * (1 + 1e-12)


@settings(deadline=None)
@given(
    st.lists(TIED, min_size=1, max_size=12),
    st.lists(TIED, min_size=1, max_size=12),
    st.sampled_from([0.051, 0.21, 0.51, 0.77]),
)
def test_conformal_alerts_on_what_benjamini_and_hochberg_reject(scores, normal, rate):
    expected = rejected_one_by_one(scores, normal, rate)
    if not expected.any() and max(scores) == np.inf:
        with pytest.raises(ThresholdError, match="no threshold is above it"):
            pick(None, scores, "conformal", normal=normal, at_most=rate)
        return
    picked = pick(None, scores, "conformal", normal=normal, at_most=rate)
    assert (np.array(scores) >= picked.value).tolist() == expected.tolist()


def test_the_share_of_false_alerts_is_on_average_what_was_asked_for():
    random = np.random.default_rng(0)
    false_shares, caught = [], []
    for _ in range(300):
        labels = np.arange(1_000) < 100
        scores = random.normal(size=1_000) + 3 * labels
        normal = random.normal(size=2_000)
        picked = pick(labels, scores, "conformal", normal=normal, at_most=0.2, replicates=1)
        false_shares.append(picked.fp / max(picked.alerts, 1))
        caught.append(picked.recall)
    # The rate holds with the share of normal rows as a factor: 0.9 * 0.2.
    assert np.mean(false_shares) == pytest.approx(0.18, abs=0.015)
    assert np.mean(caught) > 0.6


def test_conformal_rarely_alerts_without_anomalies():
    random = np.random.default_rng(1)
    alerts = []
    for _ in range(400):
        scores, normal = random.normal(size=200), random.normal(size=500)
        alerts.append(pick(None, scores, "conformal", normal=normal, replicates=1).alerts)
    assert np.mean(np.array(alerts) > 0) < 0.08


def test_too_few_normal_scores_alert_on_nothing():
    picked = pick(None, np.arange(100.0), "conformal", normal=[0.0] * 5)
    assert (picked.alerts, picked.value) == (0, np.nextafter(99, 100))


def test_all_rows_alert_where_all_are_above_the_normal_ones():
    assert pick(None, [5.0, 6.0], "conformal", normal=np.zeros(99)).alerts == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs the option `normal`"),
        ({"normal": [1.0, np.nan]}, "`normal` holds NaN"),
        ({"normal": []}, "`normal`: scores are empty"),
        ({"normal": [1.0], "at_most": 0}, "`at_most` is 0; give a number between 0 and 1"),
        ({"normal": [1.0], "at_most": 1}, "`at_most` is 1;"),
    ],
)
def test_conformal_options_out_of_range_are_an_error(options, message):
    with pytest.raises(ThresholdError, match=message):
        pick(None, [1.0, 2.0], "conformal", **options)


# --- all


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("objective", ["mad", "evt", "mixture"])
def test_a_threshold_splits_the_scores_alike_in_either_precision(objective, dtype):
    scores = two_groups().astype(dtype)
    picked = pick(None, scores, objective)
    assert dtype(picked.value) == picked.value
    assert np.count_nonzero(scores.astype(np.float64) >= picked.value) == picked.alerts


@pytest.mark.parametrize("objective", ["mad", "evt", "mixture"])
def test_any_scores_get_a_finite_threshold_or_a_clear_error(objective):
    random = np.random.default_rng(5)
    for _ in range(60):
        exponents = random.uniform(-300, 300, 1_000) * random.choice([0.001, 0.1, 1])
        signs = random.choice([-1.0, 1.0], 1_000) if random.random() < 0.5 else 1.0
        scores = signs * 10.0**exponents
        with suppress(ThresholdError):
            assert np.isfinite(pick(None, scores, objective).value)


@pytest.mark.parametrize("objective", ["mad", "evt", "mixture", "conformal"])
def test_the_assumption_is_stated_in_the_result(objective):
    options = {"normal": [0.0]} if objective == "conformal" else {}
    assert pick(None, two_groups(), objective, **options).assumption.startswith("Assumes that ")
