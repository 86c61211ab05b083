"""Detectors: scikit-learn outlier estimators that export their score as an ONNX graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomaly.utils.lazy import lazy_face

if TYPE_CHECKING:
    from anomaly.detectors.autoencoder import Autoencoder
    from anomaly.detectors.base import ReconstructionDetector
    from anomaly.detectors.deep_denoising import DeepDenoisingAutoencoder
    from anomaly.detectors.denoising import DenoisingAutoencoder
    from anomaly.detectors.gaussian import TrimmedGaussian
    from anomaly.detectors.registry import DETECTORS, detector_class
    from anomaly.detectors.trained import TrainedDetector
    from anomaly.detectors.variational import VariationalAutoencoder

# TensorFlow and scikit-learn take seconds to import, so each name is fetched when used.
_HOMES = {
    "Autoencoder": "anomaly.detectors.autoencoder",
    "DETECTORS": "anomaly.detectors.registry",
    "DeepDenoisingAutoencoder": "anomaly.detectors.deep_denoising",
    "DenoisingAutoencoder": "anomaly.detectors.denoising",
    "ReconstructionDetector": "anomaly.detectors.base",
    "TrainedDetector": "anomaly.detectors.trained",
    "TrimmedGaussian": "anomaly.detectors.gaussian",
    "VariationalAutoencoder": "anomaly.detectors.variational",
    "detector_class": "anomaly.detectors.registry",
}

__all__ = [
    "DETECTORS",
    "Autoencoder",
    "DeepDenoisingAutoencoder",
    "DenoisingAutoencoder",
    "ReconstructionDetector",
    "TrainedDetector",
    "TrimmedGaussian",
    "VariationalAutoencoder",
    "detector_class",
]

__getattr__, __dir__ = lazy_face(__name__, _HOMES)
