"""Samplers that generate rows of a rare class, and how good the generated rows are.

`CVAESampler` and `CGANSampler` are over-samplers as imbalanced-learn has them: `fit_resample`
returns the real rows first, untouched, and generated ones after them. They see the rows they are
given and nothing else, so that inside an `imblearn.pipeline.Pipeline` they see training rows only.
"""

from anomaly.samplers.base import GenerativeSampler
from anomaly.samplers.cgan import CGANSampler
from anomaly.samplers.cvae import CVAESampler
from anomaly.samplers.quality import GeneratedQuality, quality

SAMPLERS: dict[str, type[GenerativeSampler]] = {"cvae": CVAESampler, "cgan": CGANSampler}

__all__ = [
    "SAMPLERS",
    "CGANSampler",
    "CVAESampler",
    "GeneratedQuality",
    "GenerativeSampler",
    "quality",
]
