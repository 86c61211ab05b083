"""Dropout that costs a compiled step next to nothing."""

from __future__ import annotations

from typing import Any

from anomaly.utils.backend import keras, tf

# Compared with 24 of a hash's 32 bits: as many as a float32 between 0 and 1 has.
_LEVELS = 1 << 24


@keras.saving.register_keras_serializable(package="anomaly")
class Dropout(keras.layers.Dropout):
    """Keras's dropout, with a mask that is a hash of the step, the row and the unit.

    XLA draws Keras's mask anew for every product that a value of it goes into, and a draw of the
    Philox generator is dear: a training step of a small network is 50 times as long. A hash [1]_
    of a few integer operations passes for random, and vector instructions compute it.

    Parameters
    ----------
    rate : float
        Share of the values that training sets to zero; the others grow by ``1 / (1 - rate)``.
    seed : int
        Settles the masks.

    References
    ----------
    .. [1] C. Wellons, "Prospecting for Hash Functions", 2018 (lowbias32).
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.rate == 0:
            return inputs
        seed, step = tf.unstack(tf.cast(self.seed_generator.next(), tf.uint32))
        numbers = _hash(_hash(seed) + step)
        # Axis by axis, so that the places of a large batch need no more than 32 bits.
        shape = tf.shape(inputs)
        for axis in range(len(inputs.shape)):
            ones = [1] * len(inputs.shape)
            ones[axis] = -1
            places = tf.reshape(tf.range(shape[axis]), ones)
            numbers = _hash(numbers + tf.cast(places, tf.uint32))
        drawn = tf.cast(tf.bitwise.right_shift(numbers, tf.constant(8, tf.uint32)), tf.int32)
        is_kept = drawn >= round(self.rate * _LEVELS)
        return tf.where(is_kept, inputs / (1 - self.rate), tf.zeros_like(inputs))


def _hash(numbers: Any) -> Any:
    """Return 32 bits for each 32 bits, such that similar ones have nothing in common."""
    numbers = _folded(numbers, 16) * tf.constant(0x7FEB352D, tf.uint32)
    numbers = _folded(numbers, 15) * tf.constant(0x846CA68B, tf.uint32)
    return _folded(numbers, 16)


def _folded(numbers: Any, bits: int) -> Any:
    shifted = tf.bitwise.right_shift(numbers, tf.constant(bits, tf.uint32))
    return tf.bitwise.bitwise_xor(numbers, shifted)
