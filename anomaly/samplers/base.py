"""The contract of a sampler that generates rows, as an imbalanced-learn over-sampler."""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, check_random_state, validate_data

from anomaly.errors import InstallError
from anomaly.samplers.columns import Mask, categorical_mask, checked_numbers
from anomaly.training import History

try:
    from imblearn.over_sampling.base import BaseOverSampler
    from imblearn.utils import check_sampling_strategy, check_target_type
except ImportError as error:
    raise InstallError(
        "the samplers need imbalanced-learn; install it with: pip install imbalanced-learn "
        "(or install anomaly with its extra named compare)"
    ) from error

# Rows that `sample` and `fit_resample` draw must not be the same.
_RESAMPLED, _SAMPLED = 1, 2


class GenerativeSampler(BaseOverSampler, ABC):
    """Base of the samplers that learn what rows of a class look like and generate more.

    A subclass defines `_learn` and `_generated`; which rows are learned from, how many are
    generated, and what comes back in which order is here and the same for all.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    sampling_strategy_ : dict
        How many rows of each class are generated.
    categorical_features_ : ndarray of shape (n_features_in_,), bool
    history_ : anomaly.training.History
        Losses by epoch.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Where the columns have names.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **BaseOverSampler._parameter_constraints,
        "categorical_features": ["array-like", None],
        "latent": [Interval(Integral, 1, None, closed="left"), None],
        "width": [Interval(Integral, 1, None, closed="left"), None],
        "depth": [Interval(Integral, 1, None, closed="left"), None],
        "epochs": [Interval(Integral, 1, None, closed="left"), None],
        "batch_size": [Interval(Integral, 1, None, closed="left"), None],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), None],
    }

    categorical_features: Any
    random_state: Any
    history_: History

    @abstractmethod
    def _learn(self, X: NDArray[Any], codes: NDArray[np.intp], seed: int) -> None:
        """Learn from rows of shape (n_rows, n_columns) and their classes, counted from 0."""

    @abstractmethod
    def _generated(self, code: int, n_rows: int, generator: np.random.Generator) -> NDArray[Any]:
        """Return generated rows of a class, of shape (n_rows, n_columns)."""

    def fit(self, X: Any, y: ArrayLike, **params: Any) -> Self:
        """Learn the rows of each class, so that `sample` can generate some.

        Parameters
        ----------
        X : {array-like, dataframe, sparse matrix} of shape (n_rows, n_columns)
        y : array-like of shape (n_rows,)

        Returns
        -------
        self

        Raises
        ------
        ValueError
            When values are missing or infinite, a number column holds something else, a class
            has fewer than two rows, there is one class only, or `sampling_strategy` asks for
            fewer rows than there are.
        """
        self._validate_params()
        check_classification_targets(y)
        rows, labels, _ = self._check_X_y(X, y)
        self.sampling_strategy_ = check_sampling_strategy(
            self.sampling_strategy, labels, self._sampling_type
        )
        self._learn_classes(_dense(rows), labels)
        return self

    def sample(self, n: int, label: Any, *, random_state: Any = None) -> Any:
        """Generate rows of a class.

        Parameters
        ----------
        n : int
            How many.
        label : object
            The class, as it stands in y.
        random_state : int, RandomState or None, default=None
            By default the rows follow from the sampler's own `random_state`: the same ones each
            time.

        Returns
        -------
        {ndarray, dataframe} of shape (n, n_columns)
            A data frame, with the same types of columns, after fitting one.

        Raises
        ------
        ValueError
            When n is not positive or no row of such a class was learned.
        """
        check_is_fitted(self, "classes_")
        if not isinstance(n, Integral) or n < 1:
            raise ValueError(f"n must be a positive whole number of rows, not {n!r}")
        seed = self._seed
        if random_state is not None:
            seed = int(check_random_state(random_state).randint(2**31 - 1))
        rows = self._rows_of(label, int(n), seed, _SAMPLED)
        if self._frame is None:
            return rows
        return pd.DataFrame(rows, columns=self._frame.columns).astype(self._frame.dtypes)

    def _check_X_y(  # noqa: N802 - the name is imbalanced-learn's
        self, X: Any, y: Any, accept_sparse: Any = None
    ) -> tuple[Any, Any, bool]:
        y, is_one_versus_all = check_target_type(y, indicate_one_vs_all=True)
        is_frame = isinstance(X, pd.DataFrame)
        # No rows: the columns and their types alone.
        self._frame = X.iloc[:0] if is_frame else None
        if is_frame and not all(map(pd.api.types.is_numeric_dtype, X.dtypes)):
            # scikit-learn looks for one type that all columns have, and would want numbers.
            X = X.astype(object)
        X, y = validate_data(
            self,
            X=X,
            y=y,
            accept_sparse=["csr", "csc"],
            dtype=None,
            ensure_all_finite=False,
        )
        names = list(self._frame.columns) if self._frame is not None else None
        self.categorical_features_: Mask = categorical_mask(
            self.categorical_features, X.shape[1], names
        )
        checked_numbers(_dense(X), self.categorical_features_, names)
        return X, y, is_one_versus_all

    def _fit_resample(self, X: Any, y: NDArray[Any], **params: Any) -> tuple[Any, NDArray[Any]]:
        self._learn_classes(_dense(X), y)
        counts = {label: n for label, n in self.sampling_strategy_.items() if n > 0}
        generated = [self._rows_of(label, n, self._seed, _RESAMPLED) for label, n in counts.items()]
        labels = [np.full(n, label, dtype=y.dtype) for label, n in counts.items()]
        if sparse.issparse(X):
            added = [sparse.csr_matrix(rows) for rows in generated]
            return sparse.vstack([X, *added], format=X.format), np.concatenate([y, *labels])
        return np.concatenate([X, *generated]), np.concatenate([y, *labels])

    def _learn_classes(self, X: NDArray[Any], y: NDArray[Any]) -> None:
        self.classes_, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
        if counts.min() < 2:
            label = self.classes_[counts.argmin()]
            raise ValueError(
                f"class {label} has {counts.min()} row; {type(self).__name__} needs two at least "
                "to learn what a class looks like"
            )
        self._dtype = X.dtype
        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self._learn(X, codes, self._seed)

    def _rows_of(self, label: Any, n_rows: int, seed: int, purpose: int) -> NDArray[Any]:
        places = np.flatnonzero(self.classes_ == label)
        if not len(places):
            known = ", ".join(map(str, self.classes_))
            raise ValueError(f"there is no class {label!r} to generate; the classes are {known}")
        code = int(places[0])
        rows = self._generated(code, n_rows, np.random.default_rng([seed, purpose, code]))
        return rows.astype(self._dtype)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = False
        return tags


def _dense(X: Any) -> NDArray[Any]:
    return X.toarray() if sparse.issparse(X) else X
