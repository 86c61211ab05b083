"""Protocol D: the sets of OddBench, with the rows that they give for training and for test."""

from __future__ import annotations

import numpy as np

from benchmarks.quality.data import LabelledRows, oddbench
from benchmarks.quality.half_normal import Halved
from benchmarks.quality.settings import Settings

#: Looked at once, after the default detector had been chosen.
HELD_OUT = (
    "ArtSalesPlatform",
    "KidneyDisease",
    "ProtestViolence",
    "SalesFraudDetection",
    "SchoolLevy",
    "SpecimenStatus",
    "StimuliNorming",
    "WebTrafficError",
)


def prepare(name: str, seed: int, settings: Settings) -> Halved:
    """Return the rows as they are given; they are the same for each seed."""
    train, test = oddbench(name)
    normal = LabelledRows(train, np.zeros(len(train), dtype=np.int8))
    return Halved(normal.thinned(settings.normal_rows), test.thinned(settings.normal_rows))
