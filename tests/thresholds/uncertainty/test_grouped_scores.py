"""Intervals of the thresholds that need no labels."""

from contextlib import suppress

import numpy as np
import pytest
from scipy import optimize, stats

from thresholds import ThresholdError, pick
from thresholds.objectives.distributions.gaussian_mixture import Refits, TwoGaussians
from thresholds.objectives.distributions.generalised_pareto import (
    GeneralisedPareto,
    exceeded_on_resamples,
)
from thresholds.objectives.registry import OBJECTIVES, FromScores

LABEL_FREE = ("mad", "evt", "mixture", "conformal")
ANOMALIES = 0.1


def two_groups(random, rows, share=0.05, distance=6.0):
    anomalies = random.binomial(rows, share)
    return np.append(random.normal(size=rows - anomalies), random.normal(distance, 1, anomalies))


def conformal_on(random, rows, known, **options):
    scores = two_groups(random, rows, ANOMALIES, 3.0)
    return scores, {"normal": random.normal(size=known), **options}


def true_conformal(rate):
    """The score above which a share `rate` of the population is normal, times their share."""
    above = (1 - ANOMALIES, stats.norm.sf), (ANOMALIES, lambda x: stats.norm.sf(x - 3))
    return optimize.brentq(
        lambda x: stats.norm.sf(x) - rate * sum(share * tail(x) for share, tail in above), 1, 4
    )


# From a generator to scores and options, and the threshold of the population.
POPULATIONS = {
    "mad": (lambda r: (r.normal(10, 2, 300), {}), 10 + 3.5 * 2),
    "evt": (
        lambda r: (r.exponential(size=5_000), {"probability": 1e-3, "tail": 0.1}),
        -np.log(1e-3),
    ),
    "mixture": (lambda r: (two_groups(r, 1_000), {}), 3 + np.log(0.95 / 0.05) / 6),
    "mixture of logarithms": (
        lambda r: (np.exp(two_groups(r, 1_000)), {}),
        np.exp(3 + np.log(0.95 / 0.05) / 6),
    ),
    "conformal": (lambda r: conformal_on(r, 1_000, 2_000, at_most=0.2), true_conformal(0.2)),
}


@pytest.mark.parametrize("population", POPULATIONS)
def test_the_interval_holds_the_threshold_of_the_population(population):
    draw, truth = POPULATIONS[population]
    objective = population.partition(" ")[0]
    held, widths, picks = 0, [], []
    for seed in range(100):
        scores, options = draw(np.random.default_rng(seed))
        found = pick(None, scores, objective, replicates=300, **options)
        low, high = found.intervals["threshold"]
        assert low <= found.value <= high
        held += low <= truth <= high
        widths.append(high - low)
        picks.append(found.value)
    assert held >= 85
    # Nor is it as wide as would hold anything: picks of other samples fill it.
    assert np.mean(widths) < 1.5 * np.ptp(np.quantile(picks, (0.025, 0.975)))


CASES = {
    "mad": lambda r: (two_groups(r, 300), {}),
    "mad of tied scores": lambda r: (two_groups(r, 4_000).round(1), {}),
    "mad of many rows": lambda r: (r.lognormal(size=5_000), {}),
    "evt": lambda r: (r.exponential(size=5_000), {"probability": 1e-3}),
    "evt of a heavy tail": lambda r: (r.standard_t(4, 20_000), {}),
    "evt of a bounded tail": lambda r: (r.random(20_000), {}),
    "mixture": lambda r: (two_groups(r, 2_000), {}),
    "mixture of near groups": lambda r: (two_groups(r, 2_000, 0.2, 4.0), {}),
    "conformal": lambda r: conformal_on(r, 1_000, 2_000, at_most=0.2),
    "conformal of many rows": lambda r: conformal_on(r, 8_000, 8_000, at_most=0.1),
}


@pytest.mark.parametrize("case", CASES)
def test_the_interval_is_that_of_rows_drawn_one_by_one(case):
    scores, options = CASES[case](np.random.default_rng(1))
    objective = case.partition(" ")[0]
    random = np.random.default_rng(7)
    picks = []
    for _ in range(200):
        drawn = dict(options)
        if "normal" in drawn:
            drawn["normal"] = random.choice(drawn["normal"], drawn["normal"].size)
        again = random.choice(scores, scores.size)
        picks.append(pick(None, again, objective, replicates=1, **drawn).value)
    # The ends of 95 % would be noisier.
    low, high = np.quantile(picks, (0.1, 0.9))
    found = pick(None, scores, objective, replicates=2_000, confidence=0.8, **options)
    assert found.intervals["threshold"] == pytest.approx((low, high), abs=0.2 * (high - low))


@pytest.mark.parametrize("objective", LABEL_FREE)
def test_the_seed_decides_the_interval_and_not_the_threshold(objective):
    random = np.random.default_rng(3)
    scores, options = two_groups(random, 3_000), {}
    if objective == "conformal":
        scores, options = conformal_on(random, 20_000, 20_000, at_most=0.1)
    first, again, *others = (
        pick(None, scores, objective, seed=seed, **options) for seed in (1, 1, 2, 3, 4)
    )
    assert first.intervals == again.intervals
    assert any(other.intervals != first.intervals for other in others)
    assert {other.value for other in others} == {first.value}
    wide = pick(None, scores, objective, confidence=0.99, **options).intervals["threshold"]
    narrow = pick(None, scores, objective, confidence=0.5, **options).intervals["threshold"]
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize("objective", LABEL_FREE)
def test_labels_change_no_interval_of_scores_alone(objective):
    random = np.random.default_rng(3)
    scores, options = two_groups(random, 3_000), {}
    if objective == "conformal":
        scores, options = conformal_on(random, 20_000, 20_000, at_most=0.1)
    unlabelled = pick(None, scores, objective, **options)
    labelled = pick((scores > 3).astype(int), scores, objective, **options)
    assert labelled.intervals["threshold"] == unlabelled.intervals["threshold"]
    assert unlabelled.to_dict()["intervals"]["threshold"] == list(labelled.intervals["threshold"])


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("objective", LABEL_FREE)
def test_the_ends_are_numbers_of_the_scores_precision(objective, dtype):
    random = np.random.default_rng(3)
    scores = two_groups(random, 3_000).astype(dtype)
    options = {"normal": random.normal(size=500)} if objective == "conformal" else {}
    for end in pick(None, scores, objective, **options).intervals["threshold"]:
        assert dtype(end) == end


# Few rows, ties and infinities


def test_resamples_without_a_pick_are_left_out():
    # In a third of the resamples of nine, most are equal and their MAD is 0.
    scores = np.array([1.0, 1.5, 2.0, 2.0, 2.0, 2.0, 3.0, 4.0, 5.0])
    found = pick(None, scores, "mad")
    drawn = np.random.default_rng(0).choice(scores, (4_000, 9))
    spread = stats.median_abs_deviation(drawn, axis=1)
    assert 0.05 < np.mean(spread == 0) < 0.5
    picks = (np.median(drawn, axis=1) + 3.5 * 1.4826022185056018 * spread)[spread > 0]
    low, high = found.intervals["threshold"]
    assert low == pytest.approx(np.quantile(picks, 0.025))
    assert np.quantile(picks, 0.95) < high <= picks.max()


def test_there_is_no_interval_where_most_resamples_allow_no_pick():
    # Wherever zeros and ones are not as many, the MAD is 0.
    found = pick(None, [0.0] * 50 + [1.0] * 50, "mad")
    assert found.value == 0.5 + 3.5 * 1.4826022185056018 * 0.5
    assert found.intervals["threshold"] is None


def test_equal_excesses_move_the_threshold_no_further_than_the_start():
    low, high = pick(None, np.append(np.zeros(980), np.ones(20)), "evt").intervals["threshold"]
    assert (low, high) == (pytest.approx(1, rel=0.02), pytest.approx(1, rel=0.02))


def test_the_fewest_excesses_have_an_interval():
    scores = np.random.default_rng(0).exponential(size=500)
    low, high = pick(None, scores, "evt", probability=0.001).intervals["threshold"]
    assert low < high


def test_an_interval_may_reach_beyond_the_range_of_floats():
    exponents = np.random.default_rng(1).uniform(25, 36, 40)
    scores = np.append(np.zeros(1_960), 10.0**exponents).astype(np.float32)
    found = pick(None, scores, "evt", probability=0.001)
    assert np.isfinite(found.value)
    assert found.intervals["threshold"][1] == np.inf
    assert found.to_dict()["intervals"]["threshold"][1] is None


def test_nothing_to_reject_has_the_threshold_above_all_scores():
    found = pick(None, np.arange(100.0), "conformal", normal=[0.0] * 5)
    assert found.intervals["threshold"] == (found.value, found.value)


def test_one_row_has_an_interval_of_no_width():
    found = pick(None, [5.0], "conformal", normal=np.zeros(99))
    assert found.intervals["threshold"] == (5.0, 5.0)


@pytest.mark.parametrize("objective", LABEL_FREE)
def test_any_scores_get_an_interval_or_none_but_no_crash(objective):
    random = np.random.default_rng(5)
    for trial in range(120):
        rows = int(random.choice([1, 2, 3, 5, 12, 100, 700]))
        scores = random.normal(size=rows) * 10.0 ** random.uniform(-300, 300)
        scores = scores.round(int(random.integers(0, 3))) if trial % 3 else scores
        scores[random.random(rows) < 0.1] = random.choice([np.inf, -np.inf, 0.0])
        options = {"normal": random.choice(scores, rows)} if objective == "conformal" else {}
        if objective == "evt":
            options = {"tail": 0.3, "probability": 0.01}
        with suppress(ThresholdError):
            interval = pick(None, scores, objective, replicates=50, **options).intervals[
                "threshold"
            ]
            assert interval is None or interval[0] <= interval[1]


def test_an_objective_that_is_not_resampled_has_no_interval(monkeypatch):
    def highest(ordered):
        return float(ordered[-1])

    monkeypatch.setitem(OBJECTIVES, "highest", FromScores("highest", highest, needs_labels=False))
    assert pick(None, [1.0, 2.0], "highest").intervals["threshold"] is None


# The fits to many resamples at once


def test_the_tail_of_a_resample_is_that_of_its_rows():
    random = np.random.default_rng(0)
    for shape in (-0.4, 0.0, 0.5):
        values = np.sort(stats.genpareto(shape).rvs(150, random_state=random))
        drawn = random.multinomial(150, np.full(150, 1 / 150), size=20)
        chances = random.uniform(0.001, 0.5, 20)
        found = exceeded_on_resamples(values / values[-1], drawn, chances) * values[-1]
        for counts, chance, exceeded in zip(drawn, chances, found, strict=True):
            fitted = GeneralisedPareto.fit(np.repeat(values, counts))
            assert exceeded == pytest.approx(fitted.exceeded_with(chance), rel=1e-3)


def test_a_resample_without_excesses_exceeds_nothing():
    found = exceeded_on_resamples(
        np.array([0.5, 1.0]), np.array([[0, 0], [3, 0], [1, 1]]), np.array([0.1, 0.1, 1.0])
    )
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx([0.5, 0], rel=0.01)


def test_the_mixture_of_a_resample_is_that_of_its_rows():
    random = np.random.default_rng(0)
    values = np.sort(two_groups(random, 600, 0.2, 4.0))
    drawn = random.multinomial(600, np.full(600, 1 / 600), size=8)
    refits = Refits.fit(TwoGaussians.fit(values), values, drawn)
    reaching = refits.reaching(0.5)
    for each, counts in enumerate(drawn):
        rows = np.repeat(values, counts)
        fitted = TwoGaussians.fit(rows)
        one = stats.norm(rows.mean(), rows.std()).logpdf(rows).sum()
        assert refits.means[each] == pytest.approx(fitted.means, abs=0.01)
        assert refits.deviations[each] == pytest.approx(fitted.deviations, abs=0.01)
        assert refits.weights[each] == pytest.approx(fitted.weights, abs=0.005)
        assert refits.gain[each] == pytest.approx(fitted.log_likelihood - one, abs=0.01)
        assert reaching[each] == pytest.approx(fitted.reaching(0.5), abs=0.01)
