"""What the page says of its own figures."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from reports import Copies, Scores
from reports.trust import average_precision_interval
from thresholds import PrecisionRecallCurve

THIN = " "  # Page.text makes every space a plain one
CAPTION = "What stands behind each figure"


def statements(page):
    return page.text(page.elements("ul", class_="statements")[0])


def with_figures(report, split, **figures):
    """The report with some figures of a split at the threshold replaced."""
    splits = dict(report.threshold.splits)
    splits[split] = replace(splits[split], **figures)
    return replace(report.threshold, splits=splits)


def test_each_figure_says_what_it_is_counted_from(page_with, report):
    threshold = with_figures(report, "validation", precision=0.35, recall=0.45, f1=0.36)
    table = page_with(threshold=threshold).table(CAPTION)
    assert table[0] == ["Figure", "Test", "95 % interval", "Validation", "Optimism"]
    assert [row[:2] + row[3:] for row in table[1:]] == [
        ["Average precision 40 frauds, 3,960 normal", "0.388", "0.412", "+0.025"],
        ["ROC AUC 40 frauds, 3,960 normal", "0.944", "0.951", "+0.007"],
        ["Precision 58 alerts", f"31.0{THIN}%", f"35.0{THIN}%", f"+4.0{THIN}points"],
        ["Recall 40 frauds", f"45.0{THIN}%", f"45.0{THIN}%", f"0.0{THIN}points"],
        ["F1 58 alerts, 40 frauds", "0.367", "0.360", "−0.007"],
    ]
    assert table[3][2] == f"20.0{THIN}% to 43.0{THIN}%"


def test_the_interval_of_average_precision_is_that_of_resamples():
    random = np.random.default_rng(0)
    labels = np.repeat([1, 0], [60, 4000])
    scores = random.normal(size=labels.size) + 2 * labels
    drawn = []
    for _ in range(300):
        rows = np.r_[random.integers(0, 60, 60), random.integers(60, labels.size, 4000)]
        drawn.append(average_precision_score(labels[rows], scores[rows]))
    found = average_precision_interval(PrecisionRecallCurve.from_scores(labels, scores))
    assert found == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.03)


def test_average_precision_of_very_many_frauds_has_an_interval():
    random = np.random.default_rng(0)
    labels = np.repeat([1, 0], 5000)
    scores = random.normal(size=labels.size) + labels
    low, high = average_precision_interval(PrecisionRecallCurve.from_scores(labels, scores))
    assert low < average_precision_score(labels, scores) < high < low + 0.05


def test_what_the_threshold_rests_on_is_said(page_with, report):
    threshold = replace(
        report.threshold,
        picks=(6.5, None),
        as_good=(None, 8.0),
        assumption="A tenth of the rows are anomalies.",
        notes=["The validation rows span 9.0 hours."],
    )
    said = statements(page_with(threshold=threshold))
    assert "picked on the 40 frauds of validation" in said
    assert "between 6.500 and above every score (95 %)" in said
    assert "From the lowest score to 8.000 any threshold is as good" in said
    assert "A tenth of the rows are anomalies. The validation rows span 9.0 hours." in said
    assert "later than everything" in said


def test_without_labels_nothing_is_said_of_them(page_with, report):
    page = page_with(
        validation=Scores(report.validation.scores), test=Scores(report.test.scores), metrics={},
        threshold=None, split_method="random",
    )  # fmt: skip
    assert "labels" not in statements(page)
    assert "No threshold is picked yet" in statements(page)
    assert "drawn at random" in statements(page)
    assert CAPTION not in [page.text(c) for c in page.elements("caption")]


def test_without_a_test_split_there_is_no_optimism(page_with):
    table = page_with(test=None).table(CAPTION)
    assert table[0] == ["Figure", "Validation", "95 % interval"]


def test_few_alerts_are_warned_of(page_with, report):
    threshold = with_figures(report, "test", alerts=12)
    assert "raises only 12 alerts: the precision there is uncertain" in page_with(
        threshold=threshold
    ).text()  # fmt: skip


def test_more_promised_than_chance_explains_is_warned_of(page_with, report):
    said = page_with(threshold=with_figures(report, "validation", recall=0.8)).text()
    assert f"On validation the recall was 80.0{THIN}%, more than chance explains" in said
    assert f"of the 45.0{THIN}% on test" in said


@pytest.mark.parametrize(
    ("copies", "told"),
    [
        (None, "Copies of one transaction in several splits were not looked for."),
        ([Copies("test", 50, 0, 0, 0)], "No row held out equals a training row in every feature."),
        (
            [Copies("test", 50, 5, 2, 1)],
            "5 of 50 test rows (10.0\u202f%) equal a training row in every feature, 2 of them frauds; "
            "1 has another label there.",
        ),
        (
            [Copies("test", 50, 1, None, 0)],
            "1 of 50 test rows (2.0\u202f%) equals a training row in every feature.",
        ),
    ],
)
def test_copies_across_the_splits_are_told(page_with, copies, told):
    assert " ".join(told.split()) in page_with(copies=copies).text()
