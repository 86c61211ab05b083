"""The loop over seeds and methods, which keeps what is done and judges it at the end."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property, partial
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomaly._version import __version__
from anomaly.api.train import Options
from anomaly.comparison.folder.result import Comparison
from anomaly.comparison.folder.store import RESULTS, Settings, Store, Trial
from anomaly.comparison.judging.costs import CostOptions, Costs
from anomaly.comparison.judging.summary import summarised
from anomaly.comparison.methods.names import Method
from anomaly.dataset.prepared import Prepared, checked_rows, divided, transformed
from anomaly.dataset.rows import Rows
from anomaly.dataset.splits import Split
from anomaly.errors import AnomalyError, DataError, OptionError, RunError
from anomaly.features.features import Features
from anomaly.features.fitting import fit_features
from anomaly.features.matrix import HeldMatrix
from anomaly.runs.writing import parts_of
from anomaly.utils.files import replaced_when_done, write_json

if TYPE_CHECKING:
    from anomaly.comparison.live_table import LiveTable
    from anomaly.comparison.trial import Ground

_PACKAGES = (
    *("tensorflow", "keras", "scikit-learn", "imbalanced-learn"),
    *("xgboost", "xgboost-cpu", "numpy"),
)


@dataclass(frozen=True)
class Job:
    """A comparison on its way.

    Attributes
    ----------
    data : object
        As `anomaly.tables` opens it.
    options : Options
        Of the split and of the detectors; the seed is the first one.
    methods : list of Method
    is_chosen_by_name : bool
        Whether a method that cannot be run is an error, and not left out.
    seeds : range
    ratio : float or None
    costs : CostOptions
    show_leak : bool
    replicates : int
    folder : pathlib.Path
    overwrite : bool
    """

    data: Any
    options: Options
    methods: list[Method]
    is_chosen_by_name: bool
    seeds: range
    ratio: float | None
    costs: CostOptions
    show_leak: bool
    replicates: int
    folder: Path
    overwrite: bool

    def run(self, display: LiveTable) -> Comparison:
        """Run what has not been run yet, and judge all there is."""
        with display.stage("Reading the transactions"):
            rows = self._rows
            costs = self.costs.of(rows)
            first = self._prepared(self.seeds[0])
            ground = self._ground(first, self.seeds[0])
            skipped = self._unfit(ground)
        store = Store(self.folder)
        with store.opened(self._settings(ground), overwrite=self.overwrite):
            return self._run(store, ground, costs, skipped, display)

    def _run(
        self,
        store: Store,
        ground: Ground,
        costs: Costs | None,
        skipped: dict[str, str],
        display: LiveTable,
    ) -> Comparison:
        trials: dict[str, list[Trial]] = {}
        try:
            with display:
                for trial in self._trials(store, ground, costs, display, skipped):
                    trials.setdefault(trial.method, []).append(trial)
            self._extras(store, ground, trials, skipped, display)
        except KeyboardInterrupt:
            # What is done is worth a table; a second Ctrl-C ends that too.
            if whole := _whole(trials, skipped):
                self._finish(store, ground, whole, costs, skipped, display)
            raise
        whole = _whole(trials, skipped)
        if not whole:
            raise DataError(next(iter(skipped.values())))
        return self._finish(store, ground, whole, costs, skipped, display)

    @cached_property
    def _rows(self) -> Rows:
        return checked_rows(self.data, self.options.roles)

    def _prepared(self, seed: int) -> Prepared:
        rows, options = self._rows, self.options
        split = divided(rows, options.split, options.fractions, seed)
        _check_train(split, rows)
        features: Features = fit_features(
            rows.schema, rows.chosen(split.has("train")), rows.table.name
        )
        matrix = HeldMatrix(rows.n_rows, len(features.names))
        fingerprint = transformed(features, rows, matrix)
        return Prepared(rows, split, features, matrix, fingerprint)

    def _ground(self, prepared: Prepared, seed: int) -> Ground:
        from anomaly.comparison.trial import Ground

        return Ground(prepared, replace(self.options, seed=seed), self.ratio)

    def _ground_of(self, first: Ground, seed: int) -> Ground:
        if seed == self.seeds[0]:
            return first
        # Of a split by time every seed has the same rows.
        is_same = self.options.split == "time"
        return self._ground(first.prepared if is_same else self._prepared(seed), seed)

    def _settings(self, first: Ground) -> Settings:
        options = asdict(self.options)
        roles = options.pop("roles")
        fingerprint = f"{first.prepared.fingerprint}{first.entity_digest}"
        return Settings(fingerprint, roles | options | {"ratio": self.ratio}, _packages())

    def _trials(
        self,
        store: Store,
        first: Ground,
        costs: Costs | None,
        display: LiveTable,
        skipped: dict[str, str],
    ) -> Iterator[Trial]:
        """Give each trial as it ends: all methods with the first seed, then with the next."""
        for seed in self.seeds:
            ground = _Later(partial(self._ground_of, first, seed))
            for method in self.methods:
                if method.name in skipped:
                    continue
                trial = store.trial(method.name, seed)
                if trial is None:
                    display.begin(method.name, seed)
                    try:
                        at_work = ground()
                    except DataError as error:
                        # Another split of the same rows may do.
                        skipped[_named(seed)] = f"{_named(seed)}: {error}"
                        break
                    trial = self._made(store, at_work, method, skipped)
                if trial is not None:
                    display.end(trial, costs)
                    yield trial

    def _unfit(self, ground: Ground) -> dict[str, str]:
        """Return which methods cannot learn from these rows, and why; raise for one named."""
        found = {}
        for method in self.methods:
            try:
                ground.check(method)
            except AnomalyError as error:
                if self.is_chosen_by_name or isinstance(error, OptionError):
                    raise
                found[method.name] = str(error)
        return found

    def _made(
        self, store: Store, ground: Ground, method: Method, skipped: dict[str, str]
    ) -> Trial | None:
        from anomaly.comparison.trial import write_run_folder

        try:
            attempt = ground.attempt(method)
            if attempt.trial.seed == self.seeds[0]:
                write_run_folder(attempt, store.run_folder(method.name))
        except (OptionError, RunError):
            raise  # of the folder, which no other method can be written to either
        except Exception as error:  # noqa: BLE001 - one that fails takes nothing from the others
            skipped[method.name] = f"{method.name}: {_in_a_line(error)}"
            return None
        store.keep(attempt.trial)
        return attempt.trial

    def _extras(
        self,
        store: Store,
        ground: Ground,
        trials: dict[str, list[Trial]],
        skipped: dict[str, str],
        display: LiveTable,
    ) -> None:
        """Show what is no method: where an output's bias begins, and a leak."""
        if "none+mlp" in trials and store.extra("bias.json") is None:
            from anomaly.comparison.demonstrations.bias import bias_effect

            with display.stage("Starting a network with and without its output bias"):
                store.keep_extra("bias.json", bias_effect(ground, self.seeds[0]))
        if self.show_leak and store.extra("leak.json") is None:
            from anomaly.comparison.demonstrations.leak import leak_shown

            with display.stage("Repeating the leak on purpose"):
                try:
                    store.keep_extra("leak.json", leak_shown(ground.prepared, self.seeds[0]))
                except (ValueError, DataError) as error:
                    skipped["--show-leak"] = f"--show-leak: {_in_a_line(error)}"

    def _finish(
        self,
        store: Store,
        ground: Ground,
        trials: dict[str, list[Trial]],
        costs: Costs | None,
        skipped: dict[str, str],
        display: LiveTable,
    ) -> Comparison:
        """Judge what there is, and write figures and page."""
        first, labels = ground.prepared, ground.labels
        with display.stage("Drawing resamples"):
            results, differences = summarised(trials, labels, costs, self.replicates)
        seeds = len(next(iter(trials.values())))
        wanted = [method for method in self.methods if method.name not in skipped]
        comparison = Comparison(
            folder=self.folder,
            data={
                "name": first.rows.table.name,
                "rows": first.rows.n_rows,
                "positives": int(labels.sum()),
                "fingerprint": first.fingerprint,
                "split": first.split.method,
                "parts": parts_of(first.split, first.rows),
            },
            methods=tuple(results),
            differences=tuple(differences),
            duplicates=first.duplicates,
            skipped=skipped,
            unfinished=sum(
                not store.has(method.name, seed)
                for seed in self.seeds
                if _named(seed) not in skipped
                for method in wanted
            ),
            leak=store.extra("leak.json"),
            bias=store.extra("bias.json"),
            options=self._settings(ground).options
            | {"seeds": seeds, "replicates": self.replicates},
            packages=_packages(),
        )
        from anomaly.reporting.comparison import page_of

        with replaced_when_done(self.folder / RESULTS) as partial:
            write_json(partial, comparison.to_dict())
        with replaced_when_done(comparison.page) as partial:
            partial.write_text(page_of(comparison, trials), encoding="utf-8")
        return comparison


def _whole(trials: dict[str, list[Trial]], skipped: dict[str, str]) -> dict[str, list[Trial]]:
    """Return the trials of the methods that did not fail, with the seeds that all of them have.

    A mean over other splits would be another figure: methods are compared on the same ones.
    """
    kept = {name: found for name, found in trials.items() if name not in skipped}
    if not kept:
        return {}
    common = set.intersection(*({trial.seed for trial in found} for found in kept.values()))
    return {
        name: [trial for trial in found if trial.seed in common] for name, found in kept.items()
    }


def _named(seed: int) -> str:
    return f"seed {seed}"


def _in_a_line(error: Exception) -> str:
    words = " ".join(str(error).split())
    is_told = isinstance(error, ValueError | AnomalyError) and words
    return words if is_told else f"{type(error).__name__}: {words}".rstrip(": ")


class _Later:
    """Makes something when it is first asked for, and then keeps it."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def __call__(self) -> Any:
        if self._made is None:
            self._made = self._make()
        return self._made


def _check_train(split: Split, rows: Rows) -> None:
    """Raise where train has no positive row, from which a classifier could learn."""
    assert rows.labels is not None
    if not rows.labels[split.train].any():
        raise DataError(
            f"{rows.table.name}: train has {len(split.train)} rows and no positive one, so that "
            "no classifier can learn; add labelled rows, or choose other --fractions"
        )


def _packages() -> dict[str, str]:
    found = {"anomaly": __version__, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version_of(name)
        except PackageNotFoundError:
            continue
    return found
