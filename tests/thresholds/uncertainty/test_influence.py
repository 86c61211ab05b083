"""The influence of a row is the derivative of a figure by the row's weight."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from thresholds.uncertainty.influence import ranking_influences

FIGURES = {"average_precision": average_precision_score, "roc_auc": roc_auc_score}
STEP = 1e-5


@pytest.fixture(scope="module", params=[1, 15])
def rows(request):
    random = np.random.default_rng(0)
    labels = np.repeat([1, 0], [12, 60])
    return labels, (random.normal(size=72) + 1.5 * labels).round(request.param)


@pytest.mark.parametrize("name", FIGURES)
def test_influences_are_derivatives(rows, name):
    labels, scores = rows
    figure, influence = ranking_influences(labels == 1, scores)[name]
    assert figure == pytest.approx(FIGURES[name](labels, scores))
    for place in range(labels.size):
        weights = np.ones(labels.size)
        weights[place] += STEP
        moved = FIGURES[name](labels, scores, sample_weight=weights)
        assert influence[place] == pytest.approx((moved - figure) / STEP, abs=1e-4)


@pytest.mark.parametrize("name", FIGURES)
def test_influences_sum_to_nothing(rows, name):
    labels, scores = rows
    _, influence = ranking_influences(labels == 1, scores)[name]
    assert influence.sum() == pytest.approx(0, abs=1e-12)


def test_the_variance_of_the_roc_auc_is_that_of_delong(rows):
    labels, scores = rows
    anomalies, normal = scores[labels == 1], scores[labels == 0]
    beaten = (anomalies[:, None] > normal) + (anomalies[:, None] == normal) / 2
    expected = beaten.mean(axis=1).var() / 12 + beaten.mean(axis=0).var() / 60
    _, influence = ranking_influences(labels == 1, scores)["roc_auc"]
    assert (influence**2).sum() == pytest.approx(expected)
