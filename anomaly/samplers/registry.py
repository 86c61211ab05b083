"""Every sampler that generates rows by its name."""

from __future__ import annotations

from anomaly.samplers.base import GenerativeSampler
from anomaly.samplers.cgan import CGANSampler
from anomaly.samplers.cvae import CVAESampler

SAMPLERS: dict[str, type[GenerativeSampler]] = {"cvae": CVAESampler, "cgan": CGANSampler}
