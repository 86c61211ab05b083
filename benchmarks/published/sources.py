"""What the five sources published, and where our figure for it is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure.

    Attributes
    ----------
    variant : str
    name : str
        Of the figure among those that the variant's measurement gives.
    published : str
        As printed: how many digits it has says how exact it is.
    """

    variant: str
    name: str
    published: str

    @property
    def digits(self) -> int:
        """Digits after the point."""
        return len(self.published.partition(".")[2])

    def place(self, values: Sequence[float]) -> str:
        """Return whether it is within our values, rounded as it is, or "above" or "below" them."""
        low, high = (round(each(values), self.digits) for each in (min, max))
        if low <= float(self.published) <= high:
            return "within"
        return "above" if float(self.published) > high else "below"


@dataclass(frozen=True, slots=True)
class Source:
    """A published recipe.

    Attributes
    ----------
    title : str
    split : str
        Which rows test, in words.
    figures : sequence of Figure
    honest, trials : sequence of str
        Names of variants, in the order of their tables.
    """

    title: str
    split: str
    figures: Sequence[Figure]
    honest: Sequence[str]
    trials: Sequence[str] = ()


def method(sampler: str, classifier: str) -> str:
    """Return the name of a combination."""
    return f"{sampler}+{classifier}"


SAMPLERS = {"none": "none", "under": "under-sampling", "smote": "SMOTE", "cgan": "CGAN"}
CLASSIFIERS = {
    "logistic": "logistic regression",
    "random-forest": "random forest",
    "xgboost": "XGBoost",
    "mlp": "dense net",
    "cnn1d": "CNN-1D",
    "lstm": "LSTM",
}
# What the study found best.
BEST = method("cgan", "random-forest")


def _table(names: Sequence[str], lines: dict[str, str]) -> list[Figure]:
    return [
        Figure(variant, name, value)
        for variant, values in lines.items()
        for name, value in zip(names, values.split(), strict=True)
    ]


_PRF = ("precision", "recall", "f1")
_OVERSAMPLED = "oversampled"
_TUTORIAL = ("baseline", "class weights", _OVERSAMPLED)
_BAGGING = "balanced bagging"
_IMBALANCE = ("baseline", "under", "over", "SMOTE", _BAGGING, "focal loss")
_REAL = "real rows of the same test"

SOURCES = {
    "autoencoder": Source(
        "Keras autoencoder notebook",
        "Amounts below 1500, a fifth to test with seed 42: 56,587 normal rows and 105 frauds. "
        "The test part is the validation data, and the thresholds were chosen on it by eye.",
        _table(
            (
                *(f"{name} at 2.9" for name in _PRF),
                *(f"{name} at 60" for name in _PRF),
                "loss",
                "validation loss",
                "mean score",
                "deviation of the scores",
                "first quartile",
                "median score",
                "third quartile",
                "largest score",
            ),
            {
                "autoencoder": "0.08 0.88 0.15 0.77 0.22 0.34 0.6566 0.6975 0.687 3.14 0.248 "
                "0.391 0.623 313"
            },
        ),
        ("autoencoder",),
        (
            "autoencoder, five more seeds",
            "autoencoder, standardised before rows are dropped",
            "autoencoder, penalty divided by the batch",
        ),
    ),
    "tutorial": Source(
        "TensorFlow's tutorial on imbalanced data",
        "64 % to train, 16 % to stop the training, 20 % to test, at random and not stratified: "
        "56,857 normal rows and 105 frauds. The seed draws the split. Alerts are above 0.5.",
        [
            *_table(
                ("precision", "recall", "roc_auc of 200 thresholds"),
                {
                    "baseline": "0.821 0.524 0.939",
                    "class weights": "0.094 0.895 0.984",
                    _OVERSAMPLED: "0.017 0.943 0.980",
                },
            ),
            Figure("output bias", "first loss lower, times", "50"),
        ],
        _TUTORIAL,
        (
            "baseline, five more seeds",
            "baseline, weights of epoch 3",
            "oversampled, 278 steps an epoch",
            *(f"oversampled, weights of epoch {epochs}" for epochs in (7, 11)),
            *(f"{name}, stopped by the exact AUROC" for name in _TUTORIAL),
        ),
    ),
    "imbalance": Source(
        "Notebook on deep learning and imbalance",
        "A fifth to test with seed 42: 56,864 normal rows and 98 frauds. Alerts are above 0.5.",
        _table(
            _PRF,
            {
                "baseline": "0.81 0.83 0.82",
                "under": "0.15 0.88 0.26",
                "over": "0.65 0.86 0.74",
                "SMOTE": "0.64 0.88 0.74",
                "balanced bagging": "0.12 0.89 0.21",
                "focal loss": "0.87 0.77 0.82",
            },
        ),
        _IMBALANCE,
        (
            "baseline, five more seeds",
            "baseline, by Keras's own layers and fit",
            "SMOTE, five more seeds",
            "SMOTE, by Keras's own layers and fit",
            *(f"{name}, trained on all rows" for name in ("baseline", "under", "SMOTE")),
            *(f"{name}, 80 % of the rows at random" for name in ("under", _BAGGING)),
            "focal loss, one alpha for both classes",
        ),
    ),
    "cvae": Source(
        "CVAE notebook",
        "A quarter of all rows to test, generated ones included. The seed draws the split.",
        _table(_PRF, {"CVAE": "0.889 0.982 0.933"}),
        (
            _REAL,
            "nothing generated",
            "the notebook's rows, in train alone",
            "`CVAESampler`, in train alone",
        ),
        (
            "CVAE, solved to the end",
            "CVAE, standardised",
            f"CVAE, standardised, {_REAL}",
        ),
    ),
    "cgan": Source(
        "CGAN study",
        "No figures and no split are published; judged by the area under the precision-recall "
        "curve, random forest with CGAN was the best.",
        (),
        tuple(method(sampler, classifier) for sampler in SAMPLERS for classifier in CLASSIFIERS),
    ),
}
