"""The end of a comparison: what was done is judged, and the figures are written."""

from __future__ import annotations

from dataclasses import asdict

from anomaly.comparison.folder.result import Comparison
from anomaly.comparison.folder.settings import Settings
from anomaly.comparison.folder.store import BIAS, LEAK, RESULTS, Store, Trial
from anomaly.comparison.judging.costs import Costs
from anomaly.comparison.judging.summary import summarised
from anomaly.dataset.prepared import Dataset
from anomaly.runs.figures import parts_of


def whole_trials(trials: dict[str, list[Trial]], skipped: dict[str, str]) -> dict[str, list[Trial]]:
    """Return the trials of the methods that did not fail, with the seeds that all of them have.

    A mean over other splits would be another figure: methods are compared on the same ones.
    """
    done = {name: by_seed for name, by_seed in trials.items() if name not in skipped}
    if not done:
        return {}
    common = set.intersection(*({trial.seed for trial in by_seed} for by_seed in done.values()))
    return {
        name: [trial for trial in by_seed if trial.seed in common] for name, by_seed in done.items()
    }


def conclude(
    store: Store,
    settings: Settings,
    dataset: Dataset,
    trials: dict[str, list[Trial]],
    costs: Costs | None,
    *,
    skipped: dict[str, str],
    unfinished: int,
) -> Comparison:
    """Judge the methods, and write their figures.

    Parameters
    ----------
    store : Store
    settings : Settings
    dataset : Dataset
        Of the first seed.
    trials : dict of str to list of Trial
        By method, of the same seeds.
    costs : Costs or None
    skipped, unfinished
        See `Comparison`.
    """
    rows, split = dataset.rows, dataset.split
    assert rows.labels is not None
    results, differences = summarised(trials, costs)
    seeds = len(next(iter(trials.values())))
    comparison = Comparison(
        folder=store.folder,
        data={
            "name": rows.table.name,
            "rows": rows.n_rows,
            "positives": int((rows.labels == 1).sum()),
            "fingerprint": dataset.fingerprint,
            "split": split.method,
            "parts": parts_of(split, rows),
            "assumed": [asdict(each) for each in dataset.assumptions],
            "leaks": dataset.leaks,
        },
        methods=tuple(results),
        differences=tuple(differences),
        duplicates=dataset.duplicates,
        skipped=skipped,
        unfinished=unfinished,
        leak=store.extra(LEAK),
        bias=store.extra(BIAS),
        options=settings.options
        | {"seeds": seeds}
        | ({} if costs is None else asdict(costs.terms)),
        packages=settings.packages,
    )
    store.keep_extra(RESULTS, comparison.to_dict())
    return comparison
