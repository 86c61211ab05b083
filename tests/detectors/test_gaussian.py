"""The trimmed normal distribution: its distance, its shares, what it expects, what it leaves out."""

import numpy as np
import pytest
from sklearn.covariance import ledoit_wolf
from sklearn.linear_model import LinearRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

from anomaly import TrimmedGaussian
from anomaly.detectors.covariance import trimmed_gaussian
from anomaly.features import matrix as matrices
from anomaly.features.matrix import ChosenRows, SpooledMatrix


@parametrize_with_checks([TrimmedGaussian()])
def test_it_passes_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


def correlated(n_rows, seed=0):
    generator = np.random.default_rng(seed)
    mixing = np.random.default_rng(7).normal(size=(4, 4))
    return (generator.normal(size=(n_rows, 4)) @ mixing).astype("f4")


def test_without_trimming_the_score_is_the_mahalanobis_distance():
    rows = correlated(500)
    standardised = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    covariance, _ = ledoit_wolf(standardised, assume_centered=True)
    expected = np.einsum("ij,jk,ik->i", standardised, np.linalg.inv(covariance), standardised)
    found = TrimmedGaussian(trim=0.0).fit(rows).anomaly_score(rows)
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_the_shares_sum_to_the_score_and_name_the_value_that_was_changed():
    detector = TrimmedGaussian().fit(correlated(2000))
    rows = correlated(400, 1)
    changed = np.arange(400) % 4
    rows[np.arange(400), changed] += 20
    found = detector.explain(rows)
    np.testing.assert_allclose(found.shares.sum(axis=1), found.scores, rtol=1e-3)
    assert (found.shares.argmax(axis=1) == changed).mean() > 0.95


def test_what_is_expected_is_the_mean_of_a_value_given_the_others():
    rows = correlated(5000)
    detector = TrimmedGaussian(trim=0.0).fit(rows)
    expected = LinearRegression().fit(rows[:, 1:], rows[:, 0]).predict(rows[:100, 1:])
    found = detector.explain(rows[:100]).expected[:, 0]
    np.testing.assert_allclose(found, expected, atol=0.1 * rows[:, 0].std())


def test_anomalies_among_the_training_rows_are_left_out():
    usual = correlated(2000)
    dirty = np.vstack([usual, np.full((30, 4), 40, "f4") * [1, -1, 1, -1]])
    trimmed, whole = (TrimmedGaussian(trim=trim).fit(dirty) for trim in (0.02, 0.0))
    far, near = dirty[-1:], usual
    ratios = [
        each.anomaly_score(far)[0] / each.anomaly_score(near).mean() for each in (trimmed, whole)
    ]
    assert ratios[0] > 10 * ratios[1]


def test_rows_of_a_file_give_what_rows_in_memory_give(tmp_path, monkeypatch):
    monkeypatch.setattr(matrices, "rows_of_a_block", lambda *_: 130)
    rows = correlated(1000)
    spooled = SpooledMatrix(*rows.shape, tmp_path)
    spooled.append(rows)
    read = TrimmedGaussian(random_state=0).fit(ChosenRows(spooled, np.ones(1000, bool)))
    held = TrimmedGaussian(random_state=0).fit(rows)
    np.testing.assert_allclose(read.anomaly_score(rows), held.anomaly_score(rows), rtol=1e-3)


@pytest.mark.parametrize("share", [0.0, 0.1])
def test_the_moments_are_those_of_the_rows_that_are_kept(share):
    rows = correlated(1000)
    found = trimmed_gaussian(rows, lambda block: block, share, seed=0)
    distances = found.distances(rows)
    kept = rows[distances <= np.quantile(distances, 1 - share)].astype("f8")
    np.testing.assert_allclose(found.mean, kept.mean(axis=0), atol=1e-6)
    expected, _ = ledoit_wolf(kept - kept.mean(axis=0), assume_centered=True)
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-6)
