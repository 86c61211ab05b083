"""The quickest training, for the tests that need any run: the classic detector, for an epoch."""

import anomaly

OPTIONS = {"detector": "autoencoder", "epochs": 1}
# A later option takes the place of an earlier one.
WORDS = tuple(f"--{name}={value}" for name, value in OPTIONS.items())
TRAIN = ("train", "cards.csv", "--label=fraud", *WORDS)


def quick_train(data, *roles, **options):
    """Train as `anomaly.train` does, with other options only where they are given."""
    return anomaly.train(data, *roles, **OPTIONS | options)
