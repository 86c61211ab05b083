"""A model that cannot be compiled, since it branches on its values."""

from typing import Any

from anomaly.utils.backend import keras


class Branching(keras.Model):
    def __init__(self, width: int) -> None:
        super().__init__()
        start = keras.initializers.GlorotUniform(seed=0)
        self.out = keras.layers.Dense(width, kernel_initializer=start)

    def build(self, input_shape: Any) -> None:
        self.out.build(input_shape)
        self.built = True

    def call(self, x: Any) -> Any:
        return self.out(x) if keras.ops.sum(x) > 0 else -self.out(x)


def branching(width: int) -> Branching:
    model = Branching(width)
    model.compile("adam", "mse", run_eagerly=True)
    model.build((None, width))
    return model
