"""Methods side by side: on the same rows, with the same splits, without leakage."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomaly import defaults
from anomaly.baselines.duplicates import Duplicates
from anomaly.baselines.estimators import require_packages
from anomaly.baselines.methods import find_methods
from anomaly.baselines.pricing import CostOptions
from anomaly.baselines.store import PAGE, RUNS
from anomaly.baselines.summary import Difference, MethodResult
from anomaly.errors import OptionError
from anomaly.pipeline import Options
from anomaly.preparing import (
    data_name,
    names_of,
    with_known_roles,
)
from anomaly.schema import Roles

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
        Of every two methods, on the same resamples of the same test rows.
    duplicates : tuple of Duplicates
        Rows of validation and test, with the first seed, that are in train too.
    skipped : dict of str to str
        Methods that could not be run, and why.
    unfinished : int
        Methods with a seed that are yet to be run, of a comparison that was stopped.
    leak : dict or None
        What leakage would have feigned; see `anomaly.baselines.leak`.
    bias : dict or None
        Losses with and without an informed start; see `anomaly.baselines.bias`.
    options : dict
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


def compare(
    data: Any,
    label: str | None = None,
    time: str | None = None,
    *,
    entity: str | Sequence[str] = (),
    id: str | Sequence[str] = (),
    drop: str | Sequence[str] = (),
    category: str | Sequence[str] = (),
    number: str | Sequence[str] = (),
    positive: str | None = None,
    split: str | None = None,
    fractions: tuple[float, float, float] = defaults.FRACTIONS,
    methods: str | Sequence[str] = (),
    every_method: bool = False,
    seeds: int = 1,
    seed: int = 0,
    ratio: float | None = None,
    fast: bool = False,
    false_alarm_cost: float | None = None,
    missed_cost: float | None = None,
    missed_cost_column: str | None = None,
    recovered: float = 1.0,
    show_leak: bool = False,
    replicates: int = 1000,
    out: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    progress: bool = False,
) -> Comparison:
    """Compare methods on the same rows: samplers with classifiers, and detectors.

    Every method learns from train, has its threshold picked on validation for F1, and is judged on
    test. What has been done stays in the folder: called again, it goes on where it was stopped.

    Parameters
    ----------
    data, label, time, entity, id, drop, category, number, positive, split, fractions
        As in `anomaly.train`; a label is needed.
    methods : str or sequence of str
        `sampler+classifier`, `sampler+classifier+anomaly-score` or a detector; see
        `anomaly.baselines.methods`. By default a choice of them.
    every_method : bool, default=False
        Run all of them.
    seeds : int, default=1
        Repetitions. Where the split is at random, each has another one.
    seed : int, default=0
        The first seed; the others follow it.
    ratio : float, optional
        Positive rows for each normal one that samplers make; by default the sampler's own.
    fast : bool, default=False
        Train detectors for a quarter of their usual length.
    false_alarm_cost, missed_cost, missed_cost_column, recovered
        What alerts cost, as in `Run.pick_threshold` with the objective `cost`; with them the
        comparison has a cost for each method, at the threshold that is cheapest on validation.
    show_leak : bool, default=False
        Show also what generated rows in the test set would feign.
    replicates : int, default=1000
        Resamples behind the intervals.
    out : path, optional
        The folder, by default `comparisons/NAME`.
    overwrite : bool, default=False
        Begin anew where the folder holds a comparison of other data or options.
    progress : bool, default=False
        Show a table on standard error that fills in, if that is a terminal.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        When the table cannot be read, learned from, or split.
    OptionError
        When an option cannot be met, such as a method that there is not.
    RunError
        When the folder holds something else.
    InstallError
        When a method needs a package that is not installed.
    """
    given = Roles(
        label=label,
        time=time,
        entity=names_of(entity),
        id=names_of(id),
        drop=names_of(drop),
        category=names_of(category),
        number=names_of(number),
        positive=positive,
    )
    roles = with_known_roles(given, data)
    options = Options(
        roles=roles,
        split=split or ("time" if roles.time else "random"),
        fractions=fractions,
        detector=defaults.DETECTOR,
        epochs=None,
        fast=fast,
        thorough=False,
        batch_size=None,
        seed=seed,
    )
    costs = CostOptions(false_alarm_cost, missed_cost, missed_cost_column, recovered)
    _check(options, seeds, ratio, replicates, costs)
    chosen = find_methods(names_of(methods), every=every_method)
    require_packages(chosen)
    # The loop makes what is defined here.
    from anomaly.baselines.display import LiveTable
    from anomaly.baselines.running import Job

    job = Job(
        data=data,
        options=options,
        methods=chosen,
        is_chosen_by_name=bool(methods),
        seeds=range(seed, seed + seeds),
        ratio=ratio,
        costs=costs,
        show_leak=show_leak,
        replicates=replicates,
        folder=Path(out) if out is not None else Path("comparisons") / data_name(data),
        overwrite=overwrite,
    )
    return job.run(LiveTable([method.name for method in chosen], seeds, shown=progress))


def _check(
    options: Options, seeds: int, ratio: float | None, replicates: int, costs: CostOptions
) -> None:
    """Raise where an option cannot be met, before any data are read."""
    if options.roles.label is None:
        raise OptionError(
            "a comparison needs labels: name the column that marks anomalies with --label"
        )
    options.check()
    if seeds < 1 or options.seed + seeds > 2**32:
        raise OptionError(f"--seeds {seeds}: give 1 or more")
    if ratio is not None and not 0 < ratio <= 1:
        raise OptionError(
            f"--ratio {ratio:g}: give how many positive rows there are to be for each normal one, "
            "above 0 and at most 1"
        )
    if replicates < 1:
        raise OptionError(f"--replicates {replicates}: give 1 or more")
    costs.check()
