"""The samplers and classifiers of the comparison by name, each imported where it is used."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anomaly.comparison.methods.encoding import Floats, Layout, from_codes, to_codes
from anomaly.comparison.methods.interruption import raise_if_interrupted
from anomaly.comparison.methods.names import (
    BALANCED_BAGGING,
    BALANCED_BATCHES,
    CLASS_WEIGHT,
    FOCAL,
    GENERATORS,
    RESAMPLERS,
    Method,
)
from anomaly.errors import DataError, InstallError, OptionError

_NEIGHBOURS = 5
_MEMBERS = 10
#: What makes rows by a network of its own, and knows categories.
_BY_NETWORK = ("cvae", "cgan")


def require_packages(methods: list[Method]) -> None:
    """Raise `InstallError` where a method needs a package that is not installed."""
    for method in methods:
        if method.sampler in (*RESAMPLERS, BALANCED_BAGGING):
            _imported("imblearn", "imbalanced-learn", method)
        if method.classifier == "xgboost":
            _imported("xgboost", "xgboost", method)


def _imported(module: str, package: str, method: Method) -> None:
    try:
        import_module(module)
    except ImportError as error:
        raise InstallError(
            f"the method {method.name} needs {package}; install it with: pip install {package} "
            "(or install anomaly with its extra named compare)"
        ) from error


def check_fit(method: Method, y: NDArray[np.int8], layout: Layout, ratio: float | None) -> None:
    """Raise where a method cannot learn from the training rows.

    Parameters
    ----------
    method : Method
    y : ndarray of shape (n_training_rows,)
    layout : Layout
        Of the training rows.
    ratio : float or None
        Positive rows for each normal one that a sampler is to make.

    Raises
    ------
    DataError
        There are too few positive rows, or no categories.
    OptionError
        The ratio cannot be met.
    """
    positives = int(y.sum())
    if method.detector is not None:
        return
    # Of a network's rows some are held back, a positive one at least.
    least = (2 if method.sampler in GENERATORS else 1) + method.is_network
    if positives < least:
        raise DataError(
            f"{method.name} needs {least} or more positive training rows, and there "
            f"{'is 1' if positives == 1 else f'are {positives}'}; add labelled rows, or choose "
            "other --fractions"
        )
    if method.sampler == "smote-nc" and not layout.discrete:
        raise DataError(
            f"{method.name} is for data with categories or flags, and all features here are "
            f"numbers; use {method.name.replace('smote-nc', 'smote')}"
        )
    share = positives / (len(y) - positives)
    if ratio is not None and method.sampler in (*RESAMPLERS, BALANCED_BAGGING) and ratio <= share:
        raise OptionError(
            f"--ratio {ratio:g}: the training rows have {share:.3g} positive rows for each normal "
            f"one already, and {method.sampler} can only raise that; give more"
        )


def resampled(
    name: str,
    rows: Floats,
    y: NDArray[np.int8],
    layout: Layout,
    seed: int,
    ratio: float | None,
) -> tuple[Floats, NDArray[np.int8], Any]:
    """Return training rows as a sampler makes them from training rows, and the fitted sampler.

    Parameters
    ----------
    name : str
        One of `RESAMPLERS`.
    rows : ndarray of shape (n, n_columns)
    y : ndarray of shape (n,)
    layout : Layout
    seed : int
    ratio : float or None
        Positive rows for each normal one; by default the sampler's own.
    """
    parameters: dict[str, Any] = {"random_state": seed}
    if ratio is not None:
        parameters["sampling_strategy"] = ratio
    by_codes = name == "smote-nc" or (name in _BY_NETWORK and layout.discrete)
    if not by_codes:
        sampler = _sampler(name, y, parameters)
        made, labels = sampler.fit_resample(rows, y)
        raise_if_interrupted(sampler)
        return np.asarray(made, dtype=np.float32), np.asarray(labels, dtype=np.int8), sampler
    coded, discrete = to_codes(rows, layout)
    sampler = _sampler(name, y, parameters | {"categorical_features": discrete})
    made, labels = sampler.fit_resample(coded, y)
    raise_if_interrupted(sampler)
    decoded = from_codes(np.asarray(made, dtype=np.float32), layout, rows.shape[1])
    return decoded, np.asarray(labels, dtype=np.int8), sampler


def _sampler(name: str, y: NDArray[np.int8], parameters: dict[str, Any]) -> Any:
    if name in _BY_NETWORK:
        from anomaly.samplers import SAMPLERS

        return SAMPLERS[name](**parameters)
    if name == "under":
        from imblearn.under_sampling import RandomUnderSampler

        return RandomUnderSampler(**parameters)
    from imblearn import over_sampling

    if name == "over":
        return over_sampling.RandomOverSampler(**parameters)
    # A neighbour is another row: with five positive rows there are four.
    parameters |= {"k_neighbors": min(_NEIGHBOURS, int(y.sum()) - 1)}
    return (over_sampling.SMOTE if name == "smote" else over_sampling.SMOTENC)(**parameters)


def new_classifier(
    method: Method,
    y: NDArray[np.int8],
    seed: int,
    ratio: float | None = None,
    steps: int | None = None,
) -> Any:
    """Return the untrained classifier of a method, for training rows of these labels.

    `steps` is how many transactions are side by side in a row, for the networks that read them.
    """
    classifier = _bare_classifier(method, y, seed, steps)
    if method.sampler != BALANCED_BAGGING:
        return classifier
    from imblearn.ensemble import BalancedBaggingClassifier

    return BalancedBaggingClassifier(
        classifier,
        n_estimators=_MEMBERS,
        sampling_strategy="auto" if ratio is None else ratio,
        random_state=seed,
    )


def _bare_classifier(method: Method, y: NDArray[np.int8], seed: int, steps: int | None) -> Any:
    is_weighted = method.sampler == CLASS_WEIGHT
    weight = "balanced" if is_weighted else None
    if method.classifier == "logistic":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(class_weight=weight, max_iter=1000)
    if method.classifier == "random-forest":
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(class_weight=weight, n_jobs=-1, random_state=seed)
    if method.classifier == "xgboost":
        from xgboost import XGBClassifier

        positives = int(y.sum())
        balance = (len(y) - positives) / positives if is_weighted else 1
        # Steps smaller than its own, on shares of rows and columns: on validation rows of the
        # credit-card set, five splits, AP 0.859 in place of 0.765.
        return XGBClassifier(
            n_estimators=500,
            learning_rate=0.05,
            subsample=0.8,
            colsample_bytree=0.5,
            scale_pos_weight=balance,
            random_state=seed,
        )
    from anomaly.classifiers import CLASSIFIERS

    parameters: dict[str, Any] = {"class_weight": weight, "random_state": seed}
    if steps is not None:
        parameters["steps"] = steps
    if method.sampler == FOCAL:
        parameters["loss"] = "focal"
    if method.sampler == BALANCED_BATCHES:
        parameters["balanced_batches"] = True
    return CLASSIFIERS[str(method.classifier)](**parameters)


def one_line(caught: list[warnings.WarningMessage]) -> list[str]:
    """Return what warnings say to a user, each once, as a line."""
    said = (c.message for c in caught if issubclass(c.category, UserWarning))
    return list(dict.fromkeys(" ".join(str(message).split()) for message in said))
