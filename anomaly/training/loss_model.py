"""A network that is trained by its loss alone."""

from __future__ import annotations

from typing import Any

from anomaly.utils.backend import keras, tf


class LossModel(keras.Model):
    """A model whose `compute_loss` needs the inputs and no output of `call`.

    Keras would trace and compile a call that is thrown away, beside the loss.
    """

    def train_step(self, data: Any) -> dict[str, Any]:
        inputs, targets, weights = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            loss = self.compute_loss(inputs, targets, sample_weight=weights, training=True)
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return self._with_loss(loss, inputs)

    def test_step(self, data: Any) -> dict[str, Any]:
        inputs, targets, weights = keras.utils.unpack_x_y_sample_weight(data)
        loss = self.compute_loss(inputs, targets, sample_weight=weights, training=False)
        return self._with_loss(loss, inputs)

    def _with_loss(self, loss: Any, inputs: Any) -> dict[str, Any]:
        n_rows = tf.shape(keras.tree.flatten(inputs)[0])[0]
        self._loss_tracker.update_state(loss, sample_weight=n_rows)
        return dict(self.get_metrics_result())
