"""The over-sampler that generates rows with a conditional variational autoencoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import StrOptions

from anomaly.samplers.base import GenerativeSampler
from anomaly.samplers.encoded import (
    Floats,
    TabularSampler,
    conditions,
    drawn_categories,
    falling_rate,
    in_turn,
)
from anomaly.samplers.networks.conditional_vae import ConditionalVAE, drawn_numbers
from anomaly.samplers.networks.latent_codes import SmoothedCodes
from anomaly.samplers.networks.notebook_vae import NotebookVAE, on_the_line, trained
from anomaly.training import fit
from anomaly.utils.backend import keras

_WARM_UP_OF_DIVERGENCE = 0.3


@dataclass(frozen=True, slots=True)
class _Preset:
    latent: int
    width: int
    depth: int
    epochs: int
    batch_size: int
    learning_rate: float


_PRESETS = {
    "default": _Preset(8, 128, 2, 50, 128, 0.002),
    "notebook": _Preset(2, 16, 1, 100, 50, 0.001),
}


class CVAESampler(TabularSampler):
    """Over-sampler that generates rows with a conditional variational autoencoder [1]_.

    Encoder and decoder are told the class, so that one network learns the rows of all classes.
    Each number column is learned as normal scores within its class; the decoder learns with what
    variance it can expect each number of each row, and the probabilities of each category, and
    values are drawn accordingly. Codes are drawn from the smoothed aggregated posterior of the
    class, see `anomaly.samplers.networks.latent_codes`. Values that are generated have the
    distribution of the real ones, column by column, and stay within their range; columns of
    whole numbers get whole numbers.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        As imbalanced-learn has it for over-samplers: the ratio of the minority to the majority
        class afterwards, which classes to fill up to the majority, or a mapping of classes to
        their numbers of rows afterwards.
    preset : {"default", "notebook"}, default="default"
        "notebook" repeats a published notebook: rows scaled to unit norm, 16 units, 2 latents, a
        sigmoid at the end, binary cross-entropy, codes on a line. What it generates stays on the
        scale of unit norm, which is not that of the real rows. It learns the classes that
        `sampling_strategy` adds to, and numbers only.
    categorical_features : array-like of int, bool or str, optional
        Positions, mask or names of the columns that are categories; all others are numbers.
    latent, width, depth : int, optional
        Length of a code; units of a hidden layer, and their number in the encoder and in the
        decoder. By default those of the preset: 8, 128 and 2; 2, 16 and 1 (whose depth is
        fixed).
    epochs : int, optional
        By default 50, or 100 at most in the notebook's preset. In an epoch 16,384 rows are
        visited, as many of each class; in the notebook's preset each row once.
    batch_size : int, optional
        By default 128, or 50.
    learning_rate : float, optional
        By default 0.002, the highest of a rate that falls as a cosine to zero, or 0.001.
    random_state : int, RandomState or None, default=None
        Settles initial weights, noise, the order of rows and what is drawn.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    sampling_strategy_ : dict
        How many rows of each class are generated.
    decoder_ : keras.Sequential
        Code and class as indicators in, an encoded row out.
    history_ : anomaly.training.History
        Losses by epoch.
    categorical_features_ : ndarray of shape (n_features_in_,), bool
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Where the columns have names.

    See Also
    --------
    CGANSampler : The same with a generative adversarial network.
    anomaly.samplers.quality : How good generated rows are.

    Notes
    -----
    Missing values are refused. Sparse rows are made dense to learn from. Of a class with more
    than 10,000 rows that many are drawn to learn from.

    References
    ----------
    .. [1] K. Sohn, H. Lee, X. Yan, "Learning Structured Output Representation using Deep
       Conditional Generative Models", NIPS 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly.samplers import CVAESampler
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(500, 2)) @ [[1, 1, 0], [0, 1, 2]]
    >>> y = np.repeat([0, 1], [450, 50])
    >>> X_more, y_more = CVAESampler(epochs=2, random_state=0).fit_resample(X, y)
    >>> X_more.shape, np.bincount(y_more).tolist()
    ((900, 3), [450, 450])
    >>> bool((X_more[:500] == X).all())
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GenerativeSampler._parameter_constraints,
        "preset": [StrOptions(set(_PRESETS))],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        preset: str = "default",
        categorical_features: Any = None,
        latent: int | None = None,
        width: int | None = None,
        depth: int | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | None = None,
        random_state: Any = None,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.preset = preset
        self.categorical_features = categorical_features
        self.latent = latent
        self.width = width
        self.depth = depth
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def _chosen(self, name: str) -> Any:
        value = getattr(self, name)
        return getattr(_PRESETS[self.preset], name) if value is None else value

    def _learn(self, X: NDArray[Any], codes: NDArray[np.intp], seed: int) -> None:
        if self.preset == "notebook":
            self._learn_as_the_notebook(X, codes, seed)
        else:
            super()._learn(X, codes, seed)

    def _generated(self, code: int, n_rows: int, generator: np.random.Generator) -> NDArray[Any]:
        if self.preset != "notebook":
            return super()._generated(code, n_rows, generator)
        if code not in self._learned:
            raise ValueError(
                f"no rows of class {self.classes_[code]} were learned: preset 'notebook' learns "
                "the classes that sampling_strategy adds to"
            )
        return self._decoded(on_the_line(n_rows, self._chosen("latent")), code)

    def _train(self, inputs: Floats, codes: NDArray[np.intp], seed: int) -> None:
        n_classes = len(self.classes_)
        epochs, batch_size = self._chosen("epochs"), self._chosen("batch_size")
        rows = in_turn(inputs, codes, n_classes, batch_size, seed)
        n_steps = epochs * rows.n_rows // batch_size
        model = ConditionalVAE(
            self._table.layout,
            n_classes,
            self._chosen("latent"),
            self._chosen("width"),
            self._chosen("depth"),
            n_warm=max(1, int(_WARM_UP_OF_DIVERGENCE * n_steps)),
            seed=seed,
        )
        rate = falling_rate(self._chosen("learning_rate"), n_steps)
        model.compile(optimizer=keras.optimizers.AdamW(rate, 1e-4, beta_2=0.99))
        self.history_ = fit(model, rows, epochs=epochs, batch_size=batch_size, seed=seed)
        means, log_variances = (
            np.asarray(tensor) for tensor in model.encode(inputs, conditions(codes, n_classes))
        )
        deviations = np.exp(0.5 * log_variances)
        self._codes = [
            SmoothedCodes(means[codes == code], deviations[codes == code])
            for code in range(n_classes)
        ]
        self.decoder_ = model.decoder

    def _drawn(self, code: int, n_rows: int, generator: np.random.Generator) -> Floats:
        layout = self._table.layout
        decoded = self._decoded(self._codes[code].draw(n_rows, generator), code)
        values = decoded[:, : layout.n_inputs].copy()
        values[:, : layout.n_numbers] = drawn_numbers(decoded, layout, generator)
        for where in layout.categories:
            values[:, where] = drawn_categories(values[:, where], generator)
        return values

    def _decoded(self, latent_codes: Floats, code: int) -> Floats:
        condition = conditions(np.full(len(latent_codes), code), len(self.classes_))
        return np.asarray(self.decoder_(np.concatenate([latent_codes, condition], axis=1)))

    def _learn_as_the_notebook(self, X: NDArray[Any], codes: NDArray[np.intp], seed: int) -> None:
        if self.categorical_features_.any():
            raise ValueError("preset 'notebook' knows numbers only; use preset 'default'")
        added_to = [label for label, n in self.sampling_strategy_.items() if n > 0]
        self._learned = set(np.flatnonzero(np.isin(self.classes_, added_to)).tolist())
        if not self._learned:
            # Nothing to add: the rarest class, for `sample`.
            self._learned = {int(np.bincount(codes).argmin())}
        used = np.isin(codes, list(self._learned))
        n_classes = len(self.classes_)
        latent, width = self._chosen("latent"), self._chosen("width")
        model = NotebookVAE(X.shape[1], n_classes, latent, width, seed)
        self.history_ = trained(
            model,
            X[used].astype(np.float64),
            conditions(codes[used], n_classes),
            epochs=self._chosen("epochs"),
            batch_size=self._chosen("batch_size"),
            learning_rate=self._chosen("learning_rate"),
            seed=seed,
        )
        self.decoder_ = model.decoder
