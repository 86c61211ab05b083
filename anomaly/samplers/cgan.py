"""The over-sampler that generates rows with a conditional generative adversarial network."""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import Interval

from anomaly.samplers.base import GenerativeSampler
from anomaly.samplers.encoded import (
    Floats,
    TabularSampler,
    conditions,
    drawn_categories,
    falling_rate,
    in_turn,
)
from anomaly.samplers.networks.conditional_gan import ConditionalWGAN
from anomaly.samplers.networks.mode_collapse import Variety
from anomaly.training import fit
from anomaly.utils.backend import keras

_MOST_ROWS_TO_COMPARE = 1_000
# Fewer rows of a class say little of how various it is.
_FEWEST_ROWS_TO_COMPARE = 10


class CGANSampler(TabularSampler):
    """Over-sampler that generates rows with a conditional generative adversarial network [1]_.

    Generator and critic are told the class. They are trained as a Wasserstein GAN with gradient
    penalty [2]_, and rows are drawn from the generator with the average of its last weights.
    Numbers are learned as normal scores within their class; values that are generated have the
    distribution of the real ones, column by column, and stay within their range; columns of
    whole numbers get whole numbers.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        As imbalanced-learn has it for over-samplers: the ratio of the minority to the majority
        class afterwards, which classes to fill up to the majority, or a mapping of classes to
        their numbers of rows afterwards.
    categorical_features : array-like of int, bool or str, optional
        Positions, mask or names of the columns that are categories; all others are numbers.
    latent : int, default=32
        Length of the generator's noise.
    width, depth : int, default=128, 2
        Units of a hidden layer, and their number in the generator and in the critic.
    critic_steps : int, default=5
        Steps of the critic for one of the generator.
    epochs : int, default=200
        In an epoch 16,384 rows are visited, as many of each class.
    batch_size : int, default=64
        Rows a step of the critic.
    learning_rate : float, default=0.001
        Of AdamW, at its highest; it falls as a cosine to zero.
    random_state : int, RandomState or None, default=None
        Settles initial weights, noise, the order of rows and what is drawn.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    sampling_strategy_ : dict
        How many rows of each class are generated.
    generator_ : keras.Sequential
        Noise and class as indicators in, an encoded row out.
    varieties_ : dict
        By class, how various the generated rows are.
    history_ : anomaly.training.History
        Wasserstein distance of generated from real rows, by epoch, as the critic sees it.
    categorical_features_ : ndarray of shape (n_features_in_,), bool
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Where the columns have names.

    Warns
    -----
    ConvergenceWarning
        When the rows generated for a class are much alike: the generator has collapsed.

    See Also
    --------
    CVAESampler : The same with a conditional variational autoencoder.
    anomaly.samplers.quality : How good generated rows are.

    Notes
    -----
    Missing values are refused. Sparse rows are made dense to learn from. Of a class with more
    than 10,000 rows that many are drawn to learn from.

    References
    ----------
    .. [1] M. Mirza, S. Osindero, "Conditional Generative Adversarial Nets", 2014.
    .. [2] I. Gulrajani, F. Ahmed, M. Arjovsky, V. Dumoulin, A. Courville, "Improved Training of
       Wasserstein GANs", NIPS 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from anomaly.samplers import CGANSampler
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(500, 2)) @ [[1, 1, 0], [0, 1, 2]]
    >>> y = np.repeat([0, 1], [450, 50])
    >>> sampler = CGANSampler(sampling_strategy={1: 100}, epochs=5, random_state=0)
    >>> X_more, y_more = sampler.fit_resample(X, y)
    >>> X_more.shape, np.bincount(y_more).tolist()
    ((550, 3), [450, 100])
    >>> sampler.sample(4, label=1).shape
    (4, 3)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **GenerativeSampler._parameter_constraints,
        **{
            name: [Interval(Integral, 1, None, closed="left")]
            for name in ("latent", "width", "depth", "critic_steps", "epochs", "batch_size")
        },
        "learning_rate": GenerativeSampler._parameter_constraints["learning_rate"][:1],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        categorical_features: Any = None,
        latent: int = 32,
        width: int = 128,
        depth: int = 2,
        critic_steps: int = 5,
        epochs: int = 200,
        batch_size: int = 64,
        learning_rate: float = 0.001,
        random_state: Any = None,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.categorical_features = categorical_features
        self.latent = latent
        self.width = width
        self.depth = depth
        self.critic_steps = critic_steps
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def _train(self, inputs: Floats, codes: NDArray[np.intp], seed: int) -> None:
        n_classes = len(self.classes_)
        model = ConditionalWGAN(
            self._table.layout,
            n_classes,
            self.latent,
            self.width,
            self.depth,
            self.critic_steps,
            seed,
        )
        size = self.batch_size * self.critic_steps
        rows = in_turn(inputs, codes, n_classes, size, seed)
        n_steps = self.epochs * rows.n_rows // size
        model.compile(self._optimizer(n_steps), self._optimizer(n_steps * self.critic_steps))
        self.history_ = fit(model, rows, epochs=self.epochs, batch_size=size, seed=seed)
        self.generator_ = model.averaged
        self._check_varieties(inputs, codes, seed)

    def _optimizer(self, n_steps: int) -> Any:
        rate = falling_rate(self.learning_rate, n_steps)
        return keras.optimizers.AdamW(rate, 1e-4, beta_1=0.5, beta_2=0.9)

    def _check_varieties(self, inputs: Floats, codes: NDArray[np.intp], seed: int) -> None:
        """Warn where the rows of a class are much alike, before their columns are calibrated."""
        generator = np.random.default_rng(seed)
        self.varieties_: dict[Any, Variety] = {}
        for code, label in enumerate(self.classes_.tolist()):
            real = inputs[codes == code][:_MOST_ROWS_TO_COMPARE]
            if len(real) < _FEWEST_ROWS_TO_COMPARE:
                continue
            drawn = self._as_indicators(self._drawn(code, len(real), generator))
            self.varieties_[label] = variety = Variety.of(drawn, real)
            if variety.has_collapsed:
                warnings.warn(
                    f"the generator has collapsed for class {label}: its rows spread "
                    f"{variety.spread:.2f} times as far as the real ones, and "
                    f"{100 * variety.repeated:.0f} % of them nearly repeat each other; raise "
                    "epochs, change learning_rate or random_state, or use CVAESampler",
                    ConvergenceWarning,
                    stacklevel=2,
                )

    def _as_indicators(self, drawn: Floats) -> Floats:
        for where in self._table.layout.categories:
            values = drawn[:, where]
            drawn[:, where] = values == values.max(axis=1, keepdims=True)
        return drawn

    def _drawn(self, code: int, n_rows: int, generator: np.random.Generator) -> Floats:
        noise = generator.standard_normal((n_rows, self.latent), dtype=np.float32)
        condition = conditions(np.full(n_rows, code), len(self.classes_))
        values = np.array(self.generator_(np.concatenate([noise, condition], axis=1)))
        for where in self._table.layout.categories:
            values[:, where] = drawn_categories(values[:, where], generator)
        return values
