"""Five published recipes, repeated: our figures beside the published ones."""

from __future__ import annotations

import gc
from argparse import Namespace
from collections.abc import Sequence

from benchmarks.published.settings import QUICK, Settings
from benchmarks.published.sources import SOURCES
from benchmarks.published.tables import sections
from benchmarks.shared import work
from benchmarks.shared.commands import RefusedError, Subject
from benchmarks.shared.measurements import Key, Result
from benchmarks.shared.results import FOLDER, circumstances, data_folder

_DATA = "creditcard.parquet"
_PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "imbalanced-learn", "xgboost-cpu")


def measure(sources: Sequence[str], options: Namespace) -> None:
    """Measure what is missing in the results; the first seed of every source comes first."""
    if not (data_folder() / _DATA).exists():
        raise RefusedError(f"{data_folder()} has no {_DATA}; name the folder with ANOMALY_DATA")
    import anomaly
    from anomaly.utils.backend import keras
    from benchmarks.published.recipes import VARIANTS

    settings = QUICK if options.quick else Settings(seeds=options.seeds)
    configuration = f"anomaly {anomaly.__version__}"
    variants = {
        Key(source, variant.kind, seed, variant.name): variant
        for seed in range(settings.seeds)
        for source in sources
        for variant in VARIANTS[source]
    }

    def take(key: Key) -> Result:
        # Else the graphs of hundreds of fits stay in memory.
        keras.backend.clear_session()
        gc.collect()
        recipe = variants[key].measure
        return work.attempted(key, configuration, lambda: recipe(key.seed, settings))

    again = {key.method for key in variants} if options.again else ()
    around = circumstances(_PACKAGES)
    work.measure(dict.fromkeys(variants, configuration), take, options.out, around, again)


SUBJECT = Subject(
    title="Repeat published recipes, and set our figures beside the published ones. What is "
    "measured already is not measured again.",
    parts=tuple(SOURCES),
    results=FOLDER / "published.json",
    measure=measure,
    options={
        "--seeds": {"type": int, "default": Settings().seeds, "help": "from 0"},
        "--again": {"action": "store_true", "help": "measure the parts though they are there"},
        "--quick": {
            "action": "store_true",
            "help": "few rows and epochs, one seed: does it all run?",
        },
    },
    tables=sections,
)
