"""Every protocol by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.quality import credit_card, data, dirty, given_split, half_normal, reasons
from benchmarks.quality.methods import Explaining, Method
from benchmarks.quality.settings import Settings
from benchmarks.shared.measurements import Measured


@dataclass(frozen=True, slots=True)
class Protocol:
    """What is measured on which sets.

    Attributes
    ----------
    title : str
        In words.
    sets : callable
        Returns the names of its sets.
    prepare : callable
        From the name of a set, a seed and settings to rows: the same for every method.
    measure : callable
        From a method, these rows and the seed to figures.
    takes : callable
        Whether it is for a method on a set.
    """

    title: str
    sets: Callable[[], list[str]]
    prepare: Callable[[str, int, Settings], Any]
    measure: Callable[[Any, Any, int], Measured]
    takes: Callable[[Method, str], bool] = lambda method, name: True


def _is_quick_enough(method: Method, name: str) -> bool:
    # Six fits a seed there.
    return name != data.CREDIT_CARD or not method.is_slow


def _explains(method: Method, name: str) -> bool:
    return isinstance(method, Explaining)


PROTOCOLS = {
    "A": Protocol(
        "the credit-card set", credit_card.sets, credit_card.prepare, credit_card.measure
    ),
    "B": Protocol(
        "the published protocol",
        half_normal.sets_of_b,
        half_normal.prepare,
        half_normal.measure,
    ),
    "C": Protocol(
        "the sets of ADBench", data.adbench_sets, half_normal.prepare, half_normal.measure
    ),
    "D": Protocol(
        "the sets of OddBench", data.oddbench_sets, given_split.prepare, half_normal.measure
    ),
    "dirty": Protocol(
        "dirty training data", dirty.sets, dirty.prepare, dirty.measure, _is_quick_enough
    ),
    "reasons": Protocol("reasons", reasons.sets, reasons.prepare, reasons.measure, _explains),
}
