"""Samplers that generate rows of a rare class; `quality` measures how good such rows are.

`CVAESampler` and `CGANSampler` are over-samplers as imbalanced-learn has them: `fit_resample`
returns the real rows first, untouched, and generated ones after them. They see the rows they are
given and nothing else, so that inside an `imblearn.pipeline.Pipeline` they see training rows only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomaly.utils.lazy import lazy_face

if TYPE_CHECKING:
    from anomaly.samplers.base import GenerativeSampler
    from anomaly.samplers.cgan import CGANSampler
    from anomaly.samplers.cvae import CVAESampler
    from anomaly.samplers.registry import SAMPLERS

# TensorFlow and scikit-learn take seconds to import, so each name is fetched when used.
_HOMES = {
    "CGANSampler": "anomaly.samplers.cgan",
    "CVAESampler": "anomaly.samplers.cvae",
    "GenerativeSampler": "anomaly.samplers.base",
    "SAMPLERS": "anomaly.samplers.registry",
}

__all__ = [
    "SAMPLERS",
    "CGANSampler",
    "CVAESampler",
    "GenerativeSampler",
]

__getattr__, __dir__ = lazy_face(__name__, _HOMES)
