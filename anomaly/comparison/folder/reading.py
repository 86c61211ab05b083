"""A comparison that was written, opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anomaly.comparison.folder.result import Comparison
from anomaly.comparison.folder.settings import FORMAT
from anomaly.comparison.folder.store import RESULTS, RUNS, SETTINGS, Store, Trial
from anomaly.comparison.judging.summary import Difference, MethodResult, SeedResult
from anomaly.dataset.duplicates import Duplicates
from anomaly.errors import OptionError, RunError
from anomaly.runs.folder import RunFolder


def is_comparison(folder: Path) -> bool:
    """Return whether `anomaly compare` wrote the folder."""
    return (folder / RESULTS).is_file()


def read_comparison(folder: Path) -> Comparison:
    """Return what `anomaly compare` wrote into a folder.

    Raises
    ------
    OptionError
        The folder is no comparison.
    RunError
        It is damaged, or of a newer format.
    """
    content = _content(Store(folder))
    try:
        comparison = _comparison(folder, content)
        comparison.data["fingerprint"]  # without it, it cannot be told what data it is of
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(
            f"{folder / RESULTS} is damaged ({error!r}); run anomaly compare again"
        ) from error
    return comparison


def read_first_trials(comparison: Comparison) -> dict[str, Trial]:
    """Return what each method of a comparison did with the first seed, by its name."""
    store, trials = Store(comparison.folder), {}
    for method in comparison.methods:
        trial = store.trial(method.method, method.by_seed[0].seed)
        if trial is None:
            raise RunError(
                f"{store.folder} lacks the scores of {method.method}; run anomaly compare again"
            )
        trials[method.method] = trial
    return trials


def comparison_that_left(run: RunFolder) -> Path | None:
    """Return the folder of the comparison that left a run; None of any other run."""
    place, here = run.folder.resolve(), Path.cwd()
    folder = place.parent.parent
    if place.parent.name != RUNS or not (folder / RESULTS).is_file():
        return None
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _content(store: Store) -> dict[str, Any]:
    content = store.extra(RESULTS)
    if content is None:
        raise OptionError(
            f"{store.folder} is no comparison: it has no {RESULTS}; name the folder that anomaly "
            "compare wrote"
        )
    format = (store.extra(SETTINGS) or {}).get("format", FORMAT)
    if not isinstance(format, int) or format > FORMAT:
        raise RunError(
            f"{store.folder} has format {format}, and this version reads up to {FORMAT}; "
            "update anomaly"
        )
    return content


def _comparison(folder: Path, content: dict[str, Any]) -> Comparison:
    """Return what `Comparison.to_dict` wrote."""
    names = ("data", "skipped", "unfinished", "leak", "bias", "options", "packages")
    return Comparison(
        folder=folder,
        methods=tuple(_method(entry) for entry in content["methods"]),
        differences=tuple(
            Difference(**entry | {"interval": tuple(entry["interval"])})
            for entry in content["differences"]
        ),
        duplicates=tuple(Duplicates(**entry) for entry in content["duplicates"]),
        **{name: content[name] for name in names},
    )


def _method(content: dict[str, Any]) -> MethodResult:
    content = _with_named_costs(content)
    names = ("method", "figures", "fit_seconds", "score_seconds", "history", "generated")
    return MethodResult(
        intervals={
            name: None if ends is None else (ends[0], ends[1])
            for name, ends in content["intervals"].items()
        },
        by_seed=tuple(SeedResult(**entry) for entry in content["by_seed"]),
        calibration=tuple(content["calibration"]),
        notes=tuple(content["notes"]),
        **{name: content[name] for name in names},
    )


def _with_named_costs(content: dict[str, Any]) -> dict[str, Any]:
    """Return a method whose only cost, of an older version, is called what it is: the least one."""
    if "cost" not in content["figures"] or "least_cost" in content["figures"]:
        return content

    def named(figures: dict[str, Any]) -> dict[str, Any]:
        return {"least_cost" if name == "cost" else name: each for name, each in figures.items()}

    return content | {
        "figures": named(content["figures"]),
        "intervals": named(content["intervals"]),
        "by_seed": [seed | {"figures": named(seed["figures"])} for seed in content["by_seed"]],
    }
