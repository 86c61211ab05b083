"""The loop over seeds and methods, which keeps what is done and judges it at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from anomaly.comparison.conclusion import conclude, whole_trials
from anomaly.comparison.folder.result import Comparison
from anomaly.comparison.folder.settings import Settings, installed_packages
from anomaly.comparison.folder.store import BIAS, LEAK, Store, Trial
from anomaly.comparison.judging.costs import CostOptions, Costs
from anomaly.comparison.live_table import LiveTable
from anomaly.comparison.methods.estimators import check_fit
from anomaly.comparison.methods.names import Method
from anomaly.comparison.methods.seed_inputs import Inputs
from anomaly.comparison.seeds import Seeds
from anomaly.comparison.trial import attempt, write_run_of
from anomaly.dataset.prepared import read_transactions
from anomaly.errors import AnomalyError, DataError, OptionError, RunError
from anomaly.runs.options import Options

#: Shows what there is of a result, with the trials of the first seed by method.
Show = Callable[[Comparison, Mapping[str, Trial]], None]


@dataclass(frozen=True)
class Job:
    """What is to be compared.

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
    folder: Path
    overwrite: bool

    def run(self, display: LiveTable, show: Show) -> Comparison:
        """Run what has not been run yet, and judge and show all there is."""
        with display.stage("Reading the transactions"):
            rows = read_transactions(self.data, self.options.roles, self.options.source)
            costs = self.costs.of(rows)
            seeds = Seeds(rows, self.options)
            skipped = self._unfit(seeds.first)
        store, settings = Store(self.folder), self._settings(seeds.first)
        with store.opened(settings, overwrite=self.overwrite):
            return Work(self, store, settings, seeds, costs, skipped, display, show).run()

    def _unfit(self, inputs: Inputs) -> dict[str, str]:
        """Return which methods cannot learn from these rows, and why; raise for one named."""
        labels = inputs.labels[inputs.labelled_train]
        unfit = {}
        for method in self.methods:
            try:
                check_fit(method, labels, inputs.encoded[1], self.ratio)
            except AnomalyError as error:
                if self.is_chosen_by_name or isinstance(error, OptionError):
                    raise
                unfit[method.name] = str(error)
        return unfit

    def _settings(self, inputs: Inputs) -> Settings:
        options = asdict(self.options)
        roles = options.pop("roles")
        digest = "" if inputs.entities is None else inputs.entities.digest
        fingerprint = f"{inputs.dataset.fingerprint}{digest}"
        return Settings(fingerprint, roles | options | {"ratio": self.ratio}, installed_packages())


@dataclass(frozen=True, eq=False)
class Work:
    """A comparison on its way.

    Attributes
    ----------
    job : Job
    store : Store
        Opened.
    settings : Settings
    seeds : Seeds
    costs : Costs or None
    skipped : dict of str to str
        Methods and seeds that cannot be run, and why; it grows.
    display : LiveTable
    show : callable
    """

    job: Job
    store: Store
    settings: Settings
    seeds: Seeds
    costs: Costs | None
    skipped: dict[str, str]
    display: LiveTable
    show: Show

    def run(self) -> Comparison:
        """Run what has not been run yet, and judge and show all there is."""
        trials: dict[str, list[Trial]] = {}
        try:
            with self.display:
                for trial in self._trials():
                    trials.setdefault(trial.method, []).append(trial)
            self._demonstrate(trials)
        except KeyboardInterrupt:
            # What is done is worth a table; a second Ctrl-C ends that too.
            if whole := whole_trials(trials, self.skipped):
                self._conclude(whole)
            raise
        whole = whole_trials(trials, self.skipped)
        if not whole:
            raise DataError(next(iter(self.skipped.values())))
        return self._conclude(whole)

    def _trials(self) -> Iterator[Trial]:
        """Give each trial as it ends: all methods with the first seed, then with the next."""
        for seed in self.job.seeds:
            # Made when a method asks: of a seed that is done nothing is read again.
            inputs = cache(partial(self.seeds.inputs, seed))
            for method in self.job.methods:
                if method.name in self.skipped:
                    continue
                trial = self.store.trial(method.name, seed)
                if trial is None:
                    self.display.begin(method.name, seed)
                    try:
                        of_seed = inputs()
                    except DataError as error:
                        # Another split of the same rows may do.
                        self.skipped[_of(seed)] = f"{_of(seed)}: {error}"
                        break
                    trial = self._attempt(method, of_seed)
                if trial is not None:
                    self.display.end(trial, self.costs)
                    yield trial

    def _attempt(self, method: Method, inputs: Inputs) -> Trial | None:
        """Run a method and keep what it did; None where it failed."""
        try:
            done = attempt(method, inputs, self.job.ratio)
            if done.trial.seed == self.job.seeds[0]:
                write_run_of(done, inputs, self.store.run_folder(method.name))
        except (OptionError, RunError):
            raise  # of the folder, which no other method can be written to either
        except Exception as error:  # noqa: BLE001 - one that fails takes nothing from the others
            self.skipped[method.name] = f"{method.name}: {_in_a_line(error)}"
            return None
        self.store.keep(done.trial)
        return done.trial

    def _demonstrate(self, trials: Mapping[str, Sequence[Trial]]) -> None:
        """Show what is no method: where an output's bias begins, and a leak."""
        store, inputs, seed = self.store, self.seeds.first, self.job.seeds[0]
        if "none+mlp" in trials and store.extra(BIAS) is None:
            from anomaly.comparison.demonstrations.bias import bias_effect

            with self.display.stage("Starting a network with and without its output bias"):
                store.keep_extra(BIAS, bias_effect(inputs, seed))
        if self.job.show_leak and store.extra(LEAK) is None:
            from anomaly.comparison.demonstrations.leak import leak_shown

            with self.display.stage("Repeating the leak on purpose"):
                try:
                    store.keep_extra(LEAK, leak_shown(inputs.dataset, seed))
                except (ValueError, DataError) as error:
                    self.skipped["--show-leak"] = f"--show-leak: {_in_a_line(error)}"

    def _conclude(self, trials: dict[str, list[Trial]]) -> Comparison:
        """Judge and show what there is."""
        with self.display.stage("Judging the methods"):
            comparison = conclude(
                self.store,
                self.settings,
                self.seeds.first.dataset,
                trials,
                self.costs,
                skipped=self.skipped,
                unfinished=self._unfinished(),
            )
        self.show(comparison, {name: by_seed[0] for name, by_seed in trials.items()})
        return comparison

    def _unfinished(self) -> int:
        return sum(
            not self.store.has(method.name, seed)
            for seed in self.job.seeds
            if _of(seed) not in self.skipped
            for method in self.job.methods
            if method.name not in self.skipped
        )


def _of(seed: int) -> str:
    return f"seed {seed}"


def _in_a_line(error: Exception) -> str:
    words = " ".join(str(error).split())
    says_why = isinstance(error, ValueError | AnomalyError) and words
    return words if says_why else f"{type(error).__name__}: {words}".rstrip(": ")
