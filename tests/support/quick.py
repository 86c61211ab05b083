"""The quickest training, for the tests that need any run: the classic detector, for an epoch."""

from contextlib import contextmanager
from unittest import mock

import anomaly

OPTIONS = {"detector": "autoencoder", "epochs": 1}
# A later option takes the place of an earlier one.
WORDS = tuple(f"--{name}={value}" for name, value in OPTIONS.items())
TRAIN = ("train", "cards.csv", "--label=fraud", *WORDS)


@contextmanager
def uncompiled_steps():
    """Take training steps by TensorFlow's own kernels: XLA takes longer to compile a few steps."""
    from anomaly.training import loop

    def steps(*arguments, **options):
        return compiled(*arguments, **options | {"jit_compile": False})

    compiled = loop.Steps
    with mock.patch.object(loop, "Steps", steps):
        yield


def quick_train(data, *roles, **options):
    """Train as `anomaly.train` does; where a detector is named, with the options given alone."""
    options = options if "detector" in options else OPTIONS | options
    with uncompiled_steps():
        return anomaly.train(data, *roles, **options)
