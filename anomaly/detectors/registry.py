"""Every detector by its name; one that is added here is one more."""

from __future__ import annotations

from anomaly.detectors.autoencoder import Autoencoder
from anomaly.detectors.base import ReconstructionDetector
from anomaly.detectors.deep_denoising import DeepDenoisingAutoencoder
from anomaly.detectors.denoising import DenoisingAutoencoder
from anomaly.detectors.gaussian import TrimmedGaussian
from anomaly.detectors.variational import VariationalAutoencoder
from anomaly.errors import OptionError
from anomaly.utils.spelling import nearest

#: Every detector by the name that `--detector` takes.
DETECTORS: dict[str, type[ReconstructionDetector]] = {
    "autoencoder": Autoencoder,
    "deep-denoising": DeepDenoisingAutoencoder,
    "denoising": DenoisingAutoencoder,
    "gaussian": TrimmedGaussian,
    "variational": VariationalAutoencoder,
}


def detector_class(name: str) -> type[ReconstructionDetector]:
    """Return the detector of that name, or raise `OptionError` with a suggestion."""
    if name in DETECTORS:
        return DETECTORS[name]
    near = nearest(name, DETECTORS)
    hint = f"did you mean {near}?" if near else f"there are: {', '.join(sorted(DETECTORS))}"
    raise OptionError(f"--detector {name}: there is no such detector; {hint}")
