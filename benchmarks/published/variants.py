"""One training of a recipe, and the kinds that there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.published.settings import Settings
from benchmarks.shared.measurements import Measured

#: As published; as it should have been measured; what explains a difference from the published.
PUBLISHED, HONEST, TRIAL = "published", "honest", "trial"

#: A trial with the seeds after those of the table: is it chance?
MORE, FIVE_MORE = 5, "five more seeds"


@dataclass(frozen=True, slots=True)
class Variant:
    """One training of a recipe.

    Attributes
    ----------
    kind : str
        `PUBLISHED`, `HONEST` or `TRIAL`.
    name : str
        Unique within its source and kind.
    measure : callable
        From a seed and settings to what was measured.
    """

    kind: str
    name: str
    measure: Callable[[int, Settings], Measured]
