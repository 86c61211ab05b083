"""Everything that one report shows, put together from its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reports.content.alerts import Alert
from reports.content.cautions import Caution
from reports.content.columns import Column
from reports.content.comparison import ComparisonReport
from reports.content.duplicates import Duplicates
from reports.content.sample import Sample
from reports.content.scores import Metrics, Scores
from reports.content.splits import Split
from reports.content.threshold import Threshold


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Report:
    """Everything one report shows.

    Attributes
    ----------
    title : str
        Heading of the page.
    detector : str
        Name of the detector, such as ``autoencoder``.
    data_name : str
        What it was trained on, as the user named it.
    created : str
        When the training ended, as ISO 8601 text.
    version : str
        Version of ``anomaly``.
    seed : int
        Seed of the run.
    fingerprint : str
        Fingerprint of the data.
    splits : sequence of Split
        Train, validation and test.
    split_method : str
        ``time`` or ``random``.
    validation, test : Scores or None
        Scores of the splits that were held out.
    run : str
        Path of the run, for the commands the page proposes.
    columns : sequence of Column
        Every column of the data, in its order.
    features : str
        How many it learned from, and from how many columns; empty where that is not known.
    history : mapping of str to sequence of float
        Metrics by epoch; ``loss`` and ``val_loss`` are drawn.
    metrics : mapping of str to Metrics
        Keys as in `Split.name`.
    threshold : Threshold or None
        None where none is picked yet.
    alerts : sequence of Alert
        The highest scores, as many as the page may list at a lower threshold.
    misses : sequence of Alert
        The positive rows, those that alert as well: at a higher threshold they are missed.
    sample : Sample or None
        Some of the held-out transactions with all their columns.
    seconds : mapping of str to float
        How long each step took.
    versions : mapping of str to str
        Version of each package.
    options : mapping of str to object
        Options of the training.
    cautions : sequence of Caution
        What to know before a figure is believed, the gravest first, those acknowledged last.
    warnings : sequence of str
        Further plain sentences for the top of the page.
    assumed : sequence of str
        What was left out of the data, or taken for something else.
    day_notes : sequence of str
        What to know of the figures a day.
    score_column : str
        Of scores that came from elsewhere, their column: then nothing is known of what made them,
        nor of what that learned from. Empty where the run made them.
    learned_labels : bool
        Whether it is a classifier, which learned from positive rows too, and gives no reasons.
    duplicates : sequence of Duplicates or None
        Rows held out that were in train already; None where nobody looked.
    comparison : ComparisonReport or None
        Methods on the same data, of which this run may be one.
    amount_column : str
        Whose values the amounts are; empty where that has no name.
    noun : str
        What a row with label 1 is called: ``fraud`` or ``anomaly``.
    """

    title: str
    detector: str
    data_name: str
    created: str
    version: str
    seed: int
    fingerprint: str
    splits: Sequence[Split]
    split_method: str
    validation: Scores | None
    test: Scores | None = None
    run: str = "RUN"
    columns: Sequence[Column] = ()
    features: str = ""
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)
    metrics: Mapping[str, Metrics] = field(default_factory=dict)
    threshold: Threshold | None = None
    alerts: Sequence[Alert] = ()
    misses: Sequence[Alert] = ()
    sample: Sample | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    cautions: Sequence[Caution] = ()
    warnings: Sequence[str] = ()
    assumed: Sequence[str] = ()
    day_notes: Sequence[str] = ()
    score_column: str = ""
    learned_labels: bool = False
    duplicates: Sequence[Duplicates] | None = None
    comparison: ComparisonReport | None = None
    amount_column: str = ""
    noun: str = "anomaly"
