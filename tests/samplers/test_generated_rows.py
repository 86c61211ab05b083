"""Generated rows depend on the class as real ones do; the notebook's preset; a collapse."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from anomaly.samplers import CGANSampler, CVAESampler
from anomaly.samplers.networks.latent_codes import SmoothedCodes
from anomaly.samplers.networks.mode_collapse import Variety
from anomaly.samplers.quality import quality

QUICK = {
    CVAESampler: {"epochs": 10, "width": 32, "random_state": 0},
    CGANSampler: {"epochs": 40, "random_state": 0},
}


@pytest.fixture(scope="module", params=QUICK)
def fitted(request, rare):
    """A fitted sampler, and whether it warned of a collapse: to read, never to change."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ConvergenceWarning)
        sampler = request.param(**QUICK[request.param]).fit(*rare)
    return sampler, any(warning.category is ConvergenceWarning for warning in warned)


def test_columns_depend_on_each_other_as_their_class_has_it(fitted):
    sampler, _ = fitted
    correlations = [np.corrcoef(sampler.sample(500, label).T)[0, 1] for label in (0, 1)]
    assert correlations[0] > 0.7
    assert correlations[1] < -0.7


@pytest.mark.parametrize("kind", QUICK)
def test_a_category_that_tells_the_class_is_generated_with_it(kind, payments):
    sampler = kind(categorical_features=["channel"], **QUICK[kind])
    rows = sampler.fit(*payments).sample(200, "yes")
    assert (rows["channel"] == "web").mean() > 0.9
    assert rows["online"].nunique() == 2


@pytest.mark.usefixtures("uncompiled")
def test_generated_rows_are_hard_to_tell_from_real_ones_and_are_no_copies(rare):
    X, y = rare
    rows = CVAESampler(epochs=20, random_state=0).fit(X, y).sample(2000, 1)
    found = quality(X[y == 1], rows)
    assert found.auroc < 0.75
    assert found.copies < 0.05


@pytest.mark.usefixtures("uncompiled")
def test_the_notebook_preset_gives_rows_of_its_net(rare):
    sampler = CVAESampler(preset="notebook", epochs=3, random_state=0)
    more, labels = sampler.fit_resample(*rare)
    assert [layer.units for layer in sampler.decoder_.layers] == [16, 3]
    assert sampler.decoder_.input_shape == (None, 2 + 2)
    assert (labels[240:] == 1).all()
    assert ((more[240:] > 0) & (more[240:] < 1)).all()
    with pytest.raises(ValueError, match="no rows of class 0 were learned"):
        sampler.sample(3, 0)


def test_the_notebook_preset_refuses_categories(rare):
    sampler = CVAESampler(preset="notebook", categorical_features=[0])
    with pytest.raises(ValueError, match="numbers only"):
        sampler.fit(*rare)


@pytest.mark.usefixtures("uncompiled")
def test_a_collapse_is_said_with_what_to_do(rare):
    # As good as untrained, with noise of one number: all rows lie on a curve.
    sampler = CGANSampler(epochs=1, latent=1, learning_rate=1e-9, width=8, random_state=0)
    with pytest.warns(ConvergenceWarning, match=r"collapsed for class 1: .* use CVAESampler"):
        sampler.fit(*rare)


@pytest.mark.parametrize("fitted", [CGANSampler], indirect=True)
def test_a_sound_generator_is_not_called_collapsed(fitted):
    sampler, has_warned = fitted
    assert not has_warned
    assert sampler.varieties_[1].spread > 0.7


def test_variety_counts_rows_that_repeat_each_other():
    real = np.random.default_rng(0).normal(size=(200, 4))
    assert not Variety.of(real[::-1] + 0.5, real).has_collapsed
    repeated = Variety.of(np.resize(real[:20], (200, 4)), real)
    assert repeated.has_collapsed
    assert repeated.repeated == 1
    assert Variety.of(0.2 * real, real).spread == pytest.approx(0.2)


def test_smoothed_codes_vary_as_the_posterior_does():
    random = np.random.default_rng(0)
    means = random.normal(1, 2, size=(300, 3)).astype("f4")
    codes = SmoothedCodes(means, np.full_like(means, 0.5)).draw(20_000, random)
    np.testing.assert_allclose(codes.mean(axis=0), means.mean(axis=0), atol=0.06)
    np.testing.assert_allclose(codes.var(axis=0), means.var(axis=0) + 0.25, rtol=0.04)
