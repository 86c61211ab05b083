"""Every variant of every source. Importing it imports TensorFlow."""

from __future__ import annotations

from benchmarks.published import autoencoder, cgan, cvae, imbalance, tutorial
from benchmarks.published.variants import Variant

VARIANTS: dict[str, list[Variant]] = {
    "autoencoder": autoencoder.VARIANTS,
    "tutorial": tutorial.VARIANTS,
    "imbalance": imbalance.VARIANTS,
    "cvae": cvae.VARIANTS,
    "cgan": cgan.VARIANTS,
}
