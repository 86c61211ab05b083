"""What both samplers keep to: the interface of imbalanced-learn, real rows first, bad input."""

import pickle

import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import Pipeline
from imblearn.utils.estimator_checks import parametrize_with_checks
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from anomaly.samplers import SAMPLERS, CGANSampler, CVAESampler

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore::FutureWarning"
)

QUICK = {"epochs": 1, "width": 4, "depth": 1, "latent": 2, "batch_size": 16_384, "random_state": 0}


# Not made for it by imbalanced-learn, and so not run: the check of strings, whose columns would
# have to be named as categories, and that of missing values, which are refused.
@pytest.mark.usefixtures("uncompiled")
@parametrize_with_checks([CVAESampler(**QUICK), CGANSampler(**QUICK, critic_steps=1)])
def test_it_passes_the_checks_of_imbalanced_learn(estimator, check):
    check(estimator)


@pytest.fixture(params=SAMPLERS)
def sampler(request):
    return SAMPLERS[request.param](**QUICK)


@pytest.fixture(scope="module", params=SAMPLERS)
def resampled(request, rare):
    """A fitted sampler with the rows and labels it gave: to read, never to change."""
    sampler = SAMPLERS[request.param](**QUICK)
    return sampler, *sampler.fit_resample(*rare)


def test_real_rows_come_first_and_untouched(resampled, rare):
    _, more, labels = resampled
    np.testing.assert_array_equal(more[:240], rare[0])
    np.testing.assert_array_equal(labels, np.repeat([0, 1, 1], [200, 40, 160]))


@pytest.mark.usefixtures("uncompiled")
def test_the_ratio_is_met(sampler, rare):
    _, labels = sampler.set_params(sampling_strategy=0.5).fit_resample(*rare)
    assert np.bincount(labels).tolist() == [200, 100]


def test_the_same_random_state_generates_the_same_rows(resampled, rare):
    sampler, first, _ = resampled
    again, _ = clone(sampler).fit_resample(*rare)
    other, _ = clone(sampler).set_params(random_state=1).fit_resample(*rare)
    np.testing.assert_array_equal(first, again)
    assert not np.isclose(first[240:], other[240:]).all(axis=1).any()


def test_generated_values_stay_within_the_range_of_their_class(resampled, rare):
    X, y = rare
    rows = resampled[0].sample(500, label=1)
    assert (rows >= X[y == 1].min(axis=0)).all()
    assert (rows <= X[y == 1].max(axis=0)).all()


@pytest.mark.usefixtures("uncompiled")
def test_a_data_frame_comes_back_with_its_types(sampler, payments):
    X, y = payments
    sampler.set_params(categorical_features=["channel", "online"])
    more, labels = sampler.fit_resample(X, y)
    pd.testing.assert_frame_equal(more[:80], X)
    pd.testing.assert_series_equal(labels[:80], y)
    assert sampler.sample(5, "yes").dtypes.equals(X.dtypes)
    assert (labels[80:] == "yes").all()


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("chosen", [[1, 3], [False, True, False, True]])
def test_categories_are_chosen_by_position_or_mask(sampler, payments, chosen):
    sampler.set_params(categorical_features=chosen)
    more, _ = sampler.fit_resample(*payments)
    assert sampler.categorical_features_.tolist() == [False, True, False, True]
    assert set(more["channel"]) <= {"chip", "swipe", "web"}


@pytest.mark.usefixtures("uncompiled")
def test_a_column_of_whole_numbers_gets_whole_numbers(sampler, rare):
    X, y = rare
    rounded = np.column_stack([X, np.round(10 * X[:, 0])])
    rows = sampler.fit(rounded, y).sample(50, 1)
    assert (rows[:, 3] == np.round(rows[:, 3])).all()
    assert (rows[:, 0] != np.round(rows[:, 0])).all()


def test_sample_repeats_itself_unless_told_otherwise(resampled):
    sampler, *_ = resampled
    np.testing.assert_array_equal(sampler.sample(3, 1), sampler.sample(3, 1))
    assert not np.array_equal(sampler.sample(3, 1), sampler.sample(3, 1, random_state=7))


def test_sampled_rows_are_not_the_resampled_ones(resampled):
    sampler, more, _ = resampled
    assert not np.isclose(more[240:250], sampler.sample(10, 1)).all(axis=1).any()


def test_a_pickled_sampler_generates_the_same_rows(resampled):
    sampler, *_ = resampled
    again = pickle.loads(pickle.dumps(sampler))
    np.testing.assert_array_equal(again.sample(3, 0), sampler.sample(3, 0))


@pytest.mark.usefixtures("uncompiled")
def test_it_works_in_a_pipeline_under_a_grid_search(sampler, rare):
    pipeline = Pipeline([("sampler", sampler), ("classifier", LogisticRegression())])
    search = GridSearchCV(
        pipeline,
        {"sampler__sampling_strategy": [0.5, 1.0]},
        cv=2,
        refit=False,
        error_score="raise",
    )
    assert (search.fit(*rare).cv_results_["mean_test_score"] > 0.5).all()


def _is_eighth(X):
    """Where the last value of row 7 stands."""
    found = np.zeros(X.shape, dtype=bool)
    found[7, 2] = True
    return found


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda X, y: (X[:201], y[:201]), "class 1 has 1 row"),
        (lambda X, y: (X[:200], y[:200]), "needs to have more than 1 class"),
        (lambda X, y: (np.where(_is_eighth(X), np.nan, X), y), "column 2 .*missing.*row 7;"),
        (lambda X, y: (np.where(_is_eighth(X), np.inf, X), y), "column 2 .*infinite.* row 7"),
        (lambda X, y: (np.where(_is_eighth(X), "a", X.astype(object)), y), "no numbers, such as"),
    ],
    ids=["one row", "no row", "missing", "infinite", "text"],
)
def test_rows_that_cannot_be_learned_from_are_refused(sampler, rare, change, complaint):
    with pytest.raises(ValueError, match=complaint) as raised:
        sampler.fit_resample(*change(*rare))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("strategy", "complaint"),
    [
        (0.1, "ratio required to remove samples"),
        ({1: 39}, "there is 40 samples and 39 samples are asked"),
        ({2: 50}, "class is/are not present"),
    ],
)
def test_a_ratio_that_cannot_be_met_is_refused(sampler, rare, strategy, complaint):
    with pytest.raises(ValueError, match=complaint):
        sampler.set_params(sampling_strategy=strategy).fit_resample(*rare)


@pytest.mark.parametrize(
    ("chosen", "complaint"),
    [
        ([9], "names the column 9,"),
        (["nothing"], "names the column 'nothing'"),
        ([True], "a mask of 1 columns, and X has 3"),
    ],
)
def test_categories_that_are_not_there_are_refused(sampler, rare, chosen, complaint):
    with pytest.raises(ValueError, match=complaint):
        sampler.set_params(categorical_features=chosen).fit(*rare)


def test_sample_refuses_an_unknown_class_and_no_rows(resampled):
    sampler, *_ = resampled
    with pytest.raises(ValueError, match=r"no class 'x' to generate; the classes are 0, 1"):
        sampler.sample(3, "x")
    with pytest.raises(ValueError, match="positive whole number"):
        sampler.sample(0, 1)
