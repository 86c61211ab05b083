"""What a comparison page is made from: plain data, with no knowledge of where it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reports.content.duplicates import Duplicates
from reports.content.scores import Scores
from reports.content.splits import Split
from thresholds import CostTerms, Interval


@dataclass(frozen=True, slots=True, eq=False)
class ComparedMethod:
    """A method and what it does on the test rows.

    Attributes
    ----------
    name : str
    figures : mapping of str to float or None
        Means over the seeds: `average_precision`, `roc_auc`, `precision`, `recall`, `f1`, `mcc`,
        the same four with `_at_half` at 0.5, `brier`, `precision_at_100`; `cost` at `threshold`
        and `least_cost` at `cheapest_threshold`.
    intervals : mapping of str to (float, float) or None
        95 % intervals of the figures.
    fit_seconds, score_seconds : float
    threshold : float or None
        Picked on validation; None where none is picked.
    test : Scores
        Of the first seed.
    cheapest_threshold : float or None
        Picked on validation for the least cost; None where nothing has a price.
    calibration : sequence of mapping
        `predicted` and `observed` share of positive rows, and `rows`, by bin.
    history : mapping of str to sequence of float or None
        By epoch; validation figures begin with `val_`. Empty where there are no epochs.
    notes : sequence of str
    generated : mapping of str to mapping of str to float or None
        Of the rows that a sampler made, beside the positive ones of `train` and of `validation`: `auroc`
        of telling them apart, `copies`, `column_distance`, `correlation_difference`.
    detail : str
        What it is, beside its name.
    """

    name: str
    figures: Mapping[str, float | None]
    intervals: Mapping[str, Interval | None]
    fit_seconds: float
    score_seconds: float
    threshold: float | None
    test: Scores
    cheapest_threshold: float | None = None
    calibration: Sequence[Mapping[str, float]] = ()
    history: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    notes: Sequence[str] = ()
    generated: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """How much higher a figure of one method is, on the same rows."""

    figure: str
    better: str
    other: str
    difference: float
    interval: Interval
    is_clear: bool


@dataclass(frozen=True, slots=True)
class LeakPair:
    """The same method judged with generated rows in the test set, and on its real rows alone.

    Attributes
    ----------
    method : str
    generated : int
        Rows made before the split.
    with_generated, real : mapping of str to float
        `precision`, `recall` and `f1` at 0.5.
    without_generated : mapping of str to float
        The same on the real rows, where nothing generated was learned from.
    why : str
    """

    method: str
    generated: int
    with_generated: Mapping[str, float | None]
    real: Mapping[str, float | None]
    without_generated: Mapping[str, float | None]
    why: str


@dataclass(frozen=True, slots=True)
class BiasEffect:
    """Losses of a network whose output begins at the share of positive rows, and at even odds.

    Attributes
    ----------
    method : str
    prior, zero : sequence of float
        On training rows before the first step, then after each epoch.
    prior_held_back, zero_held_back : sequence of float
        On training rows that were held back, after each epoch.
    """

    method: str
    prior: Sequence[float]
    zero: Sequence[float]
    prior_held_back: Sequence[float] = ()
    zero_held_back: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Contrast:
    """A property in which the compared ones differ, with its value for each of them."""

    name: str
    values: Sequence[object]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ComparisonReport:
    """Everything that the comparison page shows.

    By default it is of methods that `anomaly compare` has trained. Of runs that were trained each
    by itself, `subject`, `about`, `honesty` and `alike` say what holds for them.

    Attributes
    ----------
    title : str
    data_name : str
    created : str
        ISO 8601.
    seeds : int
    splits : sequence of Split
        Of the first seed.
    split_method : str
    methods : sequence of ComparedMethod
        The highest average precision first, of those on the same rows.
    gaps : sequence of Gap
        Of every two methods on the same rows.
    duplicates : sequence of Duplicates
    skipped : mapping of str to str
        Methods that were not run, and why.
    unfinished : int
        How many are yet to be run.
    leak : LeakPair or None
    bias : BiasEffect or None
    options, versions : mapping
    subject : str
        What is compared: ``method`` or ``run``.
    about : str
        How they came about and what they are judged on, in place of what `anomaly compare` does.
    honesty : str
        What has seen which rows, in place of what `anomaly compare` does.
    alike : sequence of sequence of str
        Names by the test rows they are judged on; empty where all are judged on the same.
    warnings : sequence of str
        Plain sentences for the top of the page.
    contrasts : sequence of Contrast
        In what they differ, a value for each of `methods`.
    own : str
        Name of the method that the run is of whose report shows the comparison; empty for none.
    run : ComparedMethod or None
        That run, where it is none of the methods, but is judged on the same test rows.
    page : str
        Path of the comparison's own page, where another one shows it.
    cost_terms : CostTerms or None
        What alerts cost, where prices were given.
    noun : str
        What a row with label 1 is called: ``fraud`` or ``anomaly``.
    """

    title: str
    data_name: str
    created: str
    seeds: int
    splits: Sequence[Split]
    split_method: str
    methods: Sequence[ComparedMethod]
    gaps: Sequence[Gap] = ()
    duplicates: Sequence[Duplicates] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    unfinished: int = 0
    leak: LeakPair | None = None
    bias: BiasEffect | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    subject: str = "method"
    about: str = ""
    honesty: str = ""
    alike: Sequence[Sequence[str]] = ()
    warnings: Sequence[str] = ()
    contrasts: Sequence[Contrast] = ()
    own: str = ""
    run: ComparedMethod | None = None
    page: str = ""
    cost_terms: CostTerms | None = None
    noun: str = "anomaly"
