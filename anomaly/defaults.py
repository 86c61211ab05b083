"""The detectors by name and the usual fractions of a split, for Python and the command line alike.

The usual values of an objective stand with it, in `thresholds.objectives`.

It imports nothing, so that the command line's help need not either.
"""

#: As in `anomaly.detectors.DETECTORS`, whose import takes seconds.
DETECTORS = ("denoising", "deep-denoising", "gaussian", "autoencoder", "variational")
DETECTOR = DETECTORS[0]
FRACTIONS = (0.6, 0.2, 0.2)
