"""What a comparison found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomaly.comparison.folder.store import PAGE, RUNS
from anomaly.comparison.judging.summary import Difference, MethodResult
from anomaly.dataset.duplicates import Duplicates
from thresholds import CostTerms

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True)
class Comparison:
    """Methods on the same rows.

    Attributes
    ----------
    folder : pathlib.Path
        With the page, the figures as JSON, what is kept of each method, and `runs/`.
    data : dict
        `name`, `rows`, `fingerprint`, `split`, and what its `parts` hold in the first seed.
    methods : tuple of MethodResult
        The highest average precision first.
    differences : tuple of Difference
        Of every two methods, on the same test rows.
    duplicates : tuple of Duplicates
        Rows of validation and test, with the first seed, that are in train too.
    skipped : dict of str to str
        Methods and seeds that could not be run, and why.
    unfinished : int
        Methods with a seed that are yet to be run, of a comparison that was stopped.
    leak : dict or None
        What leakage would have feigned; see `anomaly.comparison.demonstrations.leak`.
    bias : dict or None
        Losses with and without an informed start; see `anomaly.comparison.demonstrations.bias`.
    options : dict
        With the prices, where they are given.
    packages : dict of str to str
    """

    folder: Path
    data: dict[str, Any]
    methods: tuple[MethodResult, ...]
    differences: tuple[Difference, ...]
    duplicates: tuple[Duplicates, ...]
    skipped: dict[str, str]
    unfinished: int
    leak: dict[str, Any] | None
    bias: dict[str, Any] | None
    options: dict[str, Any]
    packages: dict[str, str]

    @property
    def page(self) -> Path:
        """The comparison as an HTML page."""
        return self.folder / PAGE

    @property
    def cost_terms(self) -> CostTerms | None:
        """What alerts cost; None without prices, and where an older version did not keep them."""
        return CostTerms.from_options(self.options)

    def to_dict(self) -> dict[str, Any]:
        """Return what `anomaly compare --json` prints."""
        return {
            "methods": [result.to_dict() for result in self.methods],
            "differences": [asdict(difference) for difference in self.differences],
            "duplicates": [asdict(found) for found in self.duplicates],
            "skipped": self.skipped,
            "unfinished": self.unfinished,
            "leak": self.leak,
            "bias": self.bias,
            "data": self.data,
            "options": self.options,
            "packages": self.packages,
            "out": str(self.folder),
            "page": str(self.page),
            "runs": {m.method: str(self.folder / RUNS / m.method) for m in self.methods},
        }

    def to_frame(self) -> pandas.DataFrame:
        """Return a row for each method with its figures."""
        import pandas

        rows = [
            {"method": m.method, **m.figures, "fit_seconds": m.fit_seconds} for m in self.methods
        ]
        return pandas.DataFrame(rows).set_index("method")
