"""Detectors against their peers, on the same rows."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from benchmarks.quality.data import is_missing
from benchmarks.quality.methods import Method
from benchmarks.quality.protocols import PROTOCOLS
from benchmarks.quality.settings import QUICK, Settings
from benchmarks.quality.tables import sections
from benchmarks.shared import peers
from benchmarks.shared.commands import RefusedError, Subject, check_names, with_commas
from benchmarks.shared.results import FOLDER, circumstances

_PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "onnxruntime")
_NAMES = {"type": with_commas, "default": []}


def measure(protocols: Sequence[str], options: Namespace) -> None:
    """Measure what is missing in the results."""
    from benchmarks.quality import work

    if missing := is_missing():
        raise RefusedError(f"{missing}; name the folder with ANOMALY_DATA")
    methods = _methods(options.methods)
    check_names("method", options.again, methods)
    check_names("set", options.sets, _sets())
    settings = QUICK if options.quick else Settings(seeds=options.seeds)
    keys = work.wanted(protocols, list(methods.values()), settings, options.sets)
    around = circumstances(_PACKAGES, peers.versions())
    work.measure(keys, methods, settings, options.out, around, options.again)


def _methods(names: Sequence[str]) -> dict[str, Method]:
    from benchmarks.quality.ours import all_ours
    from benchmarks.quality.peers import all_peers

    # What TensorFlow's import takes is in no figure.
    methods: dict[str, Method] = {each.name: each for each in [*all_ours(), *all_peers()]}
    check_names("method", names, methods)
    return {name: methods[name] for name in methods if not names or name in names}


def _sets() -> list[str]:
    return list(dict.fromkeys(name for each in PROTOCOLS.values() for name in each.sets()))


SUBJECT = Subject(
    title="Measure detectors against their peers, on the same rows. What is measured already is not "
    "measured again.",
    parts=tuple(PROTOCOLS),
    results=FOLDER / "quality.json",
    measure=measure,
    options={
        "--seeds": {"type": int, "default": Settings().seeds, "help": "from 0"},
        "--methods": {**_NAMES, "help": "only these, with commas"},
        "--sets": {**_NAMES, "help": "only these, with commas"},
        "--again": {**_NAMES, "help": "methods to measure though they are there"},
        "--quick": {
            "action": "store_true",
            "help": "few rows and sets, one seed: does it all run?",
        },
    },
    tables=sections,
)
