"""The conditional Wasserstein GAN that `CGANSampler` trains."""

from __future__ import annotations

from typing import Any

import numpy as np

from anomaly.samplers.encoded import dense_network
from anomaly.samplers.encoding import Layout
from anomaly.training.noise import standard_normal
from anomaly.utils.backend import keras, tf

ops = keras.ops

_PENALTY = 10.0
_TEMPERATURE = 0.3
# The generator that rows are drawn from has the average weights of so many last steps.
_AVERAGED_STEPS = 500


class ConditionalWGAN(keras.Model):
    """Generator and critic that are both told the class, with a penalty on the critic's gradient.

    The inputs of a step are cut into as many parts as the critic takes steps for one of the
    generator.

    Parameters
    ----------
    layout : Layout
    n_classes : int
    latent, width, depth : int
        Length of the generator's noise; units of a hidden layer, and their number.
    critic_steps : int
    seed : int

    Attributes
    ----------
    generator : keras.Sequential
        Noise and class as indicators in, an encoded row out, categories as logits.
    averaged : keras.Sequential
        The generator with an average of its weights over the last steps.
    critic : keras.Sequential
    """

    def __init__(
        self,
        layout: Layout,
        n_classes: int,
        latent: int,
        width: int,
        depth: int,
        critic_steps: int,
        seed: int,
    ) -> None:
        super().__init__()
        self.layout = layout
        self.latent = latent
        self.critic_steps = critic_steps
        self._noise = keras.random.SeedGenerator(seed)
        hidden = [width] * depth
        n_inputs = layout.n_inputs
        sizes = [latent + n_classes, *hidden, n_inputs]
        self.generator = dense_network("generator", sizes, seed)
        self.averaged = dense_network("averaged", sizes, seed)
        self.averaged.trainable = False
        self.critic = dense_network("critic", [n_inputs + n_classes, *hidden, 1], seed + depth + 1)
        self._distance = keras.metrics.Mean(name="loss")
        self.built = True

    def compile(self, generator_optimizer: Any, critic_optimizer: Any) -> None:
        super().compile(optimizer=generator_optimizer)
        self._critic_optimizer = critic_optimizer
        generator_optimizer.build(self.generator.trainable_variables)
        critic_optimizer.build(self.critic.trainable_variables)

    @property
    def metrics(self) -> list[Any]:
        return [self._distance]

    def call(self, noise_and_condition: Any, training: bool | None = None) -> Any:
        """Return generated rows from noise and classes, side by side."""
        return self.averaged(noise_and_condition)

    def train_step(self, data: Any) -> dict[str, Any]:
        """Take the critic's steps, each on its part of the rows, and one of the generator."""
        (rows, condition), _, _ = keras.utils.unpack_x_y_sample_weight(data)
        parts = [
            ops.reshape(values, (self.critic_steps, -1, values.shape[-1]))
            for values in (rows, condition)
        ]

        def body(index: Any, _: Any) -> tuple[Any, Any]:
            return index + 1, self._critic_step(*(part[index] for part in parts))

        _, distance = tf.while_loop(
            lambda index, _: index < self.critic_steps, body, (tf.constant(0), tf.constant(0.0))
        )
        self._generator_step(parts[1][0])
        self._distance.update_state(distance)
        return self.get_metrics_result()

    def _critic_step(self, rows: Any, condition: Any) -> Any:
        """Learn to tell real rows from generated ones, and return their Wasserstein distance."""
        generated = self._generated(condition)
        shares = keras.random.uniform((ops.shape(rows)[0], 1), seed=self._noise)
        between = shares * rows + (1.0 - shares) * generated
        weights = self.critic.trainable_variables
        with tf.GradientTape() as tape:
            with tf.GradientTape() as inner:
                inner.watch(between)
                judged = self._judged(between, condition)
            slopes = ops.sqrt(ops.sum(ops.square(inner.gradient(judged, between)), axis=1) + 1e-8)
            distance = ops.mean(self._judged(rows, condition) - self._judged(generated, condition))
            loss = _PENALTY * ops.mean(ops.square(slopes - 1.0)) - distance
        self._critic_optimizer.apply(tape.gradient(loss, weights), weights)
        return distance

    def _generator_step(self, condition: Any) -> None:
        weights = self.generator.trainable_variables
        with tf.GradientTape() as tape:
            loss = -ops.mean(self._judged(self._generated(condition), condition))
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        done = ops.cast(self.optimizer.iterations, "float32")
        # At first of fewer steps, lest the initial weights stay in it.
        share = 1.0 / ops.minimum(done, float(_AVERAGED_STEPS))
        for average, weight in zip(self.averaged.variables, weights, strict=True):
            average.assign(average + share * (weight - average))

    def _judged(self, rows: Any, condition: Any) -> Any:
        return self.critic(ops.concatenate([rows, condition], axis=1))

    def _generated(self, condition: Any) -> Any:
        """Return generated rows; indicators of categories are nearly 0 and 1 [1]_.

        References
        ----------
        .. [1] E. Jang, S. Gu, B. Poole, "Categorical Reparameterization with Gumbel-Softmax",
           ICLR 2017.
        """
        n_rows = ops.shape(condition)[0]
        noise = standard_normal(ops.zeros((n_rows, self.latent)), [self._noise] * 2)
        outputs = self.generator(ops.concatenate([noise, condition], axis=1))
        columns = [outputs[:, : self.layout.n_numbers]]
        for where in self.layout.categories:
            size = where.stop - where.start
            shares = keras.random.uniform((n_rows, size), 1e-6, 1.0 - 1e-6, seed=self._noise)
            gumbel = -ops.log(-ops.log(shares))
            columns.append(ops.softmax((outputs[:, where] + gumbel) / np.float32(_TEMPERATURE)))
        return ops.concatenate(columns, axis=1)
