"""The methods of the comparison by name: `sampler+classifier`, or a detector alone.

A classifier may take the score of a detector as one more feature: `none+xgboost+anomaly-score`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anomaly.defaults import DETECTORS
from anomaly.errors import OptionError
from anomaly.utils.spelling import nearest

WITH_SCORE = "anomaly-score"
NONE, CLASS_WEIGHT, FOCAL = "none", "class-weight", "focal"
BALANCED_BATCHES, BALANCED_BAGGING = "balanced-batches", "balanced-bagging"

#: Keras networks; each name is one of `anomaly.classifiers.CLASSIFIERS`.
NETWORKS = ("mlp", "deep-mlp", "lstm", "cnn1d")
#: Those that read a sequence: an entity's last transactions, where time and entity are known.
SEQUENTIAL = ("lstm", "cnn1d")
CLASSIFIERS = ("logistic", "random-forest", "xgboost", *NETWORKS)
#: What makes positive rows that were not there.
GENERATORS = ("smote", "smote-nc", "cvae", "cgan")
#: What changes the training rows.
RESAMPLERS = ("under", "over", *GENERATORS)
#: What only a network can do: its loss or its batches.
OF_NETWORKS = (FOCAL, BALANCED_BATCHES)
SAMPLERS = (NONE, CLASS_WEIGHT, *OF_NETWORKS, *RESAMPLERS, BALANCED_BAGGING)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to score transactions.

    Attributes
    ----------
    name : str
    sampler : str or None
        What is done about the imbalance; None for a detector.
    classifier : str or None
        None for a detector.
    detector : str or None
        A detector that learns without labels what is normal.
    with_score : bool
        Whether the classifier takes a detector's score as one more feature.
    """

    name: str
    sampler: str | None = None
    classifier: str | None = None
    detector: str | None = None
    with_score: bool = False

    @property
    def is_network(self) -> bool:
        """Whether the classifier is a Keras network."""
        return self.classifier in NETWORKS


def _methods() -> dict[str, Method]:
    methods = {name: Method(name, detector=name) for name in DETECTORS}
    for classifier in CLASSIFIERS:
        for sampler in SAMPLERS:
            if sampler in OF_NETWORKS and classifier not in NETWORKS:
                continue
            for with_score in (False, True):
                name = "+".join((sampler, classifier, *([WITH_SCORE] if with_score else [])))
                methods[name] = Method(name, sampler, classifier, with_score=with_score)
    return methods


#: Every method that there is.
METHODS: dict[str, Method] = _methods()

#: What a comparison runs where no method is named.
DEFAULT = (
    "denoising",
    "autoencoder",
    "none+logistic",
    "class-weight+logistic",
    "smote+logistic",
    "cvae+logistic",
    "cgan+logistic",
    "none+logistic+anomaly-score",
    "none+random-forest",
    "under+random-forest",
    "none+random-forest+anomaly-score",
    "none+xgboost",
    "class-weight+xgboost",
    "smote+xgboost",
    "cvae+xgboost",
    "cgan+xgboost",
    "none+xgboost+anomaly-score",
    "none+mlp",
    "class-weight+mlp",
    "balanced-batches+mlp",
    "focal+mlp",
    "none+deep-mlp",
    "none+cnn1d",
)


def find_methods(names: Sequence[str], *, every: bool = False) -> list[Method]:
    """Return the methods of these names, the default ones where there are none.

    Parameters
    ----------
    names : sequence of str
        `xgboost` is short for `none+xgboost`.
    every : bool, default=False
        All methods that there are.

    Raises
    ------
    OptionError
        There is no such method; the nearest one is suggested.
    """
    if every and names:
        raise OptionError("--all runs every method; leave out --method, or --all")
    chosen = METHODS if every else names or DEFAULT
    return list({found.name: found for found in map(find_method, chosen)}.values())


def find_method(name: str) -> Method:
    """Return the method of that name, or raise `OptionError` with a suggestion."""
    parts = name.strip().lower().split("+")
    full = "+".join(([NONE, *parts]) if parts[0] in CLASSIFIERS else parts)
    if full in METHODS:
        return METHODS[full]
    if len(parts) > 1 and parts[0] in OF_NETWORKS and parts[1] in CLASSIFIERS:
        raise OptionError(
            f"--method {name}: {parts[0]} is of the training of a network, so it goes with "
            f"{', '.join(NETWORKS)} alone"
        )
    near = nearest(full, [*METHODS, *CLASSIFIERS])
    hint = (
        f"did you mean {near}?"
        if near
        else f"name SAMPLER+CLASSIFIER with a sampler of {', '.join(SAMPLERS)} and a classifier "
        f"of {', '.join(CLASSIFIERS)}, or a detector: {', '.join(DETECTORS)}"
    )
    raise OptionError(f"--method {name}: there is no such method; {hint}")
